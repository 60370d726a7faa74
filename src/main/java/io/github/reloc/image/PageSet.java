package io.github.reloc.image;

import io.github.reloc.elf.Elf;
import java.util.BitSet;

/** A set of pages of an image, by number: page n holds the bytes from {@code n * 4096} on. */
public final class PageSet {
    private final BitSet pages = new BitSet();

    /** Adds the pages that hold a range of bytes. */
    public void add(long imageOffset, long size) {
        pages.set(page(imageOffset), page(imageOffset + size - 1) + 1);
    }

    /** Adds pages from one on, a bit each. */
    void add(int first, int bits) {
        for (int rest = bits; rest != 0; rest &= rest - 1) {
            pages.set(first + Integer.numberOfTrailingZeros(rest));
        }
    }

    /** Adds those of another set. */
    public void addAll(PageSet others) {
        pages.or(others.pages);
    }

    private static int page(long imageOffset) {
        return Math.toIntExact(imageOffset / Elf.PAGE_SIZE);
    }

    /** The first page of the set that is not below a number, or -1. */
    public int next(int from) {
        return pages.nextSetBit(from);
    }

    /** The first page outside the set that is not below a number. */
    public int nextOutside(int from) {
        return pages.nextClearBit(from);
    }
}
