package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, folders and streams that are not as they mostly are. */
final class FilesIT {
    private static final String DUMP_START = "RELR at ";

    @TempDir
    Path folder;

    @BeforeEach
    void copyInput() throws IOException {
        assumeTrue(Files.isExecutable(LauncherIT.PROGRAM), "mvn verify builds the program");
        Files.copy(Fixture.FOLDER.resolve("shim.c.ld.elf"), folder.resolve("in.elf"));
    }

    private Tool.Result shell(Map<String, String> environment, String line) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", LauncherIT.PROGRAM.getParent() + ":" + System.getenv("PATH"));
        return Tool.run(folder, all, List.of("/bin/sh", "-c", line));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    // Names

    /** The byte 0xff is in no UTF-8; what Java would put in its place is the name of another file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "apply --base 0 in.elf \"$name\"",
                "apply --base 0 --map \"$name\" in.elf out.img",
                "apply --base 0 --map=\"$name\" in.elf out.img",
                "dump \"$name\"",
            })
    void nameThatIsNotOfTheLocaleIsRefused(String arguments) throws IOException {
        // The name that Java would make of it is there.
        Tool.Result result = shell(
                Map.of(),
                "cp in.elf \ufffd; name=$(printf '\\377'); cp in.elf \"$name\"; reloc " + arguments
                        + "; code=$?; rm \"$name\"; exit $code");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).contains("locale's encoding, UTF-8").hasLineCount(1);
        assertThat(result.output()).isEmpty();
        assertThat(names()).containsExactly("in.elf", "\ufffd");
        assertThat(Files.mismatch(folder.resolve("in.elf"), folder.resolve("\ufffd")))
                .isEqualTo(-1);
    }

    /** Java takes such a locale for one of ASCII. */
    @Test
    void nameInALocaleThatIsNotInstalledIsRefused() throws IOException {
        Files.copy(folder.resolve("in.elf"), folder.resolve("??"));
        Tool.Result result = shell(Map.of("LC_ALL", "xx_XX.UTF-8"), "reloc dump \u00e9");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).contains("LC_ALL=C.UTF-8").hasLineCount(1);
        assertThat(result.output()).isEmpty();
    }

    @Test
    void folderThatIsNotOfTheLocaleIsNotTakenForAnother() throws IOException {
        Tool.Result result = shell(
                Map.of(),
                "mkdir \ufffd; cp in.elf \ufffd; name=$(printf '\\377'); mkdir \"$name\"; cd \"$name\";"
                        + " reloc dump in.elf; code=$?; reloc --version; cd ..; rmdir \"$name\"; exit $code");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors())
                .contains("the name of the working directory")
                .hasLineCount(1);
        assertThat(result.output()).startsWith("reloc ");
    }

    // The folder for temporary files

    @ParameterizedTest
    @ValueSource(strings = {"dump - <in.elf", "apply --base 0 in.elf -"})
    void missingFolderForTemporaryFilesIsNamed(String arguments) throws IOException {
        Tool.Result result = shell(Map.of("TMPDIR", "missing folder"), "reloc " + arguments);

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).isEqualTo("reloc: missing folder: cannot write: no such file or directory\n");
        assertThat(result.output()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"''", "with blanks"})
    void folderForTemporaryFiles(String name) throws IOException {
        Files.createDirectory(folder.resolve("with blanks"));
        Tool.Result result = shell(Map.of(), "TMPDIR='" + name + "' reloc dump - <in.elf");

        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).startsWith(DUMP_START);
        assertThat(folder.resolve("with blanks")).isEmptyDirectory();
    }

    @Test
    void fullFolderForTemporaryFilesIsNotTheInput() throws IOException {
        Tool.Result result = shell(Map.of("TMPDIR", "."), "ulimit -f 1; reloc dump - <in.elf");

        assertThat(result.errors()).isEqualTo("reloc: .: cannot write: File too large\n");
        assertThat(result.exitCode()).isEqualTo(5);
    }

    @Test
    void imageThatFitsIntoMemoryIsVerifiedWithoutAFolder() throws IOException {
        Tool.Result result = shell(
                Map.of("TMPDIR", "missing"), "reloc apply -q --base 4096 in.elf out.img; reloc verify in.elf out.img");

        assertThat(result.errors()).contains("identical");
        assertThat(result.exitCode()).isZero();
    }

    // Standard output

    /** The reader lets the pipe fill up. */
    @ParameterizedTest
    @CsvSource({"dump many.elf", "apply -q --base 0 many.elf -"})
    void standardOutputNeedNotBlock(String arguments) throws IOException {
        Tool.require("perl");
        PieBuilder builder = PieBuilder.pie().data(0x1000000, 0, 0x1000000);
        for (int i = 0; i < 20_000; i++) {
            builder.rela(0x1000000 + 8L * i, 8, 0, i);
        }
        builder.writeTo(folder.resolve("many.elf"));
        String unblock = "perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK) or die; exec @ARGV' ";
        Tool.Result result = shell(
                Map.of(),
                "reloc " + arguments + " >plain; { " + unblock + "reloc " + arguments + "; echo $? >code; }"
                        + " | { sleep 1; cat; } >piped");

        assertThat(result.errors()).isEmpty();
        assertThat(folder.resolve("code")).hasContent("0");
        assertThat(Files.mismatch(folder.resolve("plain"), folder.resolve("piped")))
                .isEqualTo(-1);
    }
}
