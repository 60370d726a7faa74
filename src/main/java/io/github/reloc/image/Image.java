package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.ObjectFile;
import io.github.reloc.elf.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The image while it is made: the segments' bytes, copied to the output file, and the words changed in it.
 *
 * <p>The data path: the kernel copies each segment whole, and what no segment backs is a hole; a word that is touched
 * brings its block of 64 KiB into memory, where it is changed; {@link #flush} writes the changed pages back. Positional
 * reads and writes throughout, never a mapping: on a full disk a write fails with an exception, a mapping with a
 * signal. Blocks stay in memory until half of the heap is used; then all are written and dropped, so that the
 * memory needed is bounded whatever the number of places.
 */
public final class Image {
    private static final int BLOCK_SHIFT = 16;
    private static final int BLOCK_SIZE = 1 << BLOCK_SHIFT;
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_SIZE = 1 << PAGE_SHIFT;
    private static final int PAGES_PER_BLOCK = BLOCK_SIZE >> PAGE_SHIFT;

    private static final byte[] ZERO_PAGE = new byte[PAGE_SIZE];

    private final ImageLayout layout;
    private final FileChannel channel;
    private final int maxBlocksHeld;

    // By block number. The dirty pages of a block are a bit each; holes around them are not filled in.
    private final @Nullable ByteBuffer[] blocks;
    private final short[] dirtyPages;
    private int blocksHeld;

    /**
     * Copies the segments to an output file.
     *
     * @throws Failure if reading or writing fails
     */
    public Image(ObjectFile object, ImageLayout layout, OutputFile output) {
        this.layout = layout;
        this.channel = output.channel();
        output.setSize(layout.size());
        int blockCount = Math.toIntExact((layout.size() + BLOCK_SIZE - 1) >>> BLOCK_SHIFT);
        blocks = new ByteBuffer[blockCount];
        dirtyPages = new short[blockCount];
        maxBlocksHeld = (int)
                Math.max(16, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2 / BLOCK_SIZE));
        copySegments(object);
    }

    private void copySegments(ObjectFile object) {
        try {
            for (Segment segment : object.segments().list()) {
                channel.position(layout.toImageOffset(segment.virtualAddress()));
                object.input().copyTo(channel, segment.fileOffset(), segment.fileSize());
            }
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    public ImageLayout layout() {
        return layout;
    }

    /** The 64-bit word at a link-time address, whole within the image. */
    public long word64(long virtualAddress) {
        long offset = layout.toImageOffset(virtualAddress);
        int inBlock = (int) offset & (BLOCK_SIZE - 1);
        if (inBlock <= BLOCK_SIZE - Long.BYTES) {
            return block(offset).getLong(inBlock);
        }
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word |= (long) byteAt(offset + i) << (i * Byte.SIZE);
        }
        return word;
    }

    /** The 32-bit word at a link-time address, whole within the image, sign-extended. */
    public int word32(long virtualAddress) {
        long offset = layout.toImageOffset(virtualAddress);
        int word = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            word |= byteAt(offset + i) << (i * Byte.SIZE);
        }
        return word;
    }

    /** Sets the 64-bit word at a link-time address, whole within the image. */
    public void setWord64(long virtualAddress, long word) {
        long offset = layout.toImageOffset(virtualAddress);
        int inBlock = (int) offset & (BLOCK_SIZE - 1);
        if (inBlock <= BLOCK_SIZE - Long.BYTES) {
            block(offset).putLong(inBlock, word);
            markDirty(offset);
            markDirty(offset + Long.BYTES - 1);
            return;
        }
        setBytes(offset, word, Long.BYTES);
    }

    /** Sets the 32-bit word at a link-time address, whole within the image. */
    public void setWord32(long virtualAddress, int word) {
        setBytes(layout.toImageOffset(virtualAddress), word, Integer.BYTES);
    }

    private void setBytes(long offset, long word, int count) {
        for (int i = 0; i < count; i++) {
            block(offset + i).put((int) (offset + i) & (BLOCK_SIZE - 1), (byte) (word >>> (i * Byte.SIZE)));
            markDirty(offset + i);
        }
    }

    /** Sets a range of bytes, whole within the image, to zero. */
    public void clear(long virtualAddress, long size) {
        long offset = layout.toImageOffset(virtualAddress);
        long end = offset + size;
        while (offset != end) {
            int inPage = (int) offset & (PAGE_SIZE - 1);
            int count = (int) Math.min(PAGE_SIZE - inPage, end - offset);
            ByteBuffer block = block(offset);
            int inBlock = (int) offset & (BLOCK_SIZE - 1);
            block.put(inBlock, ZERO_PAGE, 0, count);
            markDirty(offset);
            offset += count;
        }
    }

    private int byteAt(long offset) {
        return Byte.toUnsignedInt(block(offset).get((int) offset & (BLOCK_SIZE - 1)));
    }

    private void markDirty(long offset) {
        dirtyPages[(int) (offset >>> BLOCK_SHIFT)] |=
                (short) (1 << ((int) (offset >>> PAGE_SHIFT) & (PAGES_PER_BLOCK - 1)));
    }

    private ByteBuffer block(long offset) {
        ByteBuffer block = blocks[(int) (offset >>> BLOCK_SHIFT)];
        return block != null ? block : load((int) (offset >>> BLOCK_SHIFT));
    }

    private ByteBuffer load(int number) {
        if (blocksHeld == maxBlocksHeld) {
            flush();
        }
        ByteBuffer block = ByteBuffer.allocate(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        try {
            long position = (long) number << BLOCK_SHIFT;
            block.limit((int) Math.min(BLOCK_SIZE, layout.size() - position));
            while (block.hasRemaining()) {
                if (channel.read(block, position + block.position()) < 0) {
                    throw Failure.output("the file ended while it was written");
                }
            }
        } catch (IOException e) {
            throw Failure.output(e);
        }
        blocks[number] = block.rewind();
        blocksHeld++;
        return block;
    }

    /**
     * Writes every changed page to the file.
     *
     * @throws Failure if writing fails
     */
    public void flush() {
        try {
            for (int number = 0; blocksHeld > 0; number++) {
                ByteBuffer block = blocks[number];
                if (block != null) {
                    writeDirtyPages(block, number);
                    blocks[number] = null;
                    dirtyPages[number] = 0;
                    blocksHeld--;
                }
            }
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    /** One write for each run of changed pages. */
    private void writeDirtyPages(ByteBuffer block, int number) throws IOException {
        int size = block.limit();
        int dirty = Short.toUnsignedInt(dirtyPages[number]);
        while (dirty != 0) {
            int first = Integer.numberOfTrailingZeros(dirty);
            int end = first + Integer.numberOfTrailingZeros(~(dirty >>> first));
            block.limit(Math.min(end << PAGE_SHIFT, size)).position(first << PAGE_SHIFT);
            long start = (long) number << BLOCK_SHIFT;
            while (block.hasRemaining()) {
                channel.write(block, start + block.position());
            }
            dirty &= -1 << end;
        }
    }
}
