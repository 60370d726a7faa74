package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.ObjectFile;
import java.nio.ByteBuffer;

/**
 * The program's memory as it will be at its load base: the linked image, and the words changed in it, by link-time
 * address. How its bytes get from file to file is told at {@link ImageBlocks}.
 */
public final class Image {
    private final ImageLayout layout;
    private final ImageBlocks blocks;

    /**
     * The image of a program, in which nothing is changed yet.
     *
     * @param output where {@link #write} puts it, and before that what does not fit the heap
     * @throws Failure if the output cannot have the size of the image
     */
    public Image(ObjectFile object, ImageLayout layout, OutputFile output) {
        this.layout = layout;
        this.blocks = new ImageBlocks(new LinkedImage(object, layout), layout.size(), output);
    }

    public ImageLayout layout() {
        return layout;
    }

    /** The 64-bit word at a link-time address, whole within the image. */
    public long word64(long virtualAddress) {
        long offset = layout.toImageOffset(virtualAddress);
        int inBlock = inBlock(offset);
        if (inBlock <= ImageBlocks.BLOCK_SIZE - Long.BYTES) {
            return blocks.at(offset).getLong(inBlock);
        }
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word |= (long) byteAt(offset + i) << (i * Byte.SIZE);
        }
        return word;
    }

    /** The 32-bit word at a link-time address, whole within the image. */
    public int word32(long virtualAddress) {
        long offset = layout.toImageOffset(virtualAddress);
        int word = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            word |= byteAt(offset + i) << (i * Byte.SIZE);
        }
        return word;
    }

    private int byteAt(long offset) {
        return Byte.toUnsignedInt(blocks.at(offset).get(inBlock(offset)));
    }

    /** Sets the 64-bit word at a link-time address, whole within the image. */
    public void setWord64(long virtualAddress, long word) {
        long offset = layout.toImageOffset(virtualAddress);
        int inBlock = inBlock(offset);
        if (inBlock <= ImageBlocks.BLOCK_SIZE - Long.BYTES) {
            blocks.at(offset).putLong(inBlock, word);
            blocks.markChanged(offset);
            blocks.markChanged(offset + Long.BYTES - 1);
        } else {
            setBytes(offset, word, Long.BYTES);
        }
    }

    /** Sets the 32-bit word at a link-time address, whole within the image. */
    public void setWord32(long virtualAddress, int word) {
        setBytes(layout.toImageOffset(virtualAddress), word, Integer.BYTES);
    }

    private void setBytes(long offset, long word, int count) {
        for (int i = 0; i < count; i++) {
            blocks.at(offset + i).put(inBlock(offset + i), (byte) (word >>> (i * Byte.SIZE)));
            blocks.markChanged(offset + i);
        }
    }

    /** Sets a range of bytes, whole within the image, to zero. */
    public void clear(long virtualAddress, long size) {
        long offset = layout.toImageOffset(virtualAddress);
        long end = offset + size;
        while (offset != end) {
            int rest = ImageBlocks.PAGE_SIZE - (int) (offset & (ImageBlocks.PAGE_SIZE - 1));
            int count = (int) Math.min(rest, end - offset);
            blocks.at(offset).put(inBlock(offset), ImageBlocks.ZERO_BLOCK, 0, count);
            blocks.markChanged(offset);
            offset += count;
        }
    }

    /**
     * The bytes from an image offset on, at least one and up to 64 KiB of them, as they are now: to be read, and before
     * the image is asked for anything else.
     */
    public ByteBuffer peek(long imageOffset) {
        return blocks.peek(imageOffset);
    }

    /**
     * Writes the image to the output.
     *
     * @throws Failure if reading or writing fails
     */
    public void write() {
        blocks.writeAll();
    }

    private static int inBlock(long offset) {
        return (int) offset & (ImageBlocks.BLOCK_SIZE - 1);
    }
}
