package io.github.reloc.proof;

import static io.github.reloc.proof.Fixture.Trait.ADDS;
import static io.github.reloc.proof.Fixture.Trait.ALWAYS_RELOCATES_ITSELF;
import static io.github.reloc.proof.Fixture.Trait.CANNOT_RELOCATE_ITSELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import io.github.reloc.proof.ImageLoader.Placed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

    /** The lowest that Linux maps, the usual ones, and one with many bits. */
    private static final long[] BASES = {0x10000, 0x7f0000, 0x7f0000000000L, 0x7e1234567000L};

    private static final long BASE = BASES[1];
    private static final long OTHER_BASE = 0x3f0000;

    @TempDir
    static Path folder;

    private static ImageLoader loader;

    @BeforeAll
    static void compileLoader() throws IOException {
        loader = ImageLoader.compiledIn(folder);
    }

    static Stream<Arguments> fixturesAndBases() {
        return withBases(Fixture.programs().stream());
    }

    static Stream<Arguments> thatRelocateThemselvesAndBases() {
        return withBases(thatRelocateThemselves());
    }

    private static Stream<Arguments> withBases(Stream<Fixture> fixtures) {
        return fixtures.flatMap(fixture ->
                Arrays.stream(BASES).mapToObj(base -> Arguments.of(fixture, "0x" + Long.toHexString(base))));
    }

    static Stream<Fixture> thatRelocateThemselves() {
        return Fixture.programs().stream().filter(fixture -> !fixture.has(CANNOT_RELOCATE_ITSELF));
    }

    static Stream<Fixture> thatAdd() {
        return Fixture.with(ADDS).stream();
    }

    static Stream<Fixture> thatSet() {
        return thatRelocateThemselves().filter(fixture -> !fixture.has(ADDS));
    }

    /** musl's start-up code would make any image right that has its tables. */
    static Stream<Fixture> freestanding() {
        return Fixture.programs().stream().filter(fixture -> !fixture.has(ALWAYS_RELOCATES_ITSELF));
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
        assertPrints(load(fixture, base, "keep", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void imageIsWholeWithTablesSafe(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "safe", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("thatRelocateThemselvesAndBases")
    void ownRelocatorFindsNothingToDoWithTablesSafe(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "safe"), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void imageIsWholeWithTablesTrimmed(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "trim", RELOCATED), fixture);
    }

    @ParameterizedTest
    @MethodSource("fixturesAndBases")
    void ownRelocatorFindsNothingToDoWithTablesTrimmed(Fixture fixture, String base) throws IOException {
        assertPrints(load(fixture, base, "trim"), fixture);
    }

    /** Otherwise the tests above would show nothing. */
    @ParameterizedTest
    @MethodSource("freestanding")
    void imageForAnotherBaseDoesNotRun(Fixture fixture) throws IOException {
        Placed placed = apply(fixture, OTHER_BASE, "keep");

        assertFails(loader.run(placed.at(BASE), RELOCATED), fixture);
    }

    /** What {@code --tables safe} is for. */
    @ParameterizedTest
    @MethodSource("thatAdd")
    void ownRelocatorAddsTheBaseTwiceWithTablesKept(Fixture fixture) throws IOException {
        assertFails(loader.run(apply(fixture, BASE, "keep")), fixture);
    }

    /** The others set the word for RELA, as the psABI has it. */
    @ParameterizedTest
    @MethodSource("thatSet")
    void ownRelocatorSetsTheSameWordsWithTablesKept(Fixture fixture) throws IOException {
        assertPrints(load(fixture, "0x" + Long.toHexString(BASE), "keep"), fixture);
    }

    @ParameterizedTest
    @MethodSource("rela")
    void relroOfAnImageMayBeReadOnlyFromTheStart(Fixture fixture) throws IOException {
        assertPrints(loader.runReadOnly(apply(fixture, BASE, "keep"), RELOCATED), fixture);
    }

    /** Otherwise the test above would show nothing. */
    @ParameterizedTest
    @MethodSource("rela")
    void ownRelocatorWritesToRelro(Fixture fixture) throws IOException {
        assertFails(loader.runReadOnly(apply(fixture, BASE, "keep")), fixture);
    }

    @ParameterizedTest
    @MethodSource("rela")
    void ownRelocatorDoesNotWriteToRelroWithoutItsTables(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            assertPrints(loader.runReadOnly(apply(fixture, BASE, tables)), fixture);
        }
    }

    private static Placed apply(Fixture fixture, long base, String tables) throws IOException {
        Path image = folder.resolve(fixture.name() + ".img");
        Run run = Run.of(fixture.apply(base, image, "--tables", tables));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return new Placed(Headers.of(fixture.file()), image, base);
    }

    private static Tool.Result load(Fixture fixture, String base, String tables, String... arguments)
            throws IOException {
        return loader.run(apply(fixture, Long.decode(base), tables), arguments);
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
