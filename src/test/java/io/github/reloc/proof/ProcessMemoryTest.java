package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import io.github.reloc.proof.Headers.DynamicEntry;
import io.github.reloc.proof.Headers.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Linux has put in memory before the first instruction of an executable is the raw image for the same base, byte for
 * byte, but for what a file says of its own addresses.
 */
final class ProcessMemoryTest {
    private static final long[] BASES = {0xa00000, 0x7654_3220_0000L};

    private static final long DT_PLTRELSZ = 2;
    private static final long DT_PLTGOT = 3;
    private static final long DT_SYMTAB = 6;
    private static final long DT_STRTAB = 5;

    /**
     * Tags whose value is an address. By the gABI: PLTGOT, HASH, STRTAB, SYMTAB, RELA, INIT, FINI, REL, JMPREL,
     * INIT_ARRAY, FINI_ARRAY, RELR; by Android: RELRO's REL, RELA, RELR; by GNU: GNU_HASH, VERSYM, VERDEF, VERNEED.
     */
    private static final Set<Long> ADDRESS_TAGS = Set.of(
            DT_PLTGOT,
            4L,
            DT_STRTAB,
            DT_SYMTAB,
            7L,
            12L,
            13L,
            17L,
            23L,
            25L,
            26L,
            36L,
            0x6000000fL,
            0x60000011L,
            0x6fffe000L,
            0x6ffffef5L,
            0x6ffffff0L,
            0x6ffffffcL,
            0x6ffffffeL);

    /** Tags of address and size of the tables that may keep entries: RELR, REL, RELA, JMPREL. */
    private static final long[][] TABLE_TAGS = {{36, 35}, {17, 18}, {7, 8}, {23, DT_PLTRELSZ}};

    @TempDir
    static Path folder;

    private static Path harness;

    @BeforeAll
    static void compileHarness() throws IOException {
        harness = ImageLoader.compile(folder, "harness-exec");
    }

    static Stream<Arguments> programsAndTables() {
        return LinuxExecutableTest.programsAndTables();
    }

    @ParameterizedTest
    @MethodSource("programsAndTables")
    void memoryIsTheRawImage(Fixture fixture, String tables) throws IOException {
        Headers headers = Headers.of(fixture.file());
        for (long base : BASES) {
            ByteBuffer image = rawImage(fixture, base, tables);
            ByteBuffer memory = memory(Executable.of(folder, fixture, base, "--tables", tables), headers);
            BitSet mayDiffer = addresses(headers, image);

            int at = 0;
            for (Segment segment : headers.ofType(Headers.PT_LOAD)) {
                int start = (int) (segment.address() - headers.start());
                for (int i = start; i < start + (int) segment.memorySize(); i++, at++) {
                    if (memory.get(at) != image.get(i) && !mayDiffer.get(i)) {
                        throw new AssertionError(String.format(
                                "base 0x%x, image offset 0x%x: 0x%02x, not 0x%02x",
                                base, i, memory.get(at), image.get(i)));
                    }
                }
            }
        }
    }

    private static ByteBuffer rawImage(Fixture fixture, long base, String tables) throws IOException {
        Path image = folder.resolve("image");
        Run run = Run.of(fixture.apply(base, image, "--tables", tables));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The memory of each segment, one after the other; where it is, and where it starts, the linker and the base say. */
    private static ByteBuffer memory(Executable executable, Headers headers) throws IOException {
        long bias = executable.base() - headers.start();
        Path copy = folder.resolve("memory");
        List<String> command = new ArrayList<>(
                List.of(harness.toString(), copy.toString(), executable.file().toString()));
        for (Segment segment : headers.ofType(Headers.PT_LOAD)) {
            command.add(String.format("0x%x,0x%x", segment.address() + bias, segment.memorySize()));
        }
        Tool.Result result = Tool.run(folder, command);
        ImageLoader.assumeTracingWasPermitted(result);
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).isEqualTo(String.format("0x%x%n", headers.entry() + bias));
        return ByteBuffer.wrap(Files.readAllBytes(copy)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where an ELF file holds addresses of its own that no relocation entry is for: as offsets in the image. */
    private static BitSet addresses(Headers headers, ByteBuffer image) {
        BitSet places = new BitSet();
        int firstByte = (int) (headers.programHeaderAddress() - headers.programHeaderFileOffset() - headers.start());
        word(places, firstByte + 24); // e_entry
        places.set(firstByte + 16, firstByte + 18); // e_type
        for (int i = 0; i < headers.segments().size(); i++) {
            int header = firstByte + (int) headers.programHeaderFileOffset() + 56 * i;
            word(places, header + 16); // p_vaddr
            word(places, header + 24); // p_paddr
        }
        for (DynamicEntry entry : headers.dynamic()) {
            if (ADDRESS_TAGS.contains(entry.tag())) {
                word(places, (int) (entry.valueAddress() - headers.start()));
            }
        }
        for (long[] tags : TABLE_TAGS) {
            entries(places, headers, image, tags[0], tags[1]);
        }
        symbols(places, headers);
        globalOffsetTables(places, headers, image);
        return places;
    }

    /** The words of the entries that the image still has: places and addends, or all of RELR. */
    private static void entries(BitSet places, Headers headers, ByteBuffer image, long addressTag, long sizeTag) {
        DynamicEntry address = headers.dynamicEntry(addressTag);
        DynamicEntry size = headers.dynamicEntry(sizeTag);
        if (address == null || size == null) {
            return;
        }
        // Both are those of the image: compacted tables begin elsewhere.
        int start = (int) (image.getLong((int) (address.valueAddress() - headers.start())) - headers.start());
        int end = start + (int) image.getLong((int) (size.valueAddress() - headers.start()));
        if (addressTag == 36) {
            places.set(start, end);
            return;
        }
        DynamicEntry kind = headers.dynamicEntry(20);
        boolean isRela = addressTag == 7 || (addressTag == 23 && kind.value() == 7);
        for (int entry = start; entry < end; entry += isRela ? 24 : 16) {
            word(places, entry);
            if (isRela) {
                word(places, entry + 16);
            }
        }
    }

    /** Every st_value; linkers put the strings, or another table, behind the symbols. */
    private static void symbols(BitSet places, Headers headers) {
        long start = headers.dynamicEntry(DT_SYMTAB).value();
        long end = headers.dynamic().stream()
                .filter(entry -> ADDRESS_TAGS.contains(entry.tag()))
                .mapToLong(DynamicEntry::value)
                .filter(address -> address > start)
                .min()
                .orElseThrow();
        for (long symbol = start; symbol + 24 <= end; symbol += 24) {
            word(places, (int) (symbol + 8 - headers.start()));
        }
    }

    /** Their first words: no entry is for them, so the image still has the address of the dynamic section as linked. */
    private static void globalOffsetTables(BitSet places, Headers headers, ByteBuffer image) {
        long dynamic = headers.ofType(Headers.PT_DYNAMIC).get(0).address();
        for (int at = 0; at < image.capacity(); at += Long.BYTES) {
            if (image.getLong(at) == dynamic) {
                word(places, at);
            }
        }
    }

    private static void word(BitSet places, int offset) {
        places.set(offset, offset + Long.BYTES);
    }
}
