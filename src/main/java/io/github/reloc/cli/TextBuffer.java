package io.github.reloc.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Assembles lines of text as bytes, and hands them on in large pieces: a listing has millions of lines. */
final class TextBuffer {
    private static final int SIZE = 64 * 1024;
    private static final int BITS_PER_DIGIT = 4;
    private static final int MAX_DIGITS = Long.SIZE / BITS_PER_DIGIT;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private byte[] bytes = new byte[SIZE];
    private int length;
    private int lineStart;

    TextBuffer(OutputStream out) {
        this.out = out;
    }

    TextBuffer text(String text) {
        // Names are ASCII but for a handful; those few take the general way.
        int end = length + text.length();
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return encoded(text);
            }
            bytes[length + i] = (byte) c;
        }
        length = end;
        return this;
    }

    private TextBuffer encoded(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    /** {@code 0x} and 16 digits. */
    TextBuffer address(long value) {
        return hexadecimal(value, MAX_DIGITS);
    }

    /** {@code 0x} and as many digits as it takes. */
    TextBuffer number(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return hexadecimal(value, (bits + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT);
    }

    private TextBuffer hexadecimal(long value, int digits) {
        reserve(2 + digits);
        bytes[length++] = '0';
        bytes[length++] = 'x';
        for (int shift = BITS_PER_DIGIT * (digits - 1); shift >= 0; shift -= BITS_PER_DIGIT) {
            bytes[length++] = DIGITS[(int) (value >>> shift) & 0xf];
        }
        return this;
    }

    /** Blanks up to a column of the line, counted from 0, and two at least. */
    TextBuffer column(int column) {
        int count = Math.max(2, column - (length - lineStart));
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = ' ';
        }
        return this;
    }

    /** Ends the line; what has gathered is handed on now and then. */
    void newLine() throws IOException {
        reserve(1);
        bytes[length++] = '\n';
        if (length > SIZE / 2) {
            flush();
        }
        lineStart = length;
    }

    void flush() throws IOException {
        out.write(bytes, 0, length);
        out.flush();
        length = 0;
        lineStart = 0;
    }

    private void reserve(int count) {
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
