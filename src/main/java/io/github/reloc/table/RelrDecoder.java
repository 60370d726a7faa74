package io.github.reloc.table;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Unsigned;

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

    private final RelocationBatch.Consumer consumer;
    private final RelocationBatch batch = new RelocationBatch(1);
    private long where;
    private boolean hasAddress;

    RelrDecoder(RelocationBatch.Consumer consumer) {
        this.consumer = consumer;
    }

    /**
     * Passes on every place that a table names, in order.
     *
     * @throws Failure if the table begins with a bitmap, or leaves the address space, after the places before the fault
     */
    void decode(InputFile input, long fileOffset, long size) {
        TableWords table = new TableWords(input, fileOffset, size);
        long[] words = new long[RelocationBatch.CAPACITY];
        long wordFileOffset = fileOffset;
        try {
            for (int count = table.read(words); count != 0; count = table.read(words)) {
                for (int i = 0; i < count; i++) {
                    decodeWord(words[i], wordFileOffset);
                    wordFileOffset += Elf.RELR_SIZE;
                }
            }
        } finally {
            batch.passOn(consumer);
        }
    }

    private void decodeWord(long word, long wordFileOffset) {
        if (batch.pending() + BITMAP_PLACES > RelocationBatch.CAPACITY) {
            batch.passOn(consumer);
        }
        int pending = batch.pending();
        if ((word & 1) == 0) {
            batch.words()[pending] = word;
            batch.setPending(pending + 1);
            where = advance(word, Long.BYTES, wordFileOffset);
            hasAddress = true;
            return;
        }
        if (!hasAddress) {
            throw Failure.malformed("RELR begins with a bitmap, " + Unsigned.hex(word), wordFileOffset);
        }
        long next = advance(where, BITMAP_SPAN, wordFileOffset);
        batch.setPending(expand(word >>> 1, where, batch.words(), pending));
        where = next;
    }

    /** Adds the places of a bitmap, whose bit 0 is the word at an address, and returns how many there are now. */
    private static int expand(long bitmap, long address, long[] places, int count) {
        int end = count;
        for (long bits = bitmap; bits != 0; bits &= bits - 1) {
            places[end++] = address + (long) Long.numberOfTrailingZeros(bits) * Long.BYTES;
        }
        return end;
    }

    private static long advance(long address, long span, long wordFileOffset) {
        if (Unsigned.sumWraps(address, span)) {
            throw Failure.malformed("RELR leaves the address space after " + Unsigned.hex(address), wordFileOffset);
        }
        return address + span;
    }

    /** The number of places that a table names; of a malformed one, of those that its words would name. */
    static long count(InputFile input, long fileOffset, long size) {
        TableWords table = new TableWords(input, fileOffset, size);
        long[] words = new long[RelocationBatch.CAPACITY];
        long places = 0;
        for (int count = table.read(words); count != 0; count = table.read(words)) {
            for (int i = 0; i < count; i++) {
                places += (words[i] & 1) == 0 ? 1 : Long.bitCount(words[i]) - 1;
            }
        }
        return places;
    }
}
