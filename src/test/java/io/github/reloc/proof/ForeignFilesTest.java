package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that people give by mistake, as the tools of this machine make them: each is called what it is. */
final class ForeignFilesTest {
    private static final int UNSUPPORTED = 4;

    @TempDir
    Path folder;

    private static List<Arguments> debugFiles() {
        List<Arguments> debugFiles = new ArrayList<>();
        for (String linker : List.of("bfd", "lld", "mold")) {
            debugFiles.add(Arguments.of(linker, "objcopy --only-keep-debug program debug"));
            debugFiles.add(Arguments.of(linker, "strip --only-keep-debug -o debug program"));
            debugFiles.add(Arguments.of(linker, "llvm-objcopy --only-keep-debug program debug"));
            debugFiles.add(Arguments.of(linker, "eu-strip -f debug program"));
        }
        return debugFiles;
    }

    @ParameterizedTest
    @MethodSource("debugFiles")
    void debugFile(String linker, String command) throws IOException {
        linkProgram(linker);
        make(command);
        String debug = folder.resolve("debug").toString();

        String line =
                "reloc: " + debug + ": unsupported: a separate debug file, which has no bytes of the program: give"
                        + " the program that it was made of\n";
        assertRefused(
                line,
                "apply",
                "--base",
                "0x7f0000",
                debug,
                folder.resolve("out").toString());
        assertRefused(line, "dump", debug);
        assertRefused(line, "check", debug);
        assertRefused(line, "verify", debug, folder.resolve("program").toString());
    }

    /** What is left when the debug information has gone into a file of its own is the whole program. */
    @Test
    void programWithoutItsDebugFile() throws IOException {
        linkProgram("bfd");
        make("eu-strip -f debug program");

        assertThat(Run.of("dump", folder.resolve("program").toString()).output())
                .contains("R_X86_64_RELATIVE");
    }

    private void linkProgram(String linker) throws IOException {
        Files.writeString(folder.resolve("program.c"), "int x; int *p = &x; void _start(void) { *p = 1; }");
        Tool.require("ld." + linker);
        make("gcc -g -nostdlib -static-pie -fuse-ld=" + linker + " -o program program.c");
    }

    private void make(String command) throws IOException {
        List<String> words = List.of(command.split(" ", -1));
        Tool.require(words.get(0));
        Tool.Result result = Tool.run(folder, words);
        assertThat(result.exitCode()).as(result.errors()).isZero();
    }

    @Test
    void programThatNeedsSharedLibraries() throws IOException {
        Path ls = Path.of("/bin/ls");
        assumeTrue(Files.isReadable(ls));
        Run run = Run.of(
                "apply",
                "--base",
                "0x7f0000",
                ls.toString(),
                folder.resolve("out").toString());

        assertThat(run.errors())
                .startsWith(
                        "reloc: /bin/ls: unresolved: a program that needs shared libraries: link it with -static-pie; ")
                .doesNotContain("--unresolved", "--defsym")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(UNSUPPORTED);
        assertThat(Run.of("check", ls.toString()).output().lines())
                .filteredOn(line -> line.startsWith("/bin/ls: error: "))
                .isNotEmpty()
                .allMatch(line -> line.endsWith("; link with -static-pie"));
    }

    private static void assertRefused(String line, String... arguments) {
        Run run = Run.of(arguments);

        assertThat(run.errors()).isEqualTo(line);
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(UNSUPPORTED);
    }
}
