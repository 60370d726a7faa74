package io.github.reloc.proof;

import static io.github.reloc.proof.Fixture.Trait.ADDS;
import static io.github.reloc.proof.Fixture.Trait.ALWAYS_RELOCATES_ITSELF;
import static io.github.reloc.proof.Fixture.Trait.CANNOT_RELOCATE_ITSELF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import io.github.reloc.proof.Headers.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images run: each is put in memory as it is, by a loader that relocates nothing, and prints what the program prints.
 *
 * <p>With the argument {@code relocated} a fixture leaves its own relocator out, so every word that it needs must be
 * right in the image; without, the relocator runs over the image and must find nothing to do.
 */
final class RealLoaderTest {
    private static final String RELOCATED = "relocated";
    private static final int LOADER_ERROR = 99;

    /** The lowest that Linux maps, the usual ones, and one with many bits. */
    private static final long[] BASES = {0x10000, 0x7f0000, 0x7f0000000000L, 0x7e1234567000L};

    private static final long BASE = BASES[1];
    private static final long OTHER_BASE = 0x3f0000;

    @TempDir
    static Path folder;

    private static Path loader;

    @BeforeAll
    static void compileLoader() throws IOException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the loader is for Linux on x86-64");
        Tool.require("gcc");
        loader = folder.resolve("loader");
        // Position-independent, so that the kernel puts it far above the low bases.
        List<String> command = List.of(
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fPIE",
                "-pie",
                "-o",
                loader.toString(),
                Path.of("src/test/c/loader.c").toAbsolutePath().toString());
        assertThat(Tool.run(folder, command).errors()).isEmpty();
    }

    static Stream<Arguments> fixturesAndBases() {
        return withBases(Fixture.all().stream());
    }

    static Stream<Arguments> thatRelocateThemselvesAndBases() {
        return withBases(thatRelocateThemselves());
    }

    private static Stream<Arguments> withBases(Stream<Fixture> fixtures) {
        return fixtures.flatMap(fixture ->
                Arrays.stream(BASES).mapToObj(base -> Arguments.of(fixture, "0x" + Long.toHexString(base))));
    }

    static Stream<Fixture> thatRelocateThemselves() {
        return Fixture.without(CANNOT_RELOCATE_ITSELF).stream();
    }

    static Stream<Fixture> thatAdd() {
        return Fixture.with(ADDS).stream();
    }

    static Stream<Fixture> thatSet() {
        return thatRelocateThemselves().filter(fixture -> !fixture.has(ADDS));
    }

    /** musl's start-up code would make any image right that has its tables. */
    static Stream<Fixture> freestanding() {
        return Fixture.without(ALWAYS_RELOCATES_ITSELF).stream();
    }

    static Stream<Fixture> rela() {
        return Fixture.all().stream().filter(fixture -> fixture.property().equals("rela"));
    }

    @ParameterizedTest
    @MethodSource("thatRelocateThemselves")
    void expectedOutputIsWhatTheKernelRuns(Fixture fixture) throws IOException {
        Path program = folder.resolve(fixture.name());
        Files.copy(fixture.file(), program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        assertPrints(Tool.run(folder, List.of(program.toString())), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void imageIsWholeWithTablesKept(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "--tables keep", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void imageIsWholeWithTablesSafe(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "--tables safe", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("thatRelocateThemselvesAndBases")
    void ownRelocatorFindsNothingToDoWithTablesSafe(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "--tables safe"), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void imageIsWholeWithTablesTrimmed(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "--tables trim", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void ownRelocatorFindsNothingToDoWithTablesTrimmed(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "--tables trim"), fixture);
    }

    /** Otherwise the tests above would show nothing. */
    @ParameterizedTest
    @MethodSource("freestanding")
    void imageForAnotherBaseDoesNotRun(Fixture fixture) throws IOException {
        Path image = apply(fixture, OTHER_BASE, "--tables", "keep");

        assertFails(load(fixture, image, BASE, List.of(), RELOCATED), fixture);
    }

    /** What {@code --tables safe} is for. */
    @ParameterizedTest
    @MethodSource("thatAdd")
    void ownRelocatorAddsTheBaseTwiceWithTablesKept(Fixture fixture) throws IOException {
        Path image = apply(fixture, BASE, "--tables", "keep");

        assertFails(load(fixture, image, BASE, List.of()), fixture);
    }

    /** The others set the word for RELA, as the psABI has it. */
    @ParameterizedTest
    @MethodSource("thatSet")
    void ownRelocatorSetsTheSameWordsWithTablesKept(Fixture fixture) throws IOException {
        assertPrints(load(fixture, "0x" + Long.toHexString(BASE), "--tables keep"), fixture);
    }

    @ParameterizedTest
    @MethodSource("rela")
    void relroOfAnImageMayBeReadOnlyFromTheStart(Fixture fixture) throws IOException {
        Path image = apply(fixture, BASE, "--tables", "keep");

        assertPrints(load(fixture, image, BASE, readOnlyRelro(fixture), RELOCATED), fixture);
    }

    /** Otherwise the test above would show nothing. */
    @ParameterizedTest
    @MethodSource("rela")
    void ownRelocatorWritesToRelro(Fixture fixture) throws IOException {
        Path image = apply(fixture, BASE, "--tables", "keep");

        assertFails(load(fixture, image, BASE, readOnlyRelro(fixture)), fixture);
    }

    @ParameterizedTest
    @MethodSource("rela")
    void ownRelocatorDoesNotWriteToRelroWithoutItsTables(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            Path image = apply(fixture, BASE, "--tables", tables);

            assertPrints(load(fixture, image, BASE, readOnlyRelro(fixture)), fixture);
        }
    }

    private static Path apply(Fixture fixture, long base, String... options) {
        Path image = folder.resolve(fixture.name() + ".img");
        Run run = Run.of(fixture.apply(base, image, options));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return image;
    }

    private static Tool.Result load(Fixture fixture, String base, String tables, String... arguments)
            throws IOException {
        long address = Long.decode(base);
        Path image = apply(fixture, address, tables.split(" ", -1));
        return load(fixture, image, address, List.of(), arguments);
    }

    private static Tool.Result load(
            Fixture fixture, Path image, long base, List<String> loaderOptions, String... arguments)
            throws IOException {
        Headers headers = Headers.of(fixture.file());
        long bias = base - headers.start();
        List<String> command = new ArrayList<>(List.of(loader.toString()));
        command.addAll(loaderOptions);
        command.add(image.toString());
        for (long number : new long[] {
            base,
            headers.entry() + bias,
            headers.memorySize(),
            headers.programHeaderAddress() + bias,
            headers.segments().size()
        }) {
            command.add("0x" + Long.toHexString(number));
        }
        command.addAll(List.of(arguments));

        // The kernel may have put a library of the loader where the image goes; next time it is elsewhere.
        Tool.Result result = Tool.run(folder, command);
        for (int attempt = 1; result.exitCode() == LOADER_ERROR && attempt < 5; attempt++) {
            result = Tool.run(folder, command);
        }
        assertThat(result.exitCode()).as(result.errors()).isNotEqualTo(LOADER_ERROR);
        return result;
    }

    /** As loaders do: whole pages, the last of them only if RELRO fills it. */
    private static List<String> readOnlyRelro(Fixture fixture) throws IOException {
        Headers headers = Headers.of(fixture.file());
        Segment relro = headers.ofType(Headers.PT_GNU_RELRO).get(0);
        long bias = BASE - headers.start();
        long low = Headers.pageStart(relro.address()) + bias;
        long high = Headers.pageStart(relro.end()) + bias;
        assertThat(high).isGreaterThan(low);
        return List.of("--read-only", "0x" + Long.toHexString(low) + ",0x" + Long.toHexString(high));
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
