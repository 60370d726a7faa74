package io.github.reloc.image;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Memory;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The program's memory as it will be at its load base: the linked image, and the words changed in it, by link-time
 * address. How its bytes get from file to file is told at {@link ImageBlocks}.
 */
public final class Image implements Memory {
    private final ImageLayout layout;
    private final ImageBlocks blocks;

    /** The pages of memory that hold addresses which were moved. */
    private final PageSet addressPages = new PageSet();

    /**
     * The image of a program, in which nothing is changed yet.
     *
     * @param output where {@link #write} puts it, and before that what does not fit the heap
     * @throws Failure if the output cannot have the size of the image
     */
    public Image(Program program, ImageLayout layout, OutputFile output) {
        this.layout = layout;
        this.blocks = new ImageBlocks(program, layout, output);
    }

    public ImageLayout layout() {
        return layout;
    }

    @Override
    public long word(long virtualAddress, int size) {
        return size == Long.BYTES ? word64(virtualAddress) : word32(virtualAddress);
    }

    /** Sets the word of 8 or 4 bytes at a link-time address, whole within the image. */
    public void setWord(long virtualAddress, int size, long word) {
        set(layout.toImageOffset(virtualAddress), word, size);
    }

    /** The 64-bit word at a link-time address, whole within the image. */
    public long word64(long virtualAddress) {
        return wordAt(layout.toImageOffset(virtualAddress), Long.BYTES);
    }

    /** The 32-bit word at a link-time address, whole within the image. */
    public int word32(long virtualAddress) {
        return (int) wordAt(layout.toImageOffset(virtualAddress), Integer.BYTES);
    }

    /** Sets the 64-bit word at a link-time address, whole within the image. */
    public void setWord64(long virtualAddress, long word) {
        set(layout.toImageOffset(virtualAddress), word, Long.BYTES);
    }

    /**
     * Sets the 64-bit word at a link-time address, whole within the image, to an address that the program has of itself:
     * as linked or, where the layout moves such addresses, as it is at run time.
     */
    public void setAddress(long virtualAddress, long address) {
        if (layout.movesAddresses()) {
            addressPages.add(virtualAddress - layout.startVirtualAddress(), Long.BYTES);
            setWord64(virtualAddress, layout.toLoadAddress(address));
        } else {
            setWord64(virtualAddress, address);
        }
    }

    /** The same at an offset of the image, be it part of memory or not. */
    public void setAddressAt(long imageOffset, long address) {
        OptionalLong virtualAddress = layout.toVirtualAddress(imageOffset);
        if (layout.movesAddresses() && virtualAddress.isPresent()) {
            addressPages.add(virtualAddress.getAsLong() - layout.startVirtualAddress(), Long.BYTES);
        }
        setAt(imageOffset, layout.movesAddresses() ? layout.toLoadAddress(address) : address, Long.BYTES);
    }

    /** The word of 8 or 4 bytes at an offset of the image, the latter zero-extended. */
    public long wordAt(long imageOffset, int byteCount) {
        int shift = bitsIntoWord(imageOffset);
        long word = blocks.word(aligned(imageOffset)) >>> shift;
        if (shift + byteCount * Byte.SIZE > Long.SIZE) {
            word |= blocks.word(aligned(imageOffset) + Long.BYTES) << (Long.SIZE - shift);
        }
        return byteCount == Long.BYTES ? word : word & 0xffff_ffffL;
    }

    /** Sets up to 8 bytes at an offset of the image, the lowest of a value first. */
    public void setAt(long imageOffset, long value, int byteCount) {
        set(imageOffset, value, byteCount);
    }

    /** Sets a range of bytes, whole within the image, to zero. */
    public void clear(long virtualAddress, long size) {
        if (size == 0) {
            return;
        }
        long offset = layout.toImageOffset(virtualAddress);
        long end = offset + size;
        while (offset != end) {
            int count = (int) Math.min(Long.BYTES, end - offset);
            set(offset, 0, count);
            offset += count;
        }
    }

    /** Sets up to 8 bytes, the lowest of a value first. */
    private void set(long offset, long value, int byteCount) {
        int shift = bitsIntoWord(offset);
        int bits = byteCount * Byte.SIZE;
        long mask = -1L >>> (Long.SIZE - bits);
        replace(aligned(offset), mask << shift, value << shift);
        if (shift + bits > Long.SIZE) {
            int done = Long.SIZE - shift;
            replace(aligned(offset) + Long.BYTES, mask >>> done, value >>> done);
        }
    }

    /** Replaces those bits of an aligned word that a mask has. */
    private void replace(long offset, long mask, long bits) {
        blocks.setWord(offset, mask == -1 ? bits : (blocks.word(offset) & ~mask) | (bits & mask));
    }

    private static long aligned(long offset) {
        return offset & -Long.BYTES;
    }

    private static int bitsIntoWord(long offset) {
        return (int) (offset & (Long.BYTES - 1)) * Byte.SIZE;
    }

    /** The window on the image; closed until {@link #moveWindow}. */
    public Window window() {
        return blocks.window();
    }

    /** Moves the window to the block of a 64-bit word, as far as that lies in a range of the image. */
    public void moveWindow(long virtualAddress, long rangeStart, long rangeSize) {
        long offset = layout.toImageOffset(virtualAddress);
        if (((virtualAddress ^ offset) & (Elf.PAGE_SIZE - 1)) != 0) {
            // Only where p_align is less than a page: then words and pages of the image are not those of memory.
            return;
        }
        long inBlock = offset & (ImageBlocks.BLOCK_SIZE - 1);
        long before = Unsigned.min(inBlock, virtualAddress - rangeStart);
        long after = Unsigned.min(ImageBlocks.BLOCK_SIZE - inBlock, rangeStart + rangeSize - virtualAddress);
        long start = Unsigned.alignUp(virtualAddress - before, Long.BYTES);
        long end = virtualAddress + after;
        if (Unsigned.less(start, end)) {
            blocks.openWindow(start, offset - (virtualAddress - start), (int) ((end - start) / Long.BYTES));
        }
    }

    /** Closes the window, and returns the pages of memory that were changed through it, or hold moved addresses. */
    public PageSet closeWindow() {
        blocks.window().close();
        PageSet pages = new PageSet();
        pages.addAll(blocks.window().memoryPages());
        pages.addAll(addressPages);
        return pages;
    }

    /**
     * The bytes from an image offset on, at least one and up to 64 KiB of them, as they are now: to be read, and before
     * the image is asked for anything else.
     */
    public ByteBuffer peek(long imageOffset) {
        return blocks.peek(imageOffset);
    }

    /**
     * From now on writes what can be written before the end: what relocations are not expected to change is copied in
     * the background, and blocks that were changed are written when others follow. What has been written can still be
     * changed.
     */
    public void writeAhead() {
        blocks.writeAhead();
    }

    /**
     * Writes the image to the output, as far as that has not been done yet.
     *
     * @throws Failure if reading or writing fails
     */
    public void write() {
        blocks.writeAll();
    }
}
