package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.cli.Reloc;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code reloc dump} lists what {@code readelf -rW --use-dynamic} lists: of the fixtures, of programs and libraries of
 * this machine, and of tables with a million entries.
 */
final class ReadelfTest {
    private static final int MILLION = 1_000_000;

    /** Where libraries and programs are on Debian and its relatives. */
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/lib/x86_64-linux-gnu"), Path.of("/usr/bin"));

    /** The dynamic loader and a static PIE; a C library with indirect functions; C++ names; many entries. */
    private static final List<String> FIRST_CHOICE = List.of(
            "/lib64/ld-linux-x86-64.so.2",
            "/sbin/ldconfig",
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            "/usr/lib/x86_64-linux-gnu/libm.so.6",
            "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
            "/usr/lib/x86_64-linux-gnu/libcrypto.so.3");

    private static final int FILES_PER_FOLDER = 17;
    private static final long MAX_FILE_SIZE = 8 << 20;

    @TempDir
    static Path folder;

    @BeforeAll
    static void requireReadelf() {
        Tool.require("readelf");
    }

    /** GNU readelf has no word for the packed tables of Android. */
    static Stream<Path> fixtures() {
        return Fixture.all().stream()
                .filter(fixture -> !fixture.property().startsWith("android"))
                .map(Fixture::file);
    }

    /** At even distances in the order of names: the same files each time, with names from a to z. */
    static Stream<Path> filesOfThisMachine() throws IOException {
        List<Path> files = new ArrayList<>();
        FIRST_CHOICE.stream().map(Path::of).filter(Files::exists).forEach(files::add);
        for (Path parent : FOLDERS) {
            List<Path> all = positionIndependentFiles(parent);
            for (int i = 0; i < FILES_PER_FOLDER && i < all.size(); i++) {
                files.add(all.get((int) ((long) i * all.size() / Math.min(FILES_PER_FOLDER, all.size()))));
            }
        }
        return files.stream();
    }

    private static List<Path> positionIndependentFiles(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(ReadelfTest::isPositionIndependent).sorted().toList();
        }
    }

    private static boolean isPositionIndependent(Path file) {
        if (!Files.isRegularFile(file) || Files.isSymbolicLink(file) || !Files.isReadable(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(64);
            // EI_MAG, ELFCLASS64, ELFDATA2LSB; e_type ET_DYN, e_machine EM_X86_64.
            return Files.size(file) <= MAX_FILE_SIZE
                    && header.length == 64
                    && new String(header, 0, 6, StandardCharsets.ISO_8859_1).equals("\u007fELF\2\1")
                    && header[16] == 3
                    && header[18] == 62;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource({"fixtures", "filesOfThisMachine"})
    void entriesEqualThoseOfReadelf(Path file) throws IOException {
        Run run = Run.of("dump", "--format", "jsonl", file.toString());
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();

        assertThat(byTable(new JsonEntries(run.output().lines().iterator())))
                .isEqualTo(byTable(withAddendsInPlace(file)));
    }

    /** readelf does not show the addend of REL and RELR entries: the word at the place, in the file. */
    private static Iterator<Entry> withAddendsInPlace(Path file) throws IOException {
        Headers headers = Headers.of(file);
        List<Entry> entries = new ArrayList<>();
        try (ReadelfListing listing = ReadelfListing.of(file, folder)) {
            listing.forEachRemaining(entry -> entries.add(
                    entry.addend() != null || entry.type().equals("R_X86_64_NONE")
                            ? entry
                            : new Entry(
                                    entry.table(),
                                    entry.place(),
                                    entry.type(),
                                    entry.symbol(),
                                    headers.word64(entry.place()))));
        }
        return entries.iterator();
    }

    private static Map<String, List<Entry>> byTable(Iterator<Entry> entries) {
        Map<String, List<Entry>> tables = new TreeMap<>();
        entries.forEachRemaining(entry -> tables.computeIfAbsent(entry.table(), table -> new ArrayList<>())
                .add(entry));
        return tables;
    }

    @Test
    void aMillionRelaEntries() throws IOException {
        long data = 0x4000000;
        PieBuilder builder = PieBuilder.pie().data(data, 8L * MILLION, 8L * MILLION);
        for (int i = 1; i <= 1000; i++) {
            builder.symbol("symbol_" + i, 0x12, 1, 16L * i, 8); // global function
        }
        // R_X86_64_64, GLOB_DAT, JUMP_SLOT, RELATIVE, DTPMOD64, TPOFF64, SIZE64, IRELATIVE, and one that is unknown.
        int[] types = {1, 6, 7, 8, 16, 18, 33, 37, 0x63};
        Random random = new Random(1);
        for (int i = 0; i < MILLION; i++) {
            int type = types[random.nextInt(types.length)];
            int symbol = type == 8 || type == 37 ? 0 : 1 + random.nextInt(1000);
            // Of any length, and both signs.
            builder.rela(data + 8L * i, type, symbol, random.nextLong() >> random.nextInt(64));
        }

        assertListedAlike(builder.writeTo(folder.resolve("rela.elf")), MILLION);
    }

    @Test
    void aMillionRelrPlaces() throws IOException {
        long data = 0x4000000;
        // An address, then bitmaps: 63 places each, every second one with holes.
        PieBuilder builder = PieBuilder.pie().data(data, 0, 16L * MILLION);
        builder.relr(data);
        int places = 1;
        Random random = new Random(1);
        while (places < MILLION) {
            long bitmap = 1 | (random.nextBoolean() ? -1 : random.nextLong());
            builder.relr(bitmap);
            places += Long.bitCount(bitmap) - 1;
        }

        assertListedAlike(builder.writeTo(folder.resolve("relr.elf")), places);
    }

    /** Entry by entry, so that neither list is held in memory. */
    private static void assertListedAlike(Path file, int count) throws IOException {
        Path jsonl = folder.resolve("entries.jsonl");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jsonl))) {
            PrintStream err = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            int exitCode = new Reloc(InputStream.nullInputStream(), out, err)
                    .run("dump", "--format", "jsonl", file.toString());
            assertThat(exitCode).isZero();
        }
        int compared = 0;
        try (ReadelfListing expected = ReadelfListing.of(file, folder);
                BufferedReader lines = Files.newBufferedReader(jsonl)) {
            JsonEntries actual = new JsonEntries(lines.lines().iterator());
            while (expected.hasNext() && actual.hasNext()) {
                Entry entry = expected.next();
                Entry listed = actual.next();
                if (!sameButForAddendInPlace(entry, listed)) {
                    assertThat(listed).as("entry " + compared).isEqualTo(entry);
                }
                compared++;
            }
            assertThat(expected.hasNext()).as("readelf has more").isFalse();
            assertThat(actual.hasNext()).as("reloc has more").isFalse();
        }
        assertThat(compared).isEqualTo(count);
    }

    /** RELR places above are in zero-filled memory. */
    private static boolean sameButForAddendInPlace(Entry entry, Entry listed) {
        return entry.addend() == null
                ? listed.addend() == 0
                        && entry.place() == listed.place()
                        && entry.type().equals(listed.type())
                : entry.equals(listed);
    }
}
