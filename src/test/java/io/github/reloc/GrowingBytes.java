package io.github.reloc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow, little endian. */
final class GrowingBytes {
    private byte[] bytes = new byte[256];
    private ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    private ByteBuffer room(int size) {
        if (buffer.remaining() < size) {
            int position = buffer.position();
            bytes = Arrays.copyOf(bytes, 2 * bytes.length + size);
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(position);
        }
        return buffer;
    }

    GrowingBytes word64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    GrowingBytes word32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    GrowingBytes word16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    GrowingBytes word8(int value) {
        room(1).put((byte) value);
        return this;
    }

    GrowingBytes raw(byte[] values) {
        room(values.length).put(values);
        return this;
    }

    int size() {
        return buffer.position();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** In bytes, up to a multiple of 8. */
    long paddedSize() {
        return (size() + 7L) & -8L;
    }

    void writeTo(ByteBuffer target, int position) {
        target.put(position, bytes, 0, size());
    }
}
