package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executables of programs with glibc: its loader runs them; its start-up code for static PIEs does from 2.41 on. */
final class GlibcExecutableTest {
    private static final String BASE = "0x7e1234567000";
    private static final String OUTPUT = "increase 21\ntwice 40\nthread 42 8 elocate\n";
    private static final int EXIT_CODE = 42;
    private static final int SEGMENTATION_FAULT = 139;
    private static final String WARNING = "entries are left for run time";

    @TempDir
    static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"safe", "keep", "trim"})
    void loaderRunsIt(String tables) throws IOException {
        Path executable = folder.resolve("dynamic");

        assertThat(apply(program("-pie"), executable, tables).errors()).doesNotContain(WARNING);

        Tool.Result result = Tool.run(folder, List.of(executable.toString(), "relocate"));
        assertThat(result.output()).isEqualTo(OUTPUT);
        assertThat(result.exitCode()).isEqualTo(EXIT_CODE);
    }

    /** Before 2.41 it adds the address of the ELF header to addresses that have moved. */
    @ParameterizedTest
    @ValueSource(strings = {"safe", "keep", "trim"})
    void startUpOfStaticProgramIsWarnedAbout(String tables) throws IOException {
        Path executable = folder.resolve("static");

        assertThat(apply(program("-static-pie"), executable, tables).errors()).contains(WARNING);

        Tool.Result result = Tool.run(folder, List.of(executable.toString(), "relocate"));
        if (isOlderThan(2, 41)) {
            assertThat(result.exitCode()).isEqualTo(SEGMENTATION_FAULT);
            assertThat(result.output()).isEmpty();
        } else if (!tables.equals("keep")) {
            assertThat(result.output()).isEqualTo(OUTPUT);
            assertThat(result.exitCode()).isEqualTo(EXIT_CODE);
        }
    }

    private static Run apply(Path program, Path executable, String tables) throws IOException {
        Files.deleteIfExists(executable);
        Run run = Run.of(
                "apply",
                "--base",
                BASE,
                "--format",
                "elf",
                "--unresolved",
                "keep",
                "--tables",
                tables,
                program.toString(),
                executable.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return run;
    }

    private static Path program(String kind) throws IOException {
        Tool.require("gcc");
        Path program = folder.resolve("program" + kind);
        Tool.Result result = Tool.run(
                folder,
                List.of(
                        "gcc",
                        "-O1",
                        "-fPIE",
                        kind,
                        "-o",
                        program.toString(),
                        ImageLoader.source("glibc-static-pie").toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return program;
    }

    /** By what {@code getconf} says: {@code glibc 2.36}. */
    private static boolean isOlderThan(int major, int minor) throws IOException {
        Tool.require("getconf");
        String[] version = Tool.run(folder, List.of("getconf", "GNU_LIBC_VERSION"))
                .output()
                .trim()
                .split("[ .]", -1);
        int actualMajor = Integer.parseInt(version[1]);
        return actualMajor < major || (actualMajor == major && Integer.parseInt(version[2]) < minor);
    }
}
