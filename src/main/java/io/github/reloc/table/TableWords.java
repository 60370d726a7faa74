package io.github.reloc.table;

import io.github.reloc.elf.InputFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a table of 64-bit words front to back, in pieces, so that its size costs no memory. */
final class TableWords {
    private static final long MIN_DIRECT_SIZE = 64 * 1024;

    private final InputFile input;
    private final ByteBuffer bytes;
    private long fileOffset;
    private long remaining;

    /**
     * The words of a table.
     *
     * @param fileOffset of the first one
     * @param size in bytes, all in the file
     */
    TableWords(InputFile input, long fileOffset, long size) {
        this.input = input;
        this.fileOffset = fileOffset;
        this.remaining = size;
        long maxSize = (long) RelocationBatch.CAPACITY * RelocationBatch.MAX_STRIDE * Long.BYTES;
        // A direct buffer saves the channel a copy; for a small table that is not worth the channel, see InputFile.
        bytes = (size < MIN_DIRECT_SIZE
                        ? ByteBuffer.allocate((int) size)
                        : ByteBuffer.allocateDirect((int) Math.min(maxSize, size)))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fills an array from its front with the next words, and returns how many there were: 0 at the end. */
    int read(long[] words) {
        int count = (int) Math.min(words.length, remaining / Long.BYTES);
        if (count != 0) {
            bytes.clear().limit(count * Long.BYTES);
            input.read(fileOffset, bytes);
            bytes.flip().asLongBuffer().get(words, 0, count);
            fileOffset += bytes.limit();
            remaining -= bytes.limit();
        }
        return count;
    }
}
