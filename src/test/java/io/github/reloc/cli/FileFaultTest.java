package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.proof.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of each file that cannot be read or written: one line that names that file, and exit code 5. */
final class FileFaultTest {
    private static final int INPUT_OUTPUT = 5;

    /** The arguments that are names of files in the folder. */
    private static final Set<String> FILES = Set.of(
            "in.elf",
            "in.elf/",
            "in.elf/x",
            "map.json",
            "directory",
            "dangling",
            "pipe",
            "missing",
            "missing/x",
            "out");

    @TempDir
    Path folder;

    @BeforeEach
    void makeFiles() throws Exception {
        PieBuilder.pie().rela(PieBuilder.DATA, 8, 0, 0x1000).writeTo(folder.resolve("in.elf"));
        Files.writeString(folder.resolve("map.json"), "{\"schemaVersion\":1}");
        Files.createDirectory(folder.resolve("directory"));
        Files.createSymbolicLink(folder.resolve("dangling"), Path.of("missing"));
        Tool.require("mkfifo");
        Tool.run(folder, List.of("mkfifo", "pipe"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "dump missing                # missing: cannot read: no such file or directory",
                "dump directory              # directory: cannot read: a directory, not a regular file",
                "dump in.elf/                # in.elf/: cannot read: a name with / at its end is that of a directory",
                "dump pipe                   # pipe: cannot read: a pipe, not a regular file; give - for it: COMMAND | reloc … -",
                "check pipe                  # pipe: cannot read: a pipe, not a regular file; give - for it: COMMAND | reloc … -",
                "dump /dev/null              # /dev/null: cannot read: not a regular file",
                "apply -b0 missing out       # missing: cannot read: no such file or directory",
                "apply -b0 in.elf directory  # directory: cannot write: a directory, not a regular file",
                "apply -b0 in.elf pipe       # pipe: cannot write: a pipe, not a regular file; give - for it: reloc … - | COMMAND",
                "apply -b0 in.elf /dev/null  # /dev/null: cannot write: not a regular file",
                "apply -b0 in.elf dangling   # dangling: cannot write: a link to a file that does not exist",
                "apply -b0 in.elf missing/x  # missing/x: cannot write: no such file or directory",
                "apply -b0 --map pipe in.elf out # pipe: cannot write: a pipe, not a regular file; give - for it: reloc … - | COMMAND",
                "verify in.elf missing       # missing: cannot read: no such file or directory",
                "verify missing in.elf       # missing: cannot read: no such file or directory",
                "verify in.elf directory     # directory: cannot read: a directory, not a regular file",
                "diff in.elf map.json        # in.elf: cannot read: not the map of an image, but a program or an image; apply --map writes maps",
                "diff map.json in.elf        # in.elf: cannot read: not the map of an image, but a program or an image; apply --map writes maps",
                "diff map.json missing       # missing: cannot read: no such file or directory",
            })
    void fileFault(String arguments, String line) {
        Run run = Run.of(
                Arrays.stream(arguments.split(" ", -1)).map(this::inFolder).toArray(String[]::new));

        int nameEnd = line.indexOf(": cannot ");
        assertThat(run.errors())
                .isEqualTo("reloc: " + located(line.substring(0, nameEnd)) + line.substring(nameEnd) + "\n");
        assertThat(run.exitCode()).isEqualTo(INPUT_OUTPUT);
        assertThat(run.output()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private String inFolder(String argument) {
        return FILES.contains(argument) ? located(argument) : argument;
    }

    private String located(String name) {
        return name.startsWith("/") ? name : folder + "/" + name;
    }
}
