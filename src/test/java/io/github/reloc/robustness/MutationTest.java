package io.github.reloc.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.reloc.PieBuilder;
import io.github.reloc.robustness.ReferenceRelocator.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@link Seeds}, broken in many ways: whatever comes in, the promises of {@link Oracle} hold.
 *
 * <p>The same mutants in every run. {@code -Dreloc.mutants=N} makes N of each fixture, and {@code -Dreloc.seed=N} begins
 * with that one: {@code -Dreloc.mutants=1 -Dreloc.seed=N} makes one again that a message names.
 */
class MutationTest {
    private static final int MUTANTS = Integer.getInteger("reloc.mutants", 20);
    private static final long FIRST_SEED = Long.getLong("reloc.seed", 1);

    private static final Set<String> WITHOUT_EXECUTABLE =
            Set.of("bss.c.lld.elf", "top of memory", "header over header");

    /** Far more than any takes: what is still running then never ends. */
    private static final int LIMIT_SECONDS = 30;

    /** Calls one after another; one that hangs is left behind. */
    private static final ExecutorService CALLER = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mutant");
        thread.setDaemon(true);
        return thread;
    });

    @TempDir
    private Path folder;

    private Oracle oracle;

    @BeforeEach
    void inEmptyFolder() {
        oracle = new Oracle(folder);
    }

    @AfterAll
    static void endCaller() {
        CALLER.shutdownNow();
    }

    static Stream<Arguments> seeds() throws IOException {
        return Seeds.all().entrySet().stream().map(seed -> Arguments.of(seed.getKey(), seed.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seeds")
    void fixtureIsAppliedAsTheReferenceDoes(String name, byte[] file) throws IOException {
        for (Tables tables : Tables.values()) {
            for (long base : new long[] {0x7f0000, -0x1000000L}) {
                int exitCode = oracle.apply(file, base, tables);
                assertThat(exitCode).as("%s at 0x%x", tables, base).isZero();
            }
        }
    }

    /** Without bytes in the file for all that is relocated, or with a packed table that stays, there is none. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("seeds")
    void executableIsWhatTheReferenceMakes(String name, byte[] file) throws IOException {
        for (Tables tables : Tables.values()) {
            boolean isRefused =
                    WITHOUT_EXECUTABLE.contains(name) || (name.startsWith("android") && tables == Tables.KEEP);
            for (long base : new long[] {0xa00000, -0x1000000L}) {
                int exitCode = oracle.applyToExecutable(file, base, tables);
                assertThat(exitCode != 0).as("%s at 0x%x", tables, base).isEqualTo(isRefused);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seeds")
    void brokenSectionHeadersDoNotMatterInMemory(String name, byte[] file) throws Exception {
        ElfFields fields = new ElfFields(file);
        assumeFalse(fields.sectionFields().isEmpty(), "it has no section headers");
        for (long seed = FIRST_SEED; seed < FIRST_SEED + MUTANTS; seed++) {
            Mutator mutant = Mutator.mutantOfSections(file, fields, seed);
            assertThat(oracle.apply(mutant.file(), 0x7f0000, Tables.SAFE))
                    .as(name + ", seed " + seed + ": " + mutant.description())
                    .isZero();
            check(mutant.file(), seed, name + ", seed " + seed + ": " + mutant.description());
        }
    }

    @Test
    void segmentOfZerosNeedsNoPlaceInTheFile() throws IOException {
        byte[] file = PieBuilder.pie()
                .header(1, PieBuilder.PF_R | PieBuilder.PF_W, 0x70000000, 0x20000, 0, 0x1000, 0x1000)
                .rela(0x20008, 8, 0, 1)
                .build();

        assertThat(oracle.apply(file, 0x7f0000, Tables.SAFE)).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seeds")
    void mutantEndsWithTheRightImageOrACleanError(String name, byte[] file) throws Exception {
        ElfFields fields = new ElfFields(file);
        for (long seed = FIRST_SEED; seed < FIRST_SEED + MUTANTS; seed++) {
            Mutator mutant = Mutator.mutant(file, fields, seed);
            check(mutant.file(), seed, name + ", seed " + seed + ": " + mutant.description());
        }
    }

    @Test
    void fileCutAnywhereEndsWithTheRightImageOrACleanError() throws Exception {
        byte[] file = Files.readAllBytes(Path.of("testdata", "shim.c.lld.elf"));
        for (int size = 0; size < file.length; size++) {
            check(Arrays.copyOf(file, size), size, "cut to " + size + " bytes");
        }
    }

    private void check(byte[] mutant, long seed, String name) throws Exception {
        try {
            within(() -> {
                int exitCode = seed % 4 == 0 ? oracle.verify(mutant, seed) : oracle.apply(mutant, seed);
                oracle.applyToExecutable(mutant, seed);
                oracle.check(mutant, seed);
                return seed % 2 == 0 ? exitCode : oracle.dump(mutant, seed);
            });
        } catch (ExecutionException e) {
            throw new AssertionError(name, e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(name + ": still running after " + LIMIT_SECONDS + " s", e);
        }
    }

    private static <T> T within(Callable<T> call) throws Exception {
        return CALLER.submit(call).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
