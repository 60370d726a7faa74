package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an image that have been touched, in blocks of 64 KiB, over the linked image that shows between them.
 *
 * <p>The data path of an image: a word that is touched brings its block into memory, by one positional read, where it is
 * changed. In the end every byte is written once: what was not touched is copied by the kernel from file to file, what
 * was is written from memory, and what is neither of the file nor changed stays a hole. No mapping anywhere: on a full
 * disk a write fails with an exception, a mapping with a signal.
 *
 * <p>Blocks stay in memory until they fill half of the heap; then all of them are written and dropped, and are read back
 * if they are touched again. So the memory needed is bounded, and a program that touches less is never slowed down.
 */
final class ImageBlocks {
    static final int BLOCK_SHIFT = 16;
    static final int BLOCK_SIZE = 1 << BLOCK_SHIFT;
    static final int PAGE_SHIFT = 12;
    static final int PAGE_SIZE = 1 << PAGE_SHIFT;

    private static final int MIN_BLOCKS_HELD = 2;
    static final byte[] ZERO_BLOCK = new byte[BLOCK_SIZE];

    private final LinkedImage linked;
    private final OutputFile output;
    private final long size;
    private final int maxBlocksHeld;

    /** By number: those in memory. */
    private final @Nullable ByteBuffer[] blocks;

    /** By number: the pages of a block that have to be written, a bit each. */
    private final short[] writtenPages;

    /** Holds what {@link #peek} shows of a block that is not in memory. */
    private final ByteBuffer peeked = ByteBuffer.allocate(BLOCK_SIZE);

    /** The blocks that have been written and dropped. */
    private final BitSet dropped = new BitSet();

    private int blocksHeld;

    ImageBlocks(LinkedImage linked, long size, OutputFile output) {
        this(linked, size, output, Runtime.getRuntime().maxMemory() / 2 / BLOCK_SIZE);
    }

    /** As many blocks are held in memory as is said, or a few if that is fewer. */
    ImageBlocks(LinkedImage linked, long size, OutputFile output, long maxBlocksHeld) {
        this.linked = linked;
        this.output = output;
        this.size = size;
        int blockCount = Math.toIntExact((size + BLOCK_SIZE - 1) >>> BLOCK_SHIFT);
        blocks = new ByteBuffer[blockCount];
        writtenPages = new short[blockCount];
        this.maxBlocksHeld = (int) Math.max(MIN_BLOCKS_HELD, Math.min(blockCount, maxBlocksHeld));
        output.setSize(size);
    }

    /** The block that holds an offset of the image, to be read or, after {@link #markChanged}, changed. */
    ByteBuffer at(long imageOffset) {
        ByteBuffer block = blocks[(int) (imageOffset >>> BLOCK_SHIFT)];
        return block != null ? block : load((int) (imageOffset >>> BLOCK_SHIFT));
    }

    /** Notes that the byte at an offset is changed. */
    void markChanged(long imageOffset) {
        int page = (int) (imageOffset >>> PAGE_SHIFT) & (BLOCK_SIZE / PAGE_SIZE - 1);
        writtenPages[(int) (imageOffset >>> BLOCK_SHIFT)] |= (short) (1 << page);
    }

    private ByteBuffer load(int number) {
        if (blocksHeld == maxBlocksHeld) {
            drop();
        }
        // On the heap: a direct buffer saves a twentieth of the time of a run, and its memory is freed at no certain
        // time.
        ByteBuffer block = ByteBuffer.allocate(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        block.limit(sizeOf(number));
        if (dropped.get(number)) {
            readBack(number, block);
        } else {
            writtenPages[number] |= (short) linked.read(start(number), block);
        }
        blocks[number] = block;
        blocksHeld++;
        return block;
    }

    /**
     * The bytes of the image from an offset to the end of its block, from position to limit, as they are now. The buffer
     * is to be read, and before the next call.
     */
    ByteBuffer peek(long imageOffset) {
        int number = (int) (imageOffset >>> BLOCK_SHIFT);
        ByteBuffer block = blocks[number];
        if (block == null) {
            block = peeked;
            block.clear().put(ZERO_BLOCK).clear().limit(sizeOf(number));
            if (dropped.get(number)) {
                readBack(number, block);
            } else {
                linked.read(start(number), block);
            }
        }
        return block.duplicate().order(ByteOrder.LITTLE_ENDIAN).position((int) imageOffset & (BLOCK_SIZE - 1));
    }

    private int sizeOf(int number) {
        return (int) Math.min(BLOCK_SIZE, size - start(number));
    }

    private void readBack(int number, ByteBuffer block) {
        try {
            while (block.hasRemaining()) {
                if (output.channel().read(block, start(number) + block.position()) < 0) {
                    throw Failure.output("the file ended while it was written");
                }
            }
            block.rewind();
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    /** Writes all blocks that are in memory, and forgets them. */
    private void drop() {
        for (int number = 0; blocksHeld > 0; number++) {
            ByteBuffer block = blocks[number];
            if (block != null) {
                write(number, block);
                dropped.set(number);
                blocks[number] = null;
                blocksHeld--;
            }
        }
    }

    /** One write for each run of pages that have to be written. */
    private void write(int number, ByteBuffer block) {
        FileChannel channel = output.channel();
        int limit = block.limit();
        int pages = Short.toUnsignedInt(writtenPages[number]);
        try {
            while (pages != 0) {
                int first = Integer.numberOfTrailingZeros(pages);
                int end = first + Integer.numberOfTrailingZeros(~(pages >>> first));
                block.limit(Math.min(end << PAGE_SHIFT, limit)).position(first << PAGE_SHIFT);
                while (block.hasRemaining()) {
                    channel.write(block, start(number) + block.position());
                }
                pages &= -1 << end;
            }
        } catch (IOException e) {
            throw Failure.output(e);
        }
        block.limit(limit).position(0);
    }

    /**
     * Writes the whole image to the output.
     *
     * @throws Failure if reading or writing fails
     */
    void writeAll() {
        int number = 0;
        while (number < blocks.length) {
            int first = number;
            while (number < blocks.length && blocks[number] == null && !dropped.get(number)) {
                number++;
            }
            if (first != number) {
                linked.copyTo(output.channel(), start(first), Math.min(size, start(number)) - start(first));
            }
            if (number < blocks.length) {
                ByteBuffer block = blocks[number];
                if (block != null) {
                    write(number, block);
                }
                number++;
            }
        }
    }

    private static long start(int number) {
        return (long) number << BLOCK_SHIFT;
    }
}
