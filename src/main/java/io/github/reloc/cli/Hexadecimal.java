package io.github.reloc.cli;

import java.nio.ByteBuffer;

/**
 * Writes numbers in hexadecimal, in ASCII, eight digits at once: a listing has millions of them.
 *
 * <p>A number is written where it is told to begin, and up to {@link #MAX_LENGTH} bytes from there are written over.
 */
final class Hexadecimal {
    private static final int BITS_PER_DIGIT = 4;
    private static final int DIGITS_AT_ONCE = 8;
    private static final short PREFIX = '0' << Byte.SIZE | 'x';
    private static final int PREFIX_LENGTH = 2;

    /** In bytes, of the longest number. */
    static final int MAX_LENGTH = PREFIX_LENGTH + Long.SIZE / BITS_PER_DIGIT;

    private Hexadecimal() {}

    /** {@code 0x} and 16 digits; returns where they end. */
    static int putAddress(ByteBuffer target, int at, long value) {
        target.putShort(at, PREFIX);
        target.putLong(at + PREFIX_LENGTH, digits((int) (value >>> Integer.SIZE)));
        target.putLong(at + PREFIX_LENGTH + DIGITS_AT_ONCE, digits((int) value));
        return at + MAX_LENGTH;
    }

    /** {@code 0x} and as many digits as it takes; returns where they end. */
    static int putNumber(ByteBuffer target, int at, long value) {
        int digits = (Long.SIZE + BITS_PER_DIGIT - 1 - Long.numberOfLeadingZeros(value | 1)) >>> 2;
        // Those that count are written first, zeros behind them.
        long leading = value << (Long.SIZE - BITS_PER_DIGIT * digits);
        target.putShort(at, PREFIX);
        target.putLong(at + PREFIX_LENGTH, digits((int) (leading >>> Integer.SIZE)));
        if (digits > DIGITS_AT_ONCE) {
            target.putLong(at + PREFIX_LENGTH + DIGITS_AT_ONCE, digits((int) leading));
        }
        return at + PREFIX_LENGTH + digits;
    }

    /**
     * The eight digits of a number in ASCII, the first in the highest byte. In place of a loop, which takes five times as
     * long: each nibble gets a byte of its own, then all of them what makes them digits or, from 10 on, letters.
     */
    private static long digits(int number) {
        long nibbles = Integer.toUnsignedLong(number);
        nibbles = (nibbles | nibbles << 16) & 0x0000ffff_0000ffffL;
        nibbles = (nibbles | nibbles << 8) & 0x00ff00ff_00ff00ffL;
        nibbles = (nibbles | nibbles << 4) & 0x0f0f0f0f_0f0f0f0fL;
        long letters = (nibbles + 0x06060606_06060606L) >>> 4 & 0x01010101_01010101L;
        return nibbles + 0x30303030_30303030L + letters * ('a' - '0' - 10);
    }
}
