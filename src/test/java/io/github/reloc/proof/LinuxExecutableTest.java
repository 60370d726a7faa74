package io.github.reloc.proof;

import static io.github.reloc.proof.Fixture.Trait.ALWAYS_RELOCATES_ITSELF;
import static io.github.reloc.proof.Fixture.Trait.BIAS_IS_FIRST_BYTE;
import static io.github.reloc.proof.Fixture.Trait.CANNOT_RELOCATE_ITSELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linux runs what {@code apply --format elf} writes: the kernel puts it at the base, and it prints what the program
 * prints.
 *
 * <p>With the argument {@code relocated} a fixture leaves its own relocator out; without, the relocator runs over words
 * that are right already, and tables of addresses that have moved.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class LinuxExecutableTest {
    private static final String RELOCATED = "relocated";

    /** Below 4 GiB, above, and where the stack is not far; multiples of 2 MiB, the largest p_align of a fixture. */
    private static final long[] BASES = {0xa00000, 0x7654_3220_0000L, 0x7ff0_0000_0000L};

    @TempDir
    static Path folder;

    static Stream<Fixture> programs() {
        return Fixture.programs().stream().filter(fixture -> !isRefused(fixture));
    }

    static Stream<Arguments> programsAndTables() {
        return programs()
                .flatMap(fixture -> Stream.of("safe", "keep", "trim")
                        .filter(tables -> !tables.equals("keep") || !isRefusedWithTablesKept(fixture))
                        .map(tables -> Arguments.of(fixture, tables)));
    }

    static Stream<Arguments> thatFindNothingToDo() {
        return programsAndTables().filter(arguments -> !arguments.get()[1].equals("keep"));
    }

    static Stream<Fixture> keptThatAskTheirProgramHeaders() {
        return programs()
                .filter(fixture -> !isRefusedWithTablesKept(fixture))
                .filter(fixture -> !fixture.has(BIAS_IS_FIRST_BYTE) && !fixture.has(CANNOT_RELOCATE_ITSELF));
    }

    static Stream<Fixture> keptThatTakeTheirFirstByte() {
        return programs().filter(fixture -> fixture.has(BIAS_IS_FIRST_BYTE));
    }

    static Stream<Fixture> refused() {
        return Fixture.programs().stream().filter(LinuxExecutableTest::isRefused);
    }

    static Stream<Fixture> refusedWithTablesKept() {
        return Fixture.programs().stream().filter(LinuxExecutableTest::isRefusedWithTablesKept);
    }

    static Stream<Fixture> freestanding() {
        return programs().filter(fixture -> !fixture.has(ALWAYS_RELOCATES_ITSELF));
    }

    /** The file has no bytes for these words. */
    private static boolean isRefused(Fixture fixture) {
        return fixture.property().equals("bss");
    }

    /** A packed table cannot be moved in its place. */
    private static boolean isRefusedWithTablesKept(Fixture fixture) {
        return fixture.property().startsWith("android");
    }

    @ParameterizedTest
    @MethodSource("programsAndTables")
    void wordsAreRight(Fixture fixture, String tables) throws IOException {
        for (long base : BASES) {
            assertPrints(
                    Executable.of(folder, fixture, base, "--tables", tables).run(RELOCATED), fixture);
        }
    }

    @ParameterizedTest
    @MethodSource("thatFindNothingToDo")
    void ownRelocatorFindsNothingToDo(Fixture fixture, String tables) throws IOException {
        for (long base : BASES) {
            assertPrints(
                    Executable.of(folder, fixture, base, "--tables", tables).run(), fixture);
        }
    }

    /** The entries have moved, and the bias is 0. */
    @ParameterizedTest
    @MethodSource("keptThatAskTheirProgramHeaders")
    void ownRelocatorAddsNothingWithTablesKept(Fixture fixture) throws IOException {
        for (long base : BASES) {
            assertPrints(
                    Executable.of(folder, fixture, base, "--tables", "keep").run(), fixture);
        }
    }

    /** The entries have moved, and move once more. */
    @ParameterizedTest
    @MethodSource("keptThatTakeTheirFirstByte")
    void ownRelocatorGoesAstrayWithTablesKept(Fixture fixture) throws IOException {
        for (long base : BASES) {
            assertFails(Executable.of(folder, fixture, base, "--tables", "keep").run(), fixture);
        }
    }

    /** Otherwise the tests above would show nothing. */
    @ParameterizedTest
    @MethodSource("freestanding")
    void headersAloneAreNotEnough(Fixture fixture) throws IOException {
        for (long base : BASES) {
            assertFails(Executable.withoutRelocation(folder, fixture, base).run(RELOCATED), fixture);
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void wordsWithoutBytesInTheFileAreRefused(Fixture fixture) {
        for (String tables : new String[] {"safe", "keep", "trim"}) {
            Path file = folder.resolve("refused");
            Run run = Run.of(Executable.arguments(fixture, BASES[0], file, "--tables", tables));

            assertThat(run.exitCode()).as(run.errors()).isEqualTo(4);
            assertThat(run.errors()).contains(": unsupported: ");
            assertThat(file).doesNotExist();
        }
    }

    @ParameterizedTest
    @MethodSource("refusedWithTablesKept")
    void packedTablesThatStayAreRefused(Fixture fixture) {
        Path file = folder.resolve("refused");
        Run run = Run.of(Executable.arguments(fixture, BASES[0], file, "--tables", "keep"));

        assertThat(run.exitCode()).as(run.errors()).isEqualTo(4);
        assertThat(run.errors()).contains(": unsupported: ");
        assertThat(file).doesNotExist();
    }

    private static void assertPrints(Tool.Result result, Fixture fixture) throws IOException {
        assertThat(result.output()).isEqualTo(fixture.expectedOutput());
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    private static void assertFails(Tool.Result result, Fixture fixture) throws IOException {
        assertThat(result.exitCode() == 0 && result.output().equals(fixture.expectedOutput()))
                .as("the program runs all the same")
                .isFalse();
    }
}
