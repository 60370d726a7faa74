package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import io.github.reloc.proof.ImageLoader.Placed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images of a program with glibc in it run: its start-up code goes over the tables again, where it finds nothing but
 * the IRELATIVE entries that {@code apply} left to it.
 */
final class GlibcStaticPieTest {
    private static final long DT_RELR = 36;
    private static final long[] BASES = {0x7f0000, 0x7f0000000000L, 0x7e1234567000L};
    private static final long BASE = BASES[1];

    private static final String WORD = "relocate";
    private static final String OUTPUT = "increase 21\ntwice 40\nthread 42 8 elocate\n";
    private static final int EXIT_CODE = 42;

    /** A linker, and its option for relative relocations in RELR or not. */
    enum Build {
        LD("bfd", "ld", "-z,nopack-relative-relocs", false),
        LD_RELR("bfd", "ld", "-z,pack-relative-relocs", true),
        LLD("lld", "ld.lld", "--pack-dyn-relocs=none", false),
        LLD_RELR("lld", "ld.lld", "--pack-dyn-relocs=relr", true),
        MOLD("mold", "mold", "--pack-dyn-relocs=none", false),
        MOLD_RELR("mold", "mold", "--pack-dyn-relocs=relr", true);

        private final String linker;
        private final String tool;
        private final String packing;
        private final boolean isPacked;

        Build(String linker, String tool, String packing, boolean isPacked) {
            this.linker = linker;
            this.tool = tool;
            this.packing = packing;
            this.isPacked = isPacked;
        }
    }

    @TempDir
    static Path folder;

    private static final Map<Build, Path> PROGRAMS = new HashMap<>();
    private static ImageLoader loader;

    @BeforeAll
    static void compileLoader() throws IOException {
        loader = ImageLoader.compiledIn(folder);
    }

    static Stream<Arguments> buildsAndBases() {
        return Stream.of(Build.values())
                .flatMap(build -> Arrays.stream(BASES).mapToObj(base -> Arguments.of(build, hex(base))));
    }

    static Stream<Build> builds() {
        return Stream.of(Build.values());
    }

    static Stream<Build> packed() {
        return builds().filter(build -> build.isPacked);
    }

    static Stream<Build> notPacked() {
        return builds().filter(build -> !build.isPacked);
    }

    @ParameterizedTest
    @MethodSource("builds")
    void expectedOutputIsWhatTheKernelRuns(Build build) throws IOException {
        assertRuns(Tool.run(folder, List.of(program(build).toString(), WORD)));
    }

    @ParameterizedTest
    @MethodSource("buildsAndBases")
    void imageRunsWithTablesSafe(Build build, String base) throws IOException {
        assertRuns(loader.run(apply(build, Long.decode(base), "safe"), WORD));
    }

    @ParameterizedTest
    @MethodSource("buildsAndBases")
    void imageRunsWithTablesTrimmed(Build build, String base) throws IOException {
        assertRuns(loader.run(apply(build, Long.decode(base), "trim"), WORD));
    }

    /** RELA gives the same words again. */
    @ParameterizedTest
    @MethodSource("notPacked")
    void imageRunsWithTablesKept(Build build) throws IOException {
        assertRuns(loader.run(apply(build, BASE, "keep"), WORD));
    }

    /** RELR adds the base again. */
    @ParameterizedTest
    @MethodSource("packed")
    void imageDoesNotRunWithPackedTablesKept(Build build) throws IOException {
        Tool.Result result = loader.run(apply(build, BASE, "keep"), WORD);

        assertThat(result.exitCode()).isGreaterThan(128);
        assertThat(result.output()).isEmpty();
    }

