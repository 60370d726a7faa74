package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

final class SymbolCountTest {
    private static long count(PieBuilder pie) {
        try (Program program = pie.open()) {
            return SymbolCount.of(program.dynamic(), program.memory());
        }
    }

    private static PieBuilder hash(int... words) {
        return pie().tag(Elf.DT_HASH, DATA).word32(DATA, words);
    }

    /** The words: nbuckets, symoffset, bloom_size, bloom_shift, the filter, the buckets, the chains. */
    private static PieBuilder gnuHash(int... words) {
        return pie().tag(Elf.DT_GNU_HASH, DATA).word32(DATA, words);
    }

    @Test
    void noHashTableTellsNothing() {
        assertThat(count(pie())).isEqualTo(-1);
    }

    @Test
    void theChainsOfDtHashAreTheSymbols() {
        assertThat(count(hash(3, 7))).isEqualTo(7);
    }

    @Test
    void aCountIsUnsigned() {
        assertThat(count(hash(1, -1))).isEqualTo(0xffffffffL);
    }

    @Test
    void dtHashGoesBeforeDtGnuHash() {
        assertThat(count(hash(1, 7).tag(Elf.DT_GNU_HASH, -1))).isEqualTo(7);
    }

    @Test
    void theLastGnuChainEndsTheTable() {
        // Two buckets, that start at symbols 1 and 3; the chains 1, 2 and 3, 4 end with an odd word.
        assertThat(count(gnuHash(2, 1, 1, 0, 0, 0, 1, 3, 0x10, 0x21, 0x30, 0x41)))
                .isEqualTo(5);
    }

    @Test
    void theGnuBucketThatStartsHighestNeedNotBeTheLast() {
        assertThat(count(gnuHash(3, 1, 0, 0, 3, 1, 0, 0x11, 0x21, 0x30, 0x40, 0x51)))
                .isEqualTo(6);
    }

    @Test
    void aGnuHashOfManyBuckets() {
        // More than are read at once, with the one that starts highest in each place in turn.
        int buckets = 4100;
        for (int highest : new int[] {0, 1, 4095, 4096, 4099}) {
            int[] words = new int[4 + buckets + 2];
            words[0] = buckets;
            words[1] = 1; // the first symbol; no bloom filter
            words[4 + highest] = 2;
            words[4 + buckets] = 0x10; // the chain of symbol 1
            words[4 + buckets + 1] = 0x11; // that of symbol 2, which ends there
            PieBuilder pie =
                    pie().data(DATA, 0x8000, 0x8000).tag(Elf.DT_GNU_HASH, DATA).word32(DATA, words);

            assertThat(count(pie)).isEqualTo(3);
        }
    }

    @Test
    void symbolsThatTheGnuHashLeavesOutAreCounted() {
        assertThat(count(gnuHash(1, 10, 0, 0, 10, 0x11))).isEqualTo(11);
    }

    @Test
    void aGnuHashThatExportsNothingTellsNothing() {
        assertThat(count(gnuHash(1, 1, 1, 0, 0, 0, 0))).isEqualTo(-1);
        assertThat(count(gnuHash(0, 1, 1, 0, 0, 0))).isEqualTo(-1);
    }

    @Test
    void aGnuBucketBeforeTheFirstSymbol() {
        assertMalformed(
                "DT_GNU_HASH has a bucket that starts at symbol 4, before its first, 5 (file offset 0x208)",
                () -> count(gnuHash(1, 5, 0, 0, 4, 0x11)));
    }

    @Test
    void aGnuChainWithoutEndEndsWithTheSegment() {
        assertMalformed(
                "DT_GNU_HASH 0x10000: the table does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                () -> count(gnuHash(1, 1, 0, 0, 1)));
    }

    @Test
    void aGnuHashOfTheLargestCounts() {
        assertMalformed(
                "DT_GNU_HASH 0x10000: the table does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                () -> count(gnuHash(-1, -1, -1, -1)));
    }

    @Test
    void aGnuHashWhoseHeaderPassesTheEnd() {
        assertMalformed(
                "DT_GNU_HASH 0x11ff8: the table does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                () -> count(pie().tag(Elf.DT_GNU_HASH, 0x11ff8)));
    }

    @Test
    void dtHashOutsideEverySegment() {
        assertMalformed(
                "DT_HASH 0xfffffffffffffffc: the table does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                () -> count(pie().tag(Elf.DT_HASH, -4)));
    }

    @Test
    void aHashInZeroesThatNoFileBacks() {
        assertMalformed(
                "DT_HASH 0x11000: the table does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                () -> count(pie().tag(Elf.DT_HASH, BSS)));
    }
}
