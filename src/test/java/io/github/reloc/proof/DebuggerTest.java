package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gdb stops in an executable at a function: with the symbols of the program, moved by the bias, at its line as well. */
final class DebuggerTest {
    private static final long BASE = 0x7654_3220_0000L;

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream().filter(fixture -> fixture.property().equals("symtab"));
    }

    /** DWARF stays as linked. The program is at 0, so the base is the bias. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void stopsAtLinesOfTheProgram(Fixture fixture) throws IOException {
        Executable executable = Executable.of(folder, fixture, BASE);

        String output = gdb(
                "exec-file " + executable.file(),
                "symbol-file -o 0x" + Long.toHexString(BASE) + " "
                        + fixture.file().toAbsolutePath(),
                "break increase",
                "run",
                "backtrace");

        assertThat(output)
                .contains("Breakpoint 1, increase (number=41) at ./symtab.c:")
                .containsPattern("#1  0x00007654322\\w+ in main \\(\\) at ./symtab.c:");
    }

    /** .symtab has moved. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void stopsByNameWithoutDebuggingInformation(Fixture fixture) throws IOException {
        Tool.require("objcopy");
        Executable executable = Executable.of(folder, fixture, BASE);
        Path stripped = folder.resolve("stripped");
        Tool.Result result = Tool.run(
                folder, List.of("objcopy", "--strip-debug", executable.file().toString(), stripped.toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();

        assertThat(gdb("exec-file " + stripped, "symbol-file " + stripped, "break increase", "run"))
                .containsPattern("Breakpoint 1, 0x00007654322\\w+ in increase \\(\\)");
    }

    private static String gdb(String... commands) throws IOException {
        Tool.require("gdb");
        List<String> arguments = new ArrayList<>(List.of("timeout", "30", "gdb", "-q", "-nx", "-batch"));
        for (String command : commands) {
            arguments.addAll(List.of("-ex", command));
        }
        Tool.Result result = Tool.run(folder, arguments);
        return result.output() + result.errors();
    }
}
