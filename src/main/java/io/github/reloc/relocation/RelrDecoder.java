package io.github.reloc.relocation;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Unsigned;
import java.nio.ByteBuffer;

/**
 * Decodes RELR, the compact table of relative relocations.
 *
 * <p>A table is words of 8 bytes. An even word is an address: the word there is relocated, and {@code where} becomes the
 * next one. An odd word is a bitmap: bit i (1 to 63) set means that the word at {@code where + 8 * (i - 1)} is
 * relocated; then {@code where} moves on by 63 words, whether or not a bit was set. The first word is an address. So a
 * table of n bytes names at most 63 * n / 8 places; they are passed on, never collected. Source: gABI, "Relative
 * Relocation Table".
 */
final class RelrDecoder {
    private static final int BITMAP_PLACES = Long.SIZE - 1;
    private static final long BITMAP_SPAN = (long) BITMAP_PLACES * Long.BYTES;

    private final RelocationConsumer consumer;
    private long index;
    private long where;
    private boolean hasAddress;

    RelrDecoder(RelocationConsumer consumer) {
        this.consumer = consumer;
    }

    /**
     * Passes on every place that a table names, in order.
     *
     * @throws Failure if the table begins with a bitmap, or leaves the address space
     */
    void decode(InputFile input, long fileOffset, long size) {
        TableChunks chunks = new TableChunks(input, fileOffset, size);
        long chunkFileOffset = fileOffset;
        for (ByteBuffer chunk = chunks.next(); chunk.hasRemaining(); chunk = chunks.next()) {
            for (int entry = 0; entry < chunk.limit(); entry += Elf.RELR_SIZE) {
                decodeWord(chunk.getLong(entry), chunkFileOffset + entry);
            }
            chunkFileOffset += chunk.limit();
        }
    }

    private void decodeWord(long word, long wordFileOffset) {
        if ((word & 1) == 0) {
            emit(word);
            where = advance(word, Long.BYTES, wordFileOffset);
            hasAddress = true;
            return;
        }
        if (!hasAddress) {
            throw Failure.malformed("RELR begins with a bitmap, " + Unsigned.hex(word), wordFileOffset);
        }
        long next = advance(where, BITMAP_SPAN, wordFileOffset);
        for (long bits = word >>> 1; bits != 0; bits &= bits - 1) {
            emit(where + (long) Long.numberOfTrailingZeros(bits) * Long.BYTES);
        }
        where = next;
    }

    private void emit(long place) {
        consumer.relocation(index++, place, RelocationType.R_X86_64_RELATIVE, 0, 0);
    }

    private static long advance(long address, long span, long wordFileOffset) {
        if (Unsigned.sumWraps(address, span)) {
            throw Failure.malformed("RELR leaves the address space after " + Unsigned.hex(address), wordFileOffset);
        }
        return address + span;
    }

    /** The number of places that a table names; of a malformed one, of those that its words would name. */
    static long count(InputFile input, long fileOffset, long size) {
        TableChunks chunks = new TableChunks(input, fileOffset, size);
        long count = 0;
        for (ByteBuffer chunk = chunks.next(); chunk.hasRemaining(); chunk = chunks.next()) {
            for (int entry = 0; entry < chunk.limit(); entry += Elf.RELR_SIZE) {
                long word = chunk.getLong(entry);
                count += (word & 1) == 0 ? 1 : Long.bitCount(word) - 1;
            }
        }
        return count;
    }
}
