package io.github.reloc.table;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of a built file is at 0x400 of the file. */
final class RelrDecoderTest {
    private static List<Long> places(long... words) {
        return DecodedEntry.decode(pie().relr(words)).stream()
                .map(DecodedEntry::place)
                .toList();
    }

    /** The definition, bit by bit. */
    private static List<Long> expand(long[] words) {
        List<Long> places = new ArrayList<>();
        long where = 0;
        for (long word : words) {
            if (word % 2 == 0) {
                places.add(word);
                where = word + 8;
            } else {
                for (int bit = 1; bit < 64; bit++) {
                    if ((word >> bit & 1) == 1) {
                        places.add(where + 8L * (bit - 1));
                    }
                }
                where += 63 * 8;
            }
        }
        return places;
    }

    @Test
    void anAddress() {
        assertThat(DecodedEntry.decode(pie().relr(0x10000))).containsExactly(new DecodedEntry(0, 0x10000, 8, 0, 0));
    }

    @Test
    void anAddressNeedNotBeAligned() {
        assertThat(places(0x10002, 0b11)).containsExactly(0x10002L, 0x1000aL);
    }

    @Test
    void theFirstBitIsTheWordAfterTheAddress() {
        assertThat(places(0x10000, 0b11)).containsExactly(0x10000L, 0x10008L);
    }

    @Test
    void theLastBitIsTheWord63AfterTheAddress() {
        assertThat(places(0x10000, 0x8000000000000001L)).containsExactly(0x10000L, 0x10000L + 63 * 8);
    }

    @Test
    void eachBitIsItsWord() {
        for (int bit = 1; bit < 64; bit++) {
            assertThat(places(0x10000, 1L << bit | 1)).containsExactly(0x10000L, 0x10000L + 8L * bit);
        }
    }

    @Test
    void allBits() {
        List<Long> places = places(0x10000, -1);

        assertThat(places).hasSize(64);
        assertThat(places.get(63)).isEqualTo(0x10000 + 63 * 8);
    }

    @Test
    void aSecondBitmapGoesOnWhereTheFirstEnds() {
        assertThat(places(0x10000, 0b101, 0b11)).containsExactly(0x10000L, 0x10010L, 0x10008L + 63 * 8);
    }

    @Test
    void aBitmapWithoutBitsMovesOn() {
        assertThat(places(0x10000, 1, 1, 0b11)).containsExactly(0x10000L, 0x10008L + 2 * 63 * 8);
    }

    @Test
    void anAddressAfterABitmapBeginsAgain() {
        assertThat(places(0x10000, 1, 0x20000, 0b11)).containsExactly(0x10000L, 0x20000L, 0x20008L);
    }

    @Test
    void anAddressMayLieBelowTheOneBefore() {
        assertThat(places(0x20000, 0x10000, 0b11)).containsExactly(0x20000L, 0x10000L, 0x10008L);
    }

    @Test
    void entriesAreNumberedAsDecoded() {
        assertThat(DecodedEntry.decode(pie().relr(0x10000, 0b1101, 0x20000)).stream()
                        .map(DecodedEntry::index))
                .containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aTableMustNotBeginWithABitmap() {
        assertMalformed("RELR begins with a bitmap, 0x3 (file offset 0x400)", () -> places(3, 0x10000));
    }

    @Test
    void anAddressAtTheTopOfTheAddressSpace() {
        assertThat(places(-16, 0x10000)).containsExactly(-16L, 0x10000L);
        assertMalformed(
                "RELR leaves the address space after 0xfffffffffffffff8 (file offset 0x408)",
                () -> places(0x10000, -8));
    }

    @Test
    void aBitmapAtTheTopOfTheAddressSpace() {
        // 63 words are 0x1f8 bytes; the first bitmap begins 8 bytes after the address.
        assertThat(places(-0x208, 0x8000000000000001L)).containsExactly(-0x208L, -0x10L);
        assertMalformed(
                "RELR leaves the address space after 0xfffffffffffffe08 (file offset 0x408)", () -> places(-0x200, 1));
    }

    @Test
    void whatComesBeforeTheFaultIsPassedOn() {
        List<Long> seen = new ArrayList<>();
        try (var program = pie().relr(0x10000, 0b11, -8).open()) {
            RelocationTable table = new RelocationTables(program).list().get(0);
            assertMalformed(
                    "RELR leaves the address space after 0xfffffffffffffff8 (file offset 0x410)",
                    () -> table.forEach(program, entry -> seen.add(entry.place())));
        }

        assertThat(seen).startsWith(0x10000L, 0x10008L);
    }

    @Test
    void aTableLargerThanAChunk() {
        // 20,000 words of 8 bytes; a chunk has 48 KiB. Runs of bitmaps cross its border.
        Random random = new Random(1);
        long[] words = new long[20_000];
        for (int i = 0; i < words.length; i++) {
            words[i] = i % 100 == 0 ? random.nextLong() >>> 8 << 1 : random.nextLong() | 1;
        }
        PieBuilder pie = pie().data(0x1000000, 8, 8).relr(words);
        List<Long> expected = expand(words);

        assertThat(DecodedEntry.decode(pie).stream().map(DecodedEntry::place).toList())
                .isEqualTo(expected);
        assertThat(DecodedEntry.count(pie)).isEqualTo(expected.size());
    }

    /** Places are passed on 2048 at a time, at the most: a bitmap of all of its 63 comes where there is no room for them. */
    @Test
    void aBitmapAtEachPlaceOfABatch() {
        for (int addresses = 1980; addresses < 2052; addresses++) {
            long[] words = new long[addresses + 1];
            for (int i = 0; i < addresses; i++) {
                words[i] = 0x100000 + 16L * i;
            }
            words[addresses] = -1;
            long last = words[addresses - 1];
            List<DecodedEntry> entries =
                    DecodedEntry.decode(pie().data(0x100000, 8, 8).relr(words));

            assertThat(entries).hasSize(addresses + 63);
            assertThat(entries.get(addresses - 1)).isEqualTo(new DecodedEntry(addresses - 1, last, 8, 0, 0));
            for (int bit = 1; bit <= 63; bit++) {
                assertThat(entries.get(addresses - 1 + bit))
                        .isEqualTo(new DecodedEntry(addresses - 1 + bit, last + 8L * bit, 8, 0, 0));
            }
        }
    }

    /** In the middle of a table, so that the decoder has not come to its end. */
    @Test
    void nothingIsPassedOnAgainToAConsumerThatFailed() {
        long[] words = new long[3000];
        for (int i = 0; i < words.length; i++) {
            words[i] = 0x100000 + 16L * i;
        }
        List<Long> seen = new ArrayList<>();
        try (Program program = pie().data(0x100000, 8, 8).relr(words).open()) {
            RelocationTable table = new RelocationTables(program).list().get(0);
            assertThatThrownBy(() -> table.forEachBatch(program, batch -> {
                        seen.add(batch.place(0));
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
        }

        assertThat(seen).containsExactly(0x100000L);
    }

    @Test
    void aBitmapMayFillABatch() {
        long[] words = new long[2 * 1986];
        for (int i = 0; i < words.length; i++) {
            words[i] = i % 1986 == 1985 ? -1 : 0x10000;
        }
        List<Integer> counts = new ArrayList<>();
        try (Program program = pie().relr(words).open()) {
            new RelocationTables(program).list().get(0).forEachBatch(program, batch -> counts.add(batch.count()));
        }

        // 1985 addresses, and the 63 of a bitmap with every bit set.
        assertThat(counts).containsExactly(2048, 2048);
    }
}
