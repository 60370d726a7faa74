package io.github.reloc.image;

import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of pages of memory, by number: page n holds the bytes from {@code n * 4096} on, counted from the first page. */
public final class PageSet {
    private static final int CHUNK_SHIFT = 20;
    private static final long CHUNK_PAGES = 1L << CHUNK_SHIFT;

    /** By number: 4 GiB of memory each, for segments may lie far apart. */
    private final NavigableMap<Long, BitSet> chunks = new TreeMap<>();

    private long lastNumber = -1;
    private BitSet last = new BitSet();

    /** Receives the pages of a set, in runs. */
    @FunctionalInterface
    public interface Consumer<E extends Exception> {
        void accept(long first, long count) throws E;
    }

    /** Adds the pages that hold a range of bytes. */
    public void add(long offset, long size) {
        long end = (offset + size - 1) >>> ImageBlocks.PAGE_SHIFT;
        for (long page = offset >>> ImageBlocks.PAGE_SHIFT; page <= end; page++) {
            chunk(page >>> CHUNK_SHIFT).set((int) (page & (CHUNK_PAGES - 1)));
        }
    }

    /** Adds pages from one on, a bit each. */
    void add(long first, int bits) {
        for (int rest = bits; rest != 0; rest &= rest - 1) {
            long page = first + Integer.numberOfTrailingZeros(rest);
            chunk(page >>> CHUNK_SHIFT).set((int) (page & (CHUNK_PAGES - 1)));
        }
    }

    private BitSet chunk(long number) {
        if (number != lastNumber) {
            BitSet chunk = chunks.get(number);
            last = chunk == null ? new BitSet() : chunk;
            chunks.put(number, last);
            lastNumber = number;
        }
        return last;
    }

    /** Adds those of another set. */
    public void addAll(PageSet others) {
        for (Map.Entry<Long, BitSet> chunk : others.chunks.entrySet()) {
            chunk(chunk.getKey()).or(chunk.getValue());
        }
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** Passes on the pages, ascending: runs of them, each by its first page and its length. */
    public <E extends Exception> void forEachRun(Consumer<E> consumer) throws E {
        long first = 0;
        long end = 0;
        for (Map.Entry<Long, BitSet> chunk : chunks.entrySet()) {
            BitSet pages = chunk.getValue();
            long base = chunk.getKey() << CHUNK_SHIFT;
            for (int page = pages.nextSetBit(0); page >= 0; ) {
                int next = pages.nextClearBit(page);
                if (base + page != end) {
                    passOn(first, end, consumer);
                    first = base + page;
                }
                end = base + next;
                page = pages.nextSetBit(next);
            }
        }
        passOn(first, end, consumer);
    }

    private static <E extends Exception> void passOn(long first, long end, Consumer<E> consumer) throws E {
        if (first != end) {
            consumer.accept(first, end - first);
        }
    }
}
