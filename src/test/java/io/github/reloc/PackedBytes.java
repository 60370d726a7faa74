package io.github.reloc;

import java.util.Arrays;

/** A packed table of Android as it grows: APS2, then numbers as SLEB128. */
public final class PackedBytes {
    private byte[] bytes = {'A', 'P', 'S', '2'};

    public PackedBytes numbers(long... values) {
        for (long value : values) {
            number(value);
        }
        return this;
    }

    private void number(long value) {
        for (long rest = value; ; rest >>= 7) {
            boolean isLast = rest >= -64 && rest < 64;
            bytes = Arrays.copyOf(bytes, bytes.length + 1);
            bytes[bytes.length - 1] = (byte) ((rest & 0x7f) | (isLast ? 0 : 0x80));
            if (isLast) {
                return;
            }
        }
    }

    public byte[] toArray() {
        return bytes;
    }
}
