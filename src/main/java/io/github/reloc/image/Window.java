package io.github.reloc.image;

/**
 * Words of one block of an image, to be read and written with no look at anything else.
 *
 * <p>Of the words that a program has to relocate most lie close to the one before. What has to be known of a block is found
 * out for the first of them, by {@link Image#moveWindow}; for each of the others one look at its address is left. A window
 * ends when the block leaves the memory; then nothing is inside.
 */
public final class Window {
    private static final int WORDS_PER_PAGE_SHIFT = 9;
    private static final long[] NO_WORDS = {};

    private final long memoryStart;

    /** By number of a block: the pages that were changed through the window, a bit each, that of the first lowest. */
    private final short[] changedPages;

    private final PageSet memoryPages = new PageSet();

    private int blockNumber;
    private long[] block = NO_WORDS;

    /** The number in the block of the first word inside. */
    private int first;

    private long start;
    private long size;

    /** The pages of the block that are changed since it was opened, a bit each. */
    private int newPages;

    /**
     * A window with nothing inside.
     *
     * @param blockCount of the image
     * @param memoryStart the link-time address of the first page of memory
     */
    Window(int blockCount, long memoryStart) {
        this.memoryStart = memoryStart;
        changedPages = new short[blockCount];
    }

    /** Moves to the words from an address on, a multiple of 8, which a block holds from a number on. */
    void open(long virtualAddress, int newBlockNumber, long[] newBlock, int number, int count) {
        start = virtualAddress;
        size = (long) count * Long.BYTES;
        blockNumber = newBlockNumber;
        block = newBlock;
        first = number;
    }

    /** Leaves nothing inside. */
    void close() {
        changedPages[blockNumber] |= (short) newPages;
        // A page of the block is a page of memory; how many come before it, the first word inside tells.
        memoryPages.add(
                ((start - memoryStart) >>> ImageBlocks.PAGE_SHIFT) - (first >>> WORDS_PER_PAGE_SHIFT), newPages);
        newPages = 0;
        size = 0;
        block = NO_WORDS;
    }

    /** The pages of a block that were changed through the window before it was closed, a bit each. */
    short changedPages(int number) {
        return changedPages[number];
    }

    /** The pages of memory that were changed through the window before it was closed. */
    PageSet memoryPages() {
        return memoryPages;
    }

    /** The number of the word at a link-time address, or -1 where it is not whole inside, or not aligned. */
    public int wordAt(long virtualAddress) {
        long distance = virtualAddress - start;
        boolean isInside = distance >= 0 && distance < size && (distance & (Long.BYTES - 1)) == 0;
        return isInside ? first + (int) (distance >>> 3) : -1;
    }

    /** The word of a number. */
    public long get(int number) {
        return block[number];
    }

    /** Sets the word of a number. */
    public void set(int number, long word) {
        block[number] = word;
        newPages |= 1 << (number >>> WORDS_PER_PAGE_SHIFT);
    }
}
