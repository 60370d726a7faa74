package io.github.reloc.relocation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SieveTest {
    /** The addresses that a sieve holds, of all in a range. */
    private static void assertHolds(Sieve sieve, long from, long to, long first, long last) {
        for (long address = from; address <= to; address++) {
            assertThat(sieve.holds(address)).as("0x%x", address).isEqualTo(address >= first && address <= last);
        }
    }

    @Test
    void aRangeIsHeldWithTheWordsAroundItsEnds() {
        Sieve sieve = new Sieve(0x1000, 0x1fff);
        sieve.add(0x1013, 0x1024);
        sieve.fill();

        assertHolds(sieve, 0x0f00, 0x2100, 0x1010, 0x1027);
    }

    @Test
    void wordsAreCountedFromTheStart() {
        Sieve sieve = new Sieve(0x1003, 0x1fff);
        sieve.add(0x1003, 0x1003);
        sieve.fill();

        assertHolds(sieve, 0x0f00, 0x2100, 0x1003, 0x100a);
    }

    @Test
    void theLastAddressHasItsPlace() {
        Sieve sieve = new Sieve(0, 0x1ff);
        sieve.add(0x1ff, 0x1ff);
        sieve.fill();

        assertHolds(sieve, 0, 0x400, 0x1f8, 0x1ff);
    }

    @Test
    void addressesAreUnsigned() {
        Sieve sieve = new Sieve(-0x2000, -0x1001);
        sieve.add(-0x1008, -0x1001);
        sieve.fill();

        assertThat(sieve.holds(-0x1008)).isTrue();
        assertThat(sieve.holds(-0x1009)).isFalse();
        assertThat(sieve.holds(-0x1000)).isFalse();
        assertThat(sieve.holds(0)).isFalse();
        assertThat(sieve.holds(Long.MAX_VALUE)).isFalse();
    }

    /** 2^23 bytes are a million words; of twice as many, a bit is for 16 bytes. */
    @Test
    void aMillionBitsAreEnough() {
        Sieve words = new Sieve(0, (1 << 23) - 1);
        words.add(0x100008, 0x100008);
        words.fill();
        assertHolds(words, 0xfff80, 0x100080, 0x100008, 0x10000f);

        Sieve pairs = new Sieve(0, (1 << 24) - 1);
        pairs.add(0x100008, 0x100008);
        pairs.add((1 << 24) - 1, (1 << 24) - 1);
        pairs.fill();
        assertHolds(pairs, 0xfff80, 0x100080, 0x100000, 0x10000f);
        assertThat(pairs.holds((1 << 24) - 16)).isTrue();
        assertThat(pairs.holds(1 << 24)).isFalse();
    }

    @Test
    void theWholeAddressSpace() {
        Sieve sieve = new Sieve(0, -1);
        sieve.add(-1, -1);
        sieve.fill();

        assertThat(sieve.holds(-1)).isTrue();
        assertThat(sieve.holds(-(1L << 44))).isTrue();
        assertThat(sieve.holds(-(1L << 44) - 1)).isFalse();
        assertThat(sieve.holds(0)).isFalse();
    }

    @Test
    void rangesMayShareWords() {
        Sieve sieve = new Sieve(0x1000, 0x1fff);
        sieve.add(0x1100, 0x11ff);
        sieve.add(0x1080, 0x1107);
        sieve.add(0x1140, 0x1147);
        sieve.add(0x1200, 0x1207);
        sieve.fill();

        assertHolds(sieve, 0x1000, 0x1fff, 0x1080, 0x1207);
    }

    /** To go through a million bits each time would take hours. */
    @Test
    void manyLargeRangesOverEachOther() {
        Sieve sieve = new Sieve(0, 1 << 30);
        for (int i = 0; i < 1_000_000; i++) {
            sieve.add(i, (1 << 30) - 2_000_000 + i);
        }
        sieve.fill();

        assertThat(sieve.holds(0)).isTrue();
        assertThat(sieve.holds(1 << 29)).isTrue();
        assertThat(sieve.holds((1 << 30) - 1_000_001)).isTrue();
        assertThat(sieve.holds((1 << 30) - 990_000)).isFalse();
    }
}
