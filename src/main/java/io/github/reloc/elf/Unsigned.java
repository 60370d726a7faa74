package io.github.reloc.elf;

/**
 * Unsigned 64-bit arithmetic that cannot wrap unnoticed.
 *
 * <p>The one place where addresses, offsets and sizes from a file are compared and added. A range is a start and a size
 * in bytes; a range that this class calls valid ends at or below 2<sup>64</sup>.
 */
public final class Unsigned {
    private Unsigned() {}

    public static boolean less(long left, long right) {
        return Long.compareUnsigned(left, right) < 0;
    }

    public static boolean lessOrEqual(long left, long right) {
        return Long.compareUnsigned(left, right) <= 0;
    }

    public static long min(long left, long right) {
        return less(left, right) ? left : right;
    }

    public static long max(long left, long right) {
        return less(left, right) ? right : left;
    }

    /** Whether {@code left + right} passes 2<sup>64</sup> - 1. */
    public static boolean sumWraps(long left, long right) {
        return less(left + right, left);
    }

    /** {@code left + right}, or 2<sup>64</sup> - 1 where the sum passes that. */
    public static long sum(long left, long right) {
        return sumWraps(left, right) ? -1 : left + right;
    }

    /**
     * Whether the range {@code [start, start + size)} lies whole within {@code [outerStart, outerStart + outerSize)}.
     *
     * <p>The outer range must be valid; the inner one may be anything, and one that wraps is never contained: a start
     * below the outer one makes the difference larger than any valid outer size.
     */
    public static boolean contains(long outerStart, long outerSize, long start, long size) {
        long distance = start - outerStart;
        return lessOrEqual(distance, outerSize) && lessOrEqual(size, outerSize - distance);
    }

    /** Whether two valid ranges share a byte; an empty range shares none. */
    public static boolean overlap(long leftStart, long leftSize, long rightStart, long rightSize) {
        return (less(leftStart - rightStart, rightSize) && leftSize != 0)
                || (less(rightStart - leftStart, leftSize) && rightSize != 0);
    }

    /** Rounds down to a multiple of {@code alignment}, a power of two. */
    public static long alignDown(long value, long alignment) {
        return value & -alignment;
    }

    /** Rounds up to a multiple of {@code alignment}, a power of two; the caller knows that the sum does not wrap. */
    public static long alignUp(long value, long alignment) {
        return alignDown(value + alignment - 1, alignment);
    }

    /** {@code 0x} and the value in lower-case hexadecimal digits, as every message and listing shows an address. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** As {@link #hex}, with a sign: how a listing shows an addend. */
    public static String signedHex(long value) {
        return value < 0 ? "-0x" + Long.toHexString(-value) : hex(value);
    }
}
