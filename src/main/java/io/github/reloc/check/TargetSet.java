package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of memory that relocations change: a bit each, in bitmaps of one page, so that it is the pages with
 * relocations that cost memory and not their distance.
 */
final class TargetSet {
    private static final int PAGE_SHIFT = Long.numberOfTrailingZeros(Elf.PAGE_SIZE);
    private static final int WORD_SHIFT = 6;
    private static final int WORDS_PER_PAGE = (int) (Elf.PAGE_SIZE / Long.SIZE);

    /** 1 GiB of memory, more than twice what 5 GB of RELA entries fill; 150 MB of bitmaps. */
    private static final int MAX_PAGES = 1 << 18;

    private final Map<Long, long[]> pages = new HashMap<>();

    /** The page of the last field; most often the next one is there too. */
    private long currentNumber = -1;

    private long[] current = {};

    /**
     * Adds a field.
     *
     * @param size in bytes, up to 8
     * @return whether a byte of it was in the set before
     * @throws Failure if the fields are spread over too many pages
     */
    boolean add(long virtualAddress, int size) {
        int bit = (int) virtualAddress & (Long.SIZE - 1);
        int inWord = Math.min(size, Long.SIZE - bit);
        boolean overlaps = set(virtualAddress, lowest(inWord) << bit);
        boolean overlapsInNext = inWord != size && set(virtualAddress + inWord, lowest(size - inWord));
        return overlaps || overlapsInNext;
    }

    private boolean set(long virtualAddress, long bits) {
        long number = virtualAddress >>> PAGE_SHIFT;
        if (number != currentNumber) {
            current = page(number);
            currentNumber = number;
        }
        int word = (int) (virtualAddress >>> WORD_SHIFT) & (WORDS_PER_PAGE - 1);
        boolean overlaps = (current[word] & bits) != 0;
        current[word] |= bits;
        return overlaps;
    }

    private long[] page(long number) {
        long[] page = pages.get(number);
        if (page == null) {
            if (pages.size() == MAX_PAGES) {
                throw Failure.unsupported("the relocations change more than " + MAX_PAGES + " pages of memory");
            }
            page = new long[WORDS_PER_PAGE];
            pages.put(number, page);
        }
        return page;
    }

    private static long lowest(int count) {
        return (1L << count) - 1;
    }
}
