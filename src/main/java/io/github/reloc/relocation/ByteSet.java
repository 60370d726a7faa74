package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Unsigned;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of bytes of memory, by address: those of the fields that relocations change.
 *
 * <p>Nearly all fields are whole aligned words, so a bit stands for such a word, in bitmaps of 64 KiB of memory each: it is
 * the neighbourhoods with fields that cost memory, and not their distance. Where words are in the set in part, a bitmap of
 * bytes comes beside that.
 */
public final class ByteSet {
    private static final int WORD_SHIFT = 3;
    private static final int BLOCK_SHIFT = 16;
    private static final int WORDS_PER_BLOCK = 1 << (BLOCK_SHIFT - WORD_SHIFT);
    private static final int ALL_BYTES = 0xff;

    /** 64 MB of bitmaps of words: 4 GiB of memory full of relocations, or as many blocks far apart. */
    private static final int MAX_BLOCKS = 1 << 16;

    /** A copy relocation can be as large as a program says; what is of several of these is gone through once. */
    private static final long LARGE_SIZE = 4096;

    private final Map<Long, Block> blocks = new HashMap<>();

    /** What was looked for last: a key of the map is an object, and to make one for each entry takes ten times as long. */
    private long currentNumber = -1;

    private @Nullable Block current;

    /** By start: where the large fields end that are in the set; no two of these share a byte or touch. */
    private final TreeMap<Long, Long> largeEnds = new TreeMap<>(Long::compareUnsigned);

    /** 64 KiB of memory. */
    private static final class Block {
        /** A bit for each word that is changed whole. */
        private final long[] words = new long[WORDS_PER_BLOCK / Long.SIZE];

        /** For each word that is changed in part, a bit for each byte; null until there is one. */
        private byte @Nullable [] parts;

        /** Whether one of some bytes of a word, a bit each, is in the set. */
        boolean has(int word, int bytes) {
            return (words[word / Long.SIZE] & 1L << word) != 0 || (parts != null && (parts[word] & bytes) != 0);
        }

        void add(int word, int bytes) {
            if (bytes == ALL_BYTES) {
                words[word / Long.SIZE] |= 1L << word;
            } else {
                if (parts == null) {
                    parts = new byte[WORDS_PER_BLOCK];
                }
                parts[word] |= (byte) bytes;
            }
        }
    }

    /** Whether a byte of a field is in the set; the field ends below the end of the address space. */
    public boolean intersects(long virtualAddress, long size) {
        long end = virtualAddress + size;
        for (long address = virtualAddress; address != end; address = nextWord(address, end)) {
            Block block = find(address >>> BLOCK_SHIFT);
            if (block != null && block.has(word(address), bytes(address, end))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a field, which ends below the end of the address space.
     *
     * @param size in bytes
     * @return whether a byte of it was in the set before
     * @throws Failure if the fields are spread too far
     */
    public boolean add(long virtualAddress, long size) {
        long end = virtualAddress + size;
        return Unsigned.less(size, LARGE_SIZE) ? addWords(virtualAddress, end) : addLarge(virtualAddress, end);
    }

    private boolean addWords(long start, long end) {
        boolean overlaps = false;
        for (long address = start; address != end; address = nextWord(address, end)) {
            Block block = block(address >>> BLOCK_SHIFT);
            int bytes = bytes(address, end);
            overlaps |= block.has(word(address), bytes);
            block.add(word(address), bytes);
        }
        return overlaps;
    }

    private boolean addLarge(long start, long end) {
        boolean overlaps = false;
        long newStart = start;
        long newEnd = end;
        long address = start;
        while (address != end) {
            Map.Entry<Long, Long> below = largeEnds.floorEntry(address);
            if (below != null && Unsigned.less(address, below.getValue())) {
                overlaps = true;
                largeEnds.remove(below.getKey());
                newStart = Unsigned.min(newStart, below.getKey());
                newEnd = Unsigned.max(newEnd, below.getValue());
                address = Unsigned.min(end, below.getValue());
            } else {
                Long above = largeEnds.higherKey(address);
                long gapEnd = above == null ? end : Unsigned.min(end, above);
                overlaps |= addWords(address, gapEnd);
                address = gapEnd;
            }
        }
        largeEnds.put(newStart, newEnd);
        return overlaps;
    }

    /** Where the word ends that an address is in, or the field if that ends before. */
    private static long nextWord(long address, long end) {
        return address + Unsigned.min(Long.BYTES - (address & (Long.BYTES - 1)), end - address);
    }

    /** The bytes of that word from an address on that are in the field, a bit each. */
    private static int bytes(long address, long end) {
        int from = (int) address & (Long.BYTES - 1);
        int count = (int) (nextWord(address, end) - address);
        return (ALL_BYTES >>> (Long.BYTES - count)) << from;
    }

    /** The number of that word in its block. */
    private static int word(long address) {
        return (int) (address >>> WORD_SHIFT) & (WORDS_PER_BLOCK - 1);
    }

    private @Nullable Block find(long number) {
        if (number != currentNumber) {
            current = blocks.get(number);
            currentNumber = number;
        }
        return current;
    }

    private Block block(long number) {
        Block block = find(number);
        if (block == null) {
            if (blocks.size() == MAX_BLOCKS) {
                throw Failure.unsupported(
                        "the relocations change words in more than " + MAX_BLOCKS + " blocks of 64 KiB of memory");
            }
            block = new Block();
            blocks.put(number, block);
            current = block;
        }
        return block;
    }
}
