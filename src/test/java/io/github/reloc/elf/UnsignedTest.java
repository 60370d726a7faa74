package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UnsignedTest {
    /** 2^63: the smallest number that a signed comparison takes for negative. */
    private static final long HALF = Long.MIN_VALUE;

    /** 2^64 - 1. */
    private static final long LAST = -1;

    @Test
    void theUpperHalfIsAboveTheLower() {
        assertThat(Unsigned.less(HALF - 1, HALF)).isTrue();
        assertThat(Unsigned.less(0, LAST)).isTrue();
        assertThat(Unsigned.less(LAST, 0)).isFalse();
        assertThat(Unsigned.less(LAST, LAST)).isFalse();
        assertThat(Unsigned.lessOrEqual(LAST, LAST)).isTrue();
        assertThat(Unsigned.lessOrEqual(HALF, HALF - 1)).isFalse();
    }

    @Test
    void minAndMaxAcrossTheMiddle() {
        assertThat(Unsigned.min(LAST, 1)).isEqualTo(1);
        assertThat(Unsigned.min(1, LAST)).isEqualTo(1);
        assertThat(Unsigned.max(LAST, 1)).isEqualTo(LAST);
        assertThat(Unsigned.max(1, LAST)).isEqualTo(LAST);
        assertThat(Unsigned.max(HALF - 1, HALF)).isEqualTo(HALF);
    }

    @Test
    void aSumWrapsPastTwoToThe64Only() {
        assertThat(Unsigned.sumWraps(LAST, 0)).isFalse();
        assertThat(Unsigned.sumWraps(LAST, 1)).isTrue();
        assertThat(Unsigned.sumWraps(LAST, LAST)).isTrue();
        assertThat(Unsigned.sumWraps(HALF, HALF - 1)).isFalse();
        assertThat(Unsigned.sumWraps(HALF, HALF)).isTrue();
        assertThat(Unsigned.sumWraps(HALF - 1, HALF - 1)).isFalse();
    }

    @Test
    void aSumThatWouldWrapIsTheHighestNumber() {
        assertThat(Unsigned.sum(1, 2)).isEqualTo(3);
        assertThat(Unsigned.sum(1L << 63, Long.MAX_VALUE)).isEqualTo(-1);
        assertThat(Unsigned.sum(1L << 63, 1L << 63)).isEqualTo(-1);
        assertThat(Unsigned.sum(-1, -1)).isEqualTo(-1);
        assertThat(Unsigned.sum(-1, 0)).isEqualTo(-1);
    }

    @Test
    void aRangeContainsItselfAndWhatIsWithin() {
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1000, 0x100)).isTrue();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x10f8, 8)).isTrue();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x10f9, 8)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0xfff, 1)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0xfff, 2)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1100, 1)).isFalse();
    }

    @Test
    void anEmptyRangeIsContainedUpToTheEnd() {
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1000, 0)).isTrue();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1100, 0)).isTrue();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1101, 0)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0xfff, 0)).isFalse();
    }

    @Test
    void anEmptyRangeContainsNoByte() {
        assertThat(Unsigned.contains(0x1000, 0, 0x1000, 0)).isTrue();
        assertThat(Unsigned.contains(0x1000, 0, 0x1000, 1)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0, 0x1001, 0)).isFalse();
    }

    @Test
    void aRangeThatWrapsIsNeverContained() {
        assertThat(Unsigned.contains(0, LAST, LAST - 1, 8)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1080, LAST)).isFalse();
        assertThat(Unsigned.contains(0x1000, 0x100, 0x1080, -0x80)).isFalse();
        assertThat(Unsigned.contains(0, 0x100, 0x80, HALF)).isFalse();
    }

    @Test
    void aRangeMayReachAcrossTheMiddleAndUpToTheTop() {
        assertThat(Unsigned.contains(HALF - 0x10, 0x20, HALF - 4, 8)).isTrue();
        assertThat(Unsigned.contains(HALF - 0x10, 0x20, HALF + 9, 8)).isFalse();
        assertThat(Unsigned.contains(-0x10, 0x10, -8, 8)).isTrue();
        assertThat(Unsigned.contains(-0x10, 0x10, -7, 8)).isFalse();
    }

    @Test
    void rangesThatTouchDoNotOverlap() {
        assertThat(Unsigned.overlap(0x1000, 0x100, 0x1100, 0x100)).isFalse();
        assertThat(Unsigned.overlap(0x1100, 0x100, 0x1000, 0x100)).isFalse();
        assertThat(Unsigned.overlap(0x1000, 0x101, 0x1100, 0x100)).isTrue();
        assertThat(Unsigned.overlap(0x1100, 0x100, 0x1000, 0x101)).isTrue();
    }

    @Test
    void aRangeWithinAnotherOverlapsIt() {
        assertThat(Unsigned.overlap(0x1000, 0x100, 0x1010, 8)).isTrue();
        assertThat(Unsigned.overlap(0x1010, 8, 0x1000, 0x100)).isTrue();
        assertThat(Unsigned.overlap(0x1000, 8, 0x1000, 8)).isTrue();
    }

    @Test
    void anEmptyRangeOverlapsNothing() {
        assertThat(Unsigned.overlap(0x1010, 0, 0x1000, 0x100)).isFalse();
        assertThat(Unsigned.overlap(0x1000, 0x100, 0x1010, 0)).isFalse();
        assertThat(Unsigned.overlap(0x1000, 0x100, 0x1000, 0)).isFalse();
        assertThat(Unsigned.overlap(0x1000, 0, 0x1000, 0)).isFalse();
    }

    @Test
    void overlapAtTheTopOfTheAddressSpace() {
        assertThat(Unsigned.overlap(-8, 8, -4, 4)).isTrue();
        assertThat(Unsigned.overlap(-8, 8, 0, 8)).isFalse();
        assertThat(Unsigned.overlap(0, 8, -8, 8)).isFalse();
    }

    @Test
    void aligning() {
        assertThat(Unsigned.alignDown(0x1fff, 0x1000)).isEqualTo(0x1000);
        assertThat(Unsigned.alignDown(0x1000, 0x1000)).isEqualTo(0x1000);
        assertThat(Unsigned.alignDown(LAST, 0x1000)).isEqualTo(0xfffffffffffff000L);
        assertThat(Unsigned.alignUp(0x1001, 0x1000)).isEqualTo(0x2000);
        assertThat(Unsigned.alignUp(0x1000, 0x1000)).isEqualTo(0x1000);
        assertThat(Unsigned.alignUp(0, 0x1000)).isEqualTo(0);
    }

    @Test
    void hexadecimal() {
        assertThat(Unsigned.hex(0)).isEqualTo("0x0");
        assertThat(Unsigned.hex(LAST)).isEqualTo("0xffffffffffffffff");
        assertThat(Unsigned.signedHex(-4)).isEqualTo("-0x4");
        assertThat(Unsigned.signedHex(4)).isEqualTo("0x4");
        assertThat(Unsigned.signedHex(HALF)).isEqualTo("-0x8000000000000000");
    }
}
