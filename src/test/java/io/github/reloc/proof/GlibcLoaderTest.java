package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images of this machine's libraries and programs hold what glibc's loader writes when it loads them.
 *
 * <p>The counts go to {@code target/glibc-agreement.md}.
 */
final class GlibcLoaderTest {
    private static final Path LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu");
    private static final Path PROGRAMS = Path.of("/usr/bin");
    private static final Path REPORT = Path.of("target", "glibc-agreement.md");
    private static final int SAMPLE_SIZE = 30;
    private static final long MAX_FILE_SIZE = 20 << 20;

    /**
     * What runs code before the harness looks, and so has changed more than was relocated: the loader, the C library, and
     * libatomic when it chooses its indirect functions.
     */
    private static final String RUN_EARLY = "(ld-linux|libc|libatomic)[-.].*";

    private static final List<String> LIBRARY_NAMES = List.of(
            "ld-linux-x86-64.so.2",
            "libc.so.6",
            "libm.so.6",
            "libstdc++.so.6",
            "libgcc_s.so.1",
            "libcrypto.so.3",
            "libssl.so.3",
            "libresolv.so.2",
            "libz.so.1");

    private static final List<String> PROGRAM_NAMES = List.of("bash", "gcc", "git", "openssl", "perl", "python3");

    /** A linker, and its option for relative relocations in RELR or not. */
    enum Build {
        LD("bfd", "ld", "-z,nopack-relative-relocs"),
        LD_RELR("bfd", "ld", "-z,pack-relative-relocs"),
        LLD("lld", "ld.lld", "--pack-dyn-relocs=none"),
        LLD_RELR("lld", "ld.lld", "--pack-dyn-relocs=relr"),
        MOLD("mold", "mold", "--pack-dyn-relocs=none"),
        MOLD_RELR("mold", "mold", "--pack-dyn-relocs=relr");

        private final String linker;
        private final String tool;
        private final String packing;

        Build(String linker, String tool, String packing) {
            this.linker = linker;
            this.tool = tool;
            this.packing = packing;
        }
    }

    @TempDir
    static Path folder;

    private static final Map<Path, DynamicSymbols> SYMBOLS = new HashMap<>();
    private static final SortedMap<String, SortedMap<String, Integer>> COUNTS = new TreeMap<>();
    private static Path harness;
    private static Path idle;

    @BeforeAll
    static void compileHarness() throws IOException {
        harness = ImageLoader.compile(folder, "harness-memory");
        Tool.require("readelf");
        // Exports nothing, so that no library finds its symbols in it, and has no thread-local variables.
        Path source = Files.writeString(folder.resolve("idle.c"), "int main(void) { return 0; }\n");
        idle = folder.resolve("idle");
        link(idle, "gcc", "-fPIE", "-pie", source.toString());
    }

    @AfterAll
    static void writeReport() throws IOException {
        if (COUNTS.isEmpty()) {
            return;
        }
        SortedMap<String, Integer> total = new TreeMap<>();
        COUNTS.values().forEach(counts -> counts.forEach((what, count) -> total.merge(what, count, Integer::sum)));
        List<String> lines = new ArrayList<>();
        lines.add(
                "Words in memory after glibc's loader that are those of the image, by type, and those that are not, by"
                        + " reason.");
        lines.add("");
        lines.add("| file | " + String.join(" | ", total.keySet()) + " |");
        lines.add("|---|" + "---:|".repeat(total.size()));
        COUNTS.forEach((file, counts) -> lines.add(row(file, counts, total)));
        lines.add(row("total", total, total));
        Files.write(REPORT, lines);
    }

    private static String row(String name, Map<String, Integer> counts, Map<String, Integer> columns) {
        StringBuilder row = new StringBuilder("| " + name);
        columns.keySet().forEach(column -> row.append(" | ").append(counts.getOrDefault(column, 0)));
        return row.append(" |").toString();
    }

    /** The libraries that most others need, and a sample of the rest, the same on every run. */
    static Stream<Path> libraries() throws IOException {
        return chosen(LIBRARIES, LIBRARY_NAMES, "lib.*\\.so[.\\d]*");
    }

    static Stream<Path> programs() throws IOException {
        return chosen(PROGRAMS, PROGRAM_NAMES, ".*").filter(GlibcLoaderTest::usesThisLoader);
    }

