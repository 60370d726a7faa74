package io.github.reloc.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Assembles lines of text as bytes, and hands them on in large pieces: a listing has millions of lines. */
final class TextBuffer {
    private static final int FLUSH_SIZE = 64 * 1024;

    private final OutputStream out;
    private byte[] bytes = new byte[2 * FLUSH_SIZE];

    private ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private int length;
    private int lineStart;

    TextBuffer(OutputStream out) {
        this.out = out;
    }

    /** Text that is encoded already. */
    TextBuffer utf8(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    TextBuffer text(String text) {
        return utf8(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code 0x} and 16 digits. */
    TextBuffer address(long value) {
        reserve(Hexadecimal.MAX_LENGTH);
        length = Hexadecimal.putAddress(buffer, length, value);
        return this;
    }

    /** {@code 0x} and as many digits as it takes. */
    TextBuffer number(long value) {
        reserve(Hexadecimal.MAX_LENGTH);
        length = Hexadecimal.putNumber(buffer, length, value);
        return this;
    }

    /** An address, text and a number, and the end of the line; the most frequent line, and as one step a tenth quicker. */
    void line(long address, byte[] text, long number) throws IOException {
        reserve(2 * Hexadecimal.MAX_LENGTH + text.length);
        int end = Hexadecimal.putAddress(buffer, length, address);
        System.arraycopy(text, 0, bytes, end, text.length);
        length = Hexadecimal.putNumber(buffer, end + text.length, number);
        newLine();
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
        if (length > FLUSH_SIZE) {
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
            buffer = ByteBuffer.wrap(bytes);
        }
    }
}
