package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows of {@code check --loader} that are of this machine: a static PIE runs if nothing is found, and does not if
 * something is. Its own start-up code is the loader.
 */
final class LoaderRowsTest {
    private static final Pattern VERSION = Pattern.compile("\\b(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final Path MUSL = Path.of("/usr/lib/x86_64-linux-musl");
    private static final Path MUSL_LOADER = Path.of("/lib/ld-musl-x86_64.so.1");

    /** How the relative relocations of a program are kept. */
    enum Table {
        RELA("bfd", "ld", "-Wl,-z,nopack-relative-relocs"),
        RELR("bfd", "ld", "-Wl,-z,pack-relative-relocs"),
        LLD_RELA("lld", "ld.lld", "-Wl,--pack-dyn-relocs=none"),
        LLD_REL("lld", "ld.lld", "-Wl,-z,rel"),
        LLD_RELR("lld", "ld.lld", "-Wl,--pack-dyn-relocs=relr");

        private final String linker;
        private final String tool;
        private final String option;

        Table(String linker, String tool, String option) {
            this.linker = linker;
            this.tool = tool;
            this.option = option;
        }
    }

    @TempDir
    static Path folder;

    @ParameterizedTest
    @EnumSource(Table.class)
    void glibc(Table table) throws IOException {
        Tool.require("ldd");
        long version = version(Tool.run(folder, List.of("ldd", "--version")).output());
        String row = version < 2_036_000 ? "glibc-2.35" : version < 2_041_000 ? "glibc-2.36" : "glibc";
        Path program = link(
                table,
                "glibc",
                List.of(
                        "-fPIE",
                        "-static-pie",
                        ImageLoader.source("glibc-static-pie").toString()));
        assertRunsIfNothingIsFound(program, row, 42, table == Table.LLD_REL);
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void musl(Table table) throws IOException {
        Tool.require("musl-gcc");
        assumeTrue(
                Files.exists(MUSL.resolve("rcrt1.o")) && Files.exists(MUSL_LOADER), "musl is elsewhere, or not here");
        // Without arguments it says what it is, and ends with an error.
        long version = version(Tool.run(folder, List.of(MUSL_LOADER.toString())).errors());
        boolean knowsRelr = version >= 1_002_004;
        Path object = folder.resolve("musl.o");
        run("musl-gcc", "-O1", "-fPIE", "-c", "-o", object.toString(), source().toString());
        Path program = link(
                table,
                "musl",
                List.of(
                        "-nostdlib",
                        "-static-pie",
                        MUSL.resolve("rcrt1.o").toString(),
                        MUSL.resolve("crti.o").toString(),
                        object.toString(),
                        MUSL.resolve("libc.a").toString(),
                        MUSL.resolve("crtn.o").toString()));
        boolean isPacked = table == Table.RELR || table == Table.LLD_RELR;
        assertRunsIfNothingIsFound(program, knowsRelr ? "musl" : "musl-1.2.3", 42, isPacked && !knowsRelr);
    }

    private static void assertRunsIfNothingIsFound(Path program, String row, int exitCode, boolean isFound)
            throws IOException {
        Run run = Run.of("check", "--loader", row, program.toString());
        Tool.Result result = Tool.run(folder, List.of(program.toString(), "relocate"));
        if (isFound) {
            assertThat(run.output()).contains(": error: loader-skips: " + row + " skips ");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(result.exitCode()).isNotEqualTo(exitCode);
        } else {
            assertThat(run.output()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(result.exitCode()).isEqualTo(exitCode);
        }
    }

    private static Path source() throws IOException {
        Path source = folder.resolve("musl.c");
        Files.writeString(
                source,
                "static int number = 42;\nint *volatile pointer = &number;\nint main(void) { return *pointer; }\n");
        return source;
    }

    private static Path link(Table table, String name, List<String> arguments) throws IOException {
        Tool.require("gcc");
        Tool.require(table.tool);
        Path program = folder.resolve(name + table);
        List<String> command = new ArrayList<>(
                List.of("gcc", "-O1", "-fuse-ld=" + table.linker, table.option, "-o", program.toString()));
        command.addAll(arguments);
        run(command.toArray(new String[0]));
        return program;
    }

    private static void run(String... command) throws IOException {
        Tool.Result result = Tool.run(folder, List.of(command));
        assumeTrue(result.exitCode() == 0, () -> "cannot be built here: " + result.errors());
    }

    /** {@code 1.2.3} as 1_002_003. */
    private static long version(String text) {
        Matcher version = VERSION.matcher(text);
        assumeTrue(version.find(), () -> "no version: " + text);
        long patch = version.group(3) == null ? 0 : Long.parseLong(version.group(3));
        return Long.parseLong(version.group(1)) * 1_000_000 + Long.parseLong(version.group(2)) * 1000 + patch;
    }
}