    private static Stream<Path> chosen(Path directory, List<String> names, String pattern) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        TreeSet<Path> candidates = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches(pattern))
                    .toList()) {
                if (Files.isRegularFile(file) && Files.isReadable(file) && isPositionIndependent(file)) {
                    candidates.add(file.toRealPath());
                }
            }
        }
        TreeSet<Path> chosen = new TreeSet<>();
        for (String name : names) {
            Path file = directory.resolve(name);
            if (Files.exists(file) && isPositionIndependent(file)) {
                chosen.add(file.toRealPath());
            }
        }
        List<Path> all = List.copyOf(candidates);
        for (int i = 0; i < SAMPLE_SIZE && !all.isEmpty(); i++) {
            chosen.add(all.get((int) ((long) all.size() * i / SAMPLE_SIZE)));
        }
        return chosen.stream();
    }

    /** ELF64 (e_ident[4] = 2), ET_DYN (e_type: 2 bytes @ 16, 3), EM_X86_64 (e_machine: 2 bytes @ 18, 62). */
    private static boolean isPositionIndependent(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() <= MAX_FILE_SIZE
                    && channel.read(header) == header.capacity()
                    && header.getInt(0) == 0x464c457f
                    && header.get(4) == 2
                    && header.getShort(16) == 3
                    && header.getShort(18) == 62;
        }
    }

    /** PT_INTERP (3) of a program is that of the harness. */
    private static boolean usesThisLoader(Path program) {
        try {
            return interpreter(program).equals(interpreter(harness));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String interpreter(Path program) throws IOException {
        Headers headers = Headers.of(program);
        for (Headers.Segment segment : headers.ofType(3)) {
            byte[] name = new byte[Math.toIntExact(segment.fileSize())];
            headers.bytes().get(Math.toIntExact(segment.fileOffset()), name);
            return new String(name, StandardCharsets.UTF_8);
        }
        return "";
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void libraryIsInMemoryAsInTheImage(Path library) throws IOException {
        String name = library.getFileName().toString();
        // The loader itself is in every process.
        GlibcProcess process = name.startsWith("ld-linux")
                ? GlibcProcess.ofLoader(folder, harness, library, idle)
                : GlibcProcess.ofLibrary(folder, harness, library, idle);
        compare(library.toString(), process, !name.matches(RUN_EARLY));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programIsInMemoryAsInTheImage(Path program) throws IOException {
        compare(program.toString(), GlibcProcess.ofProgram(folder, harness, program), true);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsInMemoryAsInTheImage(Build build) throws IOException {
        Tool.require(build.tool);
        Path library = folder.resolve("glibc-library." + build + ".so");
        link(
                library,
                "gcc",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fPIC",
                "-shared",
                "-fuse-ld=" + build.linker,
                "-Wl," + build.packing,
                ImageLoader.source("glibc-library").toString());

        Map<String, Integer> counts =
                compare(library.getFileName().toString(), GlibcProcess.ofLibrary(folder, harness, library, idle), true);

        assertThat(counts)
                .containsKeys(
                        "R_X86_64_64",
                        "R_X86_64_GLOB_DAT",
                        "R_X86_64_JUMP_SLOT",
                        "R_X86_64_RELATIVE",
                        "R_X86_64_DTPMOD64",
                        "R_X86_64_DTPOFF64",
                        "R_X86_64_TPOFF64",
                        GlibcAgreement.LEFT,
                        GlibcAgreement.FOUND_ELSEWHERE)
                .doesNotContainKey(GlibcAgreement.INTERPOSED);
    }

    /** Otherwise the tests above would show nothing. */
    @Test
    void imageForAnotherBaseDiffersInEveryRelativeWord() throws IOException {
        GlibcProcess process = GlibcProcess.ofProgram(folder, harness, idle);
        int relative = compare(process, process.base(), true).counts().get(Entry.RELATIVE);

        GlibcAgreement agreement = compare(process, process.base() + Headers.PAGE_SIZE, true);

        assertThat(agreement.counts()).doesNotContainKey(Entry.RELATIVE);
        assertThat(agreement.faults().stream().filter(fault -> fault.contains(Entry.RELATIVE)))
                .hasSize(relative);
    }

    private static Map<String, Integer> compare(String name, GlibcProcess process, boolean whole) throws IOException {
        GlibcAgreement agreement = compare(process, process.base(), whole);
        COUNTS.put(name, agreement.counts());
        assertThat(agreement.faults()).isEmpty();
        return agreement.counts();
    }

    private static GlibcAgreement compare(GlibcProcess process, long base, boolean whole) throws IOException {
        Path file = process.subject().file();
        Path image = folder.resolve("image.bin");
        Run run = Run.of(
                "apply",
                "--base",
                "0x" + Long.toHexString(base),
                "--tables",
                "keep",
                "--unresolved",
                "keep",
                file.toString(),
                image.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        GlibcAgreement agreement = new GlibcAgreement(process, bytes, folder, SYMBOLS);
        try (ReadelfListing entries = ReadelfListing.of(file, folder)) {
            while (entries.hasNext()) {
                agreement.compare(entries.next());
            }
        }
        if (whole) {
            agreement.compareTheRest();
        }
        return agreement;
    }

    private static void link(Path output, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-o", output.toString()));
        Tool.Result result = Tool.run(folder, all);
        assumeTrue(result.exitCode() == 0, () -> "cannot be linked here: " + result.errors());
    }
}
