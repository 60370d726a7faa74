package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Unsigned;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of memory that relocations change.
 *
 * <p>Nearly all of them are whole aligned words, so a bit stands for such a word, in bitmaps of 64 KiB of memory each:
 * it is the neighbourhoods with relocations that cost memory, and not their distance. Where words are changed in part, a
 * bitmap of bytes comes beside that.
 */
final class TargetSet {
    private static final int WORD_SHIFT = 3;
    private static final int BLOCK_SHIFT = 16;
    private static final int WORDS_PER_BLOCK = 1 << (BLOCK_SHIFT - WORD_SHIFT);
    private static final int ALL_BYTES = 0xff;

    /** 64 MB of bitmaps of words: 4 GiB of memory full of relocations, or as many blocks far apart. */
    private static final int MAX_BLOCKS = 1 << 16;

    private final Map<Long, Block> blocks = new HashMap<>();

    /** 64 KiB of memory. */
    private static final class Block {
        /** A bit for each word that is changed whole. */
        private final long[] words = new long[WORDS_PER_BLOCK / Long.SIZE];

        /** For each word that is changed in part, a bit for each byte; null until there is one. */
        private byte @Nullable [] parts;

        /** Adds some bytes of a word, a bit each, and returns whether one of them was there before. */
        boolean add(int word, int bytes) {
            int index = word / Long.SIZE;
            long bit = 1L << word;
            boolean overlaps = (words[index] & bit) != 0 || (parts != null && (parts[word] & bytes) != 0);
            if (bytes == ALL_BYTES) {
                words[index] |= bit;
            } else {
                if (parts == null) {
                    parts = new byte[WORDS_PER_BLOCK];
                }
                parts[word] |= (byte) bytes;
            }
            return overlaps;
        }
    }

    /**
     * Adds a field.
     *
     * @param size in bytes, all of them in memory
     * @return whether a byte of it was in the set before
     * @throws Failure if the fields are spread too far
     */
    boolean add(long virtualAddress, long size) {
        boolean overlaps = false;
        long address = virtualAddress;
        long end = virtualAddress + size;
        while (address != end) {
            int from = (int) address & (Long.BYTES - 1);
            int count = (int) Unsigned.min(Long.BYTES - from, end - address);
            int bytes = (ALL_BYTES >>> (Long.BYTES - count)) << from;
            overlaps |=
                    block(address >>> BLOCK_SHIFT).add((int) (address >>> WORD_SHIFT) & (WORDS_PER_BLOCK - 1), bytes);
            address += count;
        }
        return overlaps;
    }

    private Block block(long number) {
        Block block = blocks.get(number);
        if (block == null) {
            if (blocks.size() == MAX_BLOCKS) {
                throw Failure.unsupported(
                        "the relocations change words in more than " + MAX_BLOCKS + " blocks of 64 KiB of memory");
            }
            block = new Block();
            blocks.put(number, block);
        }
        return block;
    }
}
