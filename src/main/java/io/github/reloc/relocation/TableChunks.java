package io.github.reloc.relocation;

import io.github.reloc.elf.InputFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a table front to back in chunks of whole entries, so that its size costs no memory. */
final class TableChunks {
    /** A multiple of every entry size (24, 16, 8), so that no entry is cut. */
    private static final int CHUNK_SIZE = 48 * 1024;

    private final InputFile input;
    private final ByteBuffer buffer;
    private long fileOffset;
    private long remaining;

    TableChunks(InputFile input, long fileOffset, long size) {
        this.input = input;
        this.fileOffset = fileOffset;
        this.remaining = size;
        // Direct, because the channel would otherwise copy through a direct buffer of its own.
        this.buffer =
                ByteBuffer.allocateDirect((int) Math.min(CHUNK_SIZE, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The next chunk, from position 0 to its limit, in the same buffer each time; empty at the end. */
    ByteBuffer next() {
        int size = (int) Math.min(CHUNK_SIZE, remaining);
        buffer.clear().limit(size);
        input.read(fileOffset, buffer);
        buffer.flip();
        fileOffset += size;
        remaining -= size;
        return buffer;
    }
}