    /** Without being asked for, nothing is left to start-up. */
    @ParameterizedTest
    @MethodSource("builds")
    void indirectFunctionsAreRefused(Build build) throws IOException {
        Run run = Run.of(
                "apply",
                "--base",
                hex(BASE),
                program(build).toString(),
                folder.resolve("refused").toString());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors()).contains(": unresolved: ").contains(" R_X86_64_IRELATIVE): ");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    /**
     * glibc keeps variables of its own in RELRO and writes them at start, so it does not run with RELRO read-only from
     * the start (nor do its dynamic section's addresses stay: it adds the bias to them). Relocated words are not among
     * what it writes.
     */
    @ParameterizedTest
    @MethodSource("builds")
    void startUpWritesNoRelocatedWordOfRelroWithoutItsTables(Build build) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            List<Long> writes = new ArrayList<>();
            Placed placed = apply(build, BASE, tables);
            assertRuns(runNotingWrites(writes, placed));

            assertThat(writes).as(tables).isNotEmpty().doesNotContainAnyElementsOf(relativeWordsOfRelro(build, placed));
        }
    }

    /** Otherwise the test above would show nothing. */
    @ParameterizedTest
    @MethodSource("notPacked")
    void startUpWritesEveryRelocatedWordOfRelroWithTablesKept(Build build) throws IOException {
        List<Long> writes = new ArrayList<>();
        Placed placed = apply(build, BASE, "keep");
        assertRuns(runNotingWrites(writes, placed));

        assertThat(writes).containsAll(relativeWordsOfRelro(build, placed));
    }

    private static Tool.Result runNotingWrites(List<Long> writes, Placed placed) throws IOException {
        Path harness = ImageLoader.compile(folder, "harness-writes");
        Tool.Result result = loader.runNotingWrites(harness, writes, placed, WORD);
        ImageLoader.assumeTracingWasPermitted(result);
        return result;
    }

    /** The load addresses of the words in RELRO that a relative relocation is for. */
    private static List<Long> relativeWordsOfRelro(Build build, Placed placed) throws IOException {
        Run run = Run.of("dump", "--format", "jsonl", program(build).toString());
        List<Long> words = new ArrayList<>();
        new JsonEntries(run.output().lines().iterator()).forEachRemaining(entry -> {
            long address = entry.place() + placed.bias();
            if (entry.type().equals(Entry.RELATIVE) && placed.relro().contains(address)) {
                words.add(address);
            }
        });
        assertThat(words).hasSizeGreaterThan(100);
        return words;
    }

    private static Placed apply(Build build, long base, String tables) throws IOException {
        Path program = program(build);
        Path image = folder.resolve(build + ".img");
        Run run = Run.of(
                "apply",
                "--base",
                hex(base),
                "--unresolved",
                "keep",
                "--tables",
                tables,
                program.toString(),
                image.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return new Placed(Headers.of(program), image, base);
    }

    /** Builds a program the first time it is asked for; skips the test where that cannot be. */
    private static Path program(Build build) throws IOException {
        Path program = PROGRAMS.get(build);
        if (program == null) {
            program = link(build);
            PROGRAMS.put(build, program);
        }
        return program;
    }

    private static Path link(Build build) throws IOException {
        Tool.require(build.tool);
        Path program = folder.resolve(build.toString());
        Tool.Result result = Tool.run(
                folder,
                List.of(
                        "gcc",
                        "-O1",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-fPIE",
                        "-static-pie",
                        "-fuse-ld=" + build.linker,
                        "-Wl," + build.packing,
                        "-o",
                        program.toString(),
                        ImageLoader.source("glibc-static-pie").toString()));
        assumeTrue(
                result.exitCode() == 0,
                () -> build + " cannot link a static PIE with glibc here: "
                        + result.errors().lines().findFirst().orElse("no reason given"));
        assertThat(Files.exists(program)).isTrue();
        // GNU ld before 2.38 only warns of an option that it does not know.
        boolean hasRelr = Headers.of(program).dynamic().stream().anyMatch(entry -> entry.tag() == DT_RELR);
        assumeTrue(hasRelr == build.isPacked, () -> build.tool + " does not know " + build.packing);
        return program;
    }

    private static void assertRuns(Tool.Result result) {
        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).isEqualTo(OUTPUT);
        assertThat(result.exitCode()).isEqualTo(EXIT_CODE);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
