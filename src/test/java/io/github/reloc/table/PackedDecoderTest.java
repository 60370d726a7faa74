package io.github.reloc.table;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PackedDecoderTest {
    // Flags of a group: what its entries share, and whether they have addends.
    private static final int SAME_INFO = 1;
    private static final int SAME_DELTA = 2;
    private static final int SAME_ADDEND = 4;
    private static final int HAS_ADDENDS = 8;

    /** A file with a table of Elf64_Rela. */
    private static PieBuilder rela(byte[] table) {
        return pie().data(DATA, 0x20000, 0x20000)
                .bytes(DATA, table)
                .tag(Elf.DT_ANDROID_RELA, DATA)
                .tag(Elf.DT_ANDROID_RELASZ, table.length);
    }

    @Test
    void entriesOfAGroupShareWhatItSays() {
        byte[] table = new PackedBytes()
                .numbers(3, 0x10000) // three entries; the first place counts from there
                .numbers(2, SAME_INFO | SAME_DELTA | HAS_ADDENDS, 8, 8) // two of type 8, 8 bytes apart
                .numbers(5, -3) // their addends, each counted from the one before
                .numbers(1, 0, 0x20, (7L << 32) | 1) // one with all of its own, and no addend
                .toArray();

        assertThat(DecodedEntry.decode(rela(table)))
                .containsExactly(
                        new DecodedEntry(0, 0x10008, 8, 0, 5),
                        new DecodedEntry(1, 0x10010, 8, 0, 2),
                        new DecodedEntry(2, 0x10030, 1, 7, 0));
    }

    @Test
    void moreThanArePassedOnAtOnce() {
        // 2048 at the most.
        PackedBytes table = new PackedBytes().numbers(5000, 0x10000).numbers(5000, SAME_INFO | HAS_ADDENDS, 8);
        List<DecodedEntry> expected = new ArrayList<>();
        long place = 0x10000;
        long addend = 0;
        for (int i = 0; i < 5000; i++) {
            table.numbers(i % 50, i % 30 - 10);
            place += i % 50;
            addend += i % 30 - 10;
            expected.add(new DecodedEntry(i, place, 8, 0, addend));
        }

        assertThat(DecodedEntry.decode(rela(table.toArray()))).isEqualTo(expected);
    }

    @Test
    void whatComesBeforeTheFaultIsPassedOn() {
        byte[] whole = new PackedBytes()
                .numbers(3, 0x10000, 3, SAME_INFO | SAME_DELTA | HAS_ADDENDS, 8, 8)
                .numbers(1, 2, 300)
                .toArray();
        List<Long> seen = new ArrayList<>();
        // The last number takes two bytes, 14 and 15 of the table, which is at 0x1000 of the file; one is missing.
        try (Program program = rela(Arrays.copyOf(whole, whole.length - 1)).open()) {
            RelocationTable table = new RelocationTables(program).list().get(0);
            assertMalformed(
                    "a packed table ends inside a number (file offset 0x100e)",
                    () -> table.forEach(program, entry -> seen.add(entry.statedAddend())));
        }

        assertThat(seen).containsExactly(1L, 3L);
    }

    @Test
    void anAddendThatAGroupShares() {
        byte[] table = new PackedBytes()
                .numbers(4, 0x10000)
                .numbers(2, SAME_INFO | SAME_DELTA | SAME_ADDEND | HAS_ADDENDS, 8, 8, 0x30) // counted from 0
                .numbers(2, SAME_INFO | SAME_DELTA | SAME_ADDEND | HAS_ADDENDS, 8, 8, -0x10) // counted from that
                .toArray();

        assertThat(DecodedEntry.decode(rela(table)).stream().map(DecodedEntry::addend))
                .containsExactly(0x30L, 0x30L, 0x20L, 0x20L);
    }

    @Test
    void theCountIsTheOneStated() {
        assertThat(DecodedEntry.count(rela(new PackedBytes().numbers(3, 0).toArray())))
                .isEqualTo(3);
        assertThat(DecodedEntry.count(rela(new byte[] {'A', 'P', 'S', '3', 3, 0})))
                .isZero();
    }

    @Test
    void theMagicNumberLiesInTheTable() {
        byte[] cut = {'A', 'P', 'S'};
        PieBuilder pie = rela(cut).bytes(DATA + 3, (byte) '2', (byte) 0, (byte) 0);

        assertMalformed("a packed table does not begin with APS2 (file offset 0x1000)", () -> DecodedEntry.decode(pie));
        assertMalformed(
                "a packed table ends inside a number (file offset 0x1004)",
                () -> DecodedEntry.decode(rela(new byte[] {'A', 'P', 'S', '2'})));
    }

    /** Entries that a group shares all of take no bytes, so that the words of the file are the bound. */
    @Test
    void noMoreEntriesThanBytesOfTheTableAndWordsOfTheFile() {
        // The file has 0x21000 bytes: a page of headers and tables, and the data.
        int most = 14 + 0x21000 / 8;
        byte[] table = new PackedBytes()
                .numbers(most, 0, most, SAME_INFO | SAME_DELTA, 0, 0)
                .toArray();
        byte[] oneMore = new PackedBytes()
                .numbers(most + 1, 0, most + 1, SAME_INFO | SAME_DELTA, 0, 0)
                .toArray();
        assertThat(table.length).isEqualTo(oneMore.length).isEqualTo(14);

        assertThat(DecodedEntry.decode(rela(table))).hasSize(most);
        assertMalformed(
                "a packed table states 16911 entries, more than there are words in the file (file offset 0x1000)",
                () -> DecodedEntry.decode(rela(oneMore)));
    }

    @Test
    void entriesComeInBatches() {
        byte[] table = new PackedBytes()
                .numbers(5000, 0, 5000, SAME_INFO | SAME_DELTA, 0, 0)
                .toArray();
        List<Integer> counts = new ArrayList<>();
        try (Program program = rela(table).open()) {
            new RelocationTables(program).list().get(0).forEachBatch(program, batch -> counts.add(batch.count()));
        }

        assertThat(counts).containsExactly(2048, 2048, 904);
    }
}
