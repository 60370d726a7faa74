package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an image that have been touched, in blocks of 64 KiB, over the linked image that shows between them.
 *
 * <p>The data path of an image: a word that is touched brings its block into memory, by one positional read, where it is
 * changed. What no word touches is copied by the kernel from file to file; what is neither of the file nor changed stays a
 * hole. No mapping anywhere: on a full disk a write fails with an exception, a mapping with a signal.
 *
 * <p>Where the image is {@linkplain #writeAhead written ahead}, the blocks without writable memory, in most programs nearly
 * all of them, are copied in the background while the entries are read. Of the others a few are held; when there are more,
 * they are written and their memory is used again, which stays in the processor's cache. Entries mostly come in the
 * order of their places, so blocks are seldom needed again. Once one is, it is read back, and from then on as many are
 * held as fit into half of the heap: entries in any order cost little more, and the memory needed is bounded. Where that
 * is too little for the order in which they come, the work ends.
 */
final class ImageBlocks {
    static final int BLOCK_SHIFT = 16;
    static final int BLOCK_SIZE = 1 << BLOCK_SHIFT;
    static final int PAGE_SHIFT = 12;
    static final int PAGE_SIZE = 1 << PAGE_SHIFT;
    static final int PAGES_PER_BLOCK = BLOCK_SIZE / PAGE_SIZE;
    private static final int BLOCK_WORDS = BLOCK_SIZE / Long.BYTES;

    /** Blocks held at first when writing ahead: a megabyte. */
    private static final int FEW_BLOCKS = 16;

    private static final int MIN_BLOCKS_HELD = 2;

    /** A table that comes after another one needs each block once more, and there are seven kinds. */
    private static final long MAX_REREADS_PER_BLOCK = 16;

    /** Up to this many cost a second. */
    private static final long MIN_REREADS = 20_000;

    /** Fewer are not worth a thread. */
    private static final int MIN_BLOCKS_COPIED = (1 << 20) / BLOCK_SIZE;

    private final Program program;
    private final ImageLayout layout;
    private final LinkedImage linked;
    private final OutputFile output;
    private final int maxBlocksHeld;

    /** By number: those in memory, as words. */
    private final long[] @Nullable [] blocks;

    /** By number: the pages of a block that have to be written, a bit each. */
    private final short[] writtenPages;

    /** The blocks that have been written and dropped. */
    private final BitSet dropped = new BitSet();

    /** Memory of dropped blocks. */
    private final ArrayDeque<long[]> spare = new ArrayDeque<>();

    /** A block as bytes, on its way from or to a file. */
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private final Window window;
    /** The numbers of the blocks in memory. */
    private final List<Integer> held = new ArrayList<>();

    private int holdLimit;

    /** How often a block that had been dropped was needed again. */
    private long rereadCount;

    /** The blocks that are copied in the background. */
    private final BitSet copied = new BitSet();

    private @Nullable BackgroundCopy copy;

    ImageBlocks(Program program, ImageLayout layout, OutputFile output) {
        this(program, layout, output, Runtime.getRuntime().maxMemory() / 2 / BLOCK_SIZE);
    }

    /** As many blocks are held in memory as is said, or a few if that is fewer. */
    ImageBlocks(Program program, ImageLayout layout, OutputFile output, long maxBlocksHeld) {
        this.program = program;
        this.layout = layout;
        this.linked = new LinkedImage(program.input(), layout);
        this.output = output;
        int blockCount = Math.toIntExact((layout.size() + BLOCK_SIZE - 1) >>> BLOCK_SHIFT);
        blocks = new long[blockCount][];
        writtenPages = new short[blockCount];
        window = new Window(blockCount, layout.startVirtualAddress());
        this.maxBlocksHeld = (int) Math.max(MIN_BLOCKS_HELD, Math.min(blockCount, maxBlocksHeld));
        holdLimit = this.maxBlocksHeld;
        output.setSize(layout.size());
    }

    /** The window, that ends when a block is dropped. */
    Window window() {
        return window;
    }

    /** Begins to write what can be written before the end. */
    void writeAhead() {
        holdLimit = Math.min(maxBlocksHeld, FEW_BLOCKS);
        copied.set(0, blocks.length);
        for (Segment segment : program.segments().list()) {
            // Of an image that ends before .bss, all of a segment or a part of it can lie beyond.
            long size = layout.endInImage(segment) - segment.virtualAddress();
            if (segment.isWritable() && size != 0) {
                long start = layout.startInImage(segment);
                copied.clear(number(start), number(start + size + BLOCK_SIZE - 1));
            }
        }
        if (copied.cardinality() >= MIN_BLOCKS_COPIED) {
            copy = new BackgroundCopy(linked, layout.size(), copied, output);
            copy.start();
        } else {
            copied.clear();
        }
    }

    private void awaitCopy() {
        if (copy != null) {
            copy.await();
            copy = null;
        }
    }

    /** The aligned word at an offset of the image. */
    long word(long imageOffset) {
        return block(number(imageOffset))[wordInBlock(imageOffset)];
    }

    /** Sets the aligned word at an offset of the image. */
    void setWord(long imageOffset, long word) {
        int number = number(imageOffset);
        block(number)[wordInBlock(imageOffset)] = word;
        writtenPages[number] |= (short) (1 << ((imageOffset >>> PAGE_SHIFT) & (PAGES_PER_BLOCK - 1)));
    }

    /** Opens the window on some words of a block. */
    void openWindow(long virtualAddress, long imageOffset, int count) {
        window.close();
        int number = number(imageOffset);
        window.open(virtualAddress, number, block(number), wordInBlock(imageOffset), count);
    }

    private long[] block(int number) {
        long[] block = blocks[number];
        return block != null ? block : load(number);
    }

    /** Entries in any order, more than the heap holds: each would move 64 KiB twice, and a minute of work last an hour. */
    private void countReread() {
        rereadCount++;
        if (rereadCount > MIN_REREADS && rereadCount > MAX_REREADS_PER_BLOCK * blocks.length) {
            int touchedCount = dropped.cardinality();
            throw Failure.memory("the words to relocate lie in " + touchedCount + " blocks of 64 KiB, in no order, and"
                    + " there is room for " + maxBlocksHeld + " of them: half of Java's heap");
        }
    }

    private long[] load(int number) {
        if (dropped.get(number)) {
            holdLimit = maxBlocksHeld;
            countReread();
        }
        if (held.size() >= holdLimit) {
            drop();
        }
        long[] block = spare.isEmpty() ? new long[BLOCK_WORDS] : spare.pop();
        writtenPages[number] |= (short) read(number);
        bytes.asLongBuffer().get(block);
        blocks[number] = block;
        held.add(number);
        return block;
    }

    /** Fills {@link #bytes} with a block that is not in memory, and returns the pages that hold bytes of the file. */
    private int read(int number) {
        bytes.clear();
        if (!dropped.get(number)) {
            return linked.read(start(number), bytes);
        }
        try {
            bytes.limit(sizeOf(number));
            while (bytes.hasRemaining()) {
                if (output.channel().read(bytes, start(number) + bytes.position()) < 0) {
                    throw Failure.output(output.name(), "the file ended while it was written");
                }
            }
        } catch (IOException e) {
            throw Failure.output(output.name(), e);
        }
        bytes.clear();
        return 0;
    }

    /**
     * The bytes of the image from an offset to the end of its block, from position to limit, as they are now. The buffer
     * is to be read, and before the next call.
     */
    ByteBuffer peek(long imageOffset) {
        int number = number(imageOffset);
        long[] block = blocks[number];
        if (block == null) {
            read(number);
        } else {
            bytes.clear().asLongBuffer().put(block);
        }
        return bytes.limit(sizeOf(number)).position((int) imageOffset & (BLOCK_SIZE - 1));
    }

    private int sizeOf(int number) {
        return (int) Math.min(BLOCK_SIZE, layout.size() - start(number));
    }

    /** Writes all blocks that are in memory, and forgets them. */
    private void drop() {
        window.close();
        for (int number : held) {
            long[] block = blocks[number];
            write(number, block);
            dropped.set(number);
            spare.push(block);
            blocks[number] = null;
        }
        held.clear();
    }

    /** One write for each run of pages that have to be written. */
    private void write(int number, long[] block) {
        if (copied.get(number)) {
            // Else the copy could come after it.
            awaitCopy();
        }
        FileChannel channel = output.channel();
        int size = sizeOf(number);
        bytes.clear().asLongBuffer().put(block);
        int pages = Short.toUnsignedInt(writtenPages[number]) | Short.toUnsignedInt(window.changedPages(number));
        try {
            while (pages != 0) {
                int first = Integer.numberOfTrailingZeros(pages);
                int end = first + Integer.numberOfTrailingZeros(~(pages >>> first));
                bytes.limit(Math.min(end << PAGE_SHIFT, size)).position(first << PAGE_SHIFT);
                while (bytes.hasRemaining()) {
                    channel.write(bytes, start(number) + bytes.position());
                }
                pages &= -1 << end;
            }
        } catch (IOException e) {
            throw Failure.output(output.name(), e);
        }
    }

    /**
     * Writes the whole image to the output.
     *
     * @throws Failure if reading or writing fails
     */
    void writeAll() {
        window.close();
        awaitCopy();
        int number = 0;
        while (number < blocks.length) {
            int first = number;
            while (number < blocks.length && isUntouched(number)) {
                number++;
            }
            if (first != number) {
                linked.copyTo(output, start(first), Math.min(layout.size(), start(number)) - start(first));
            }
            if (number < blocks.length) {
                long[] block = blocks[number];
                if (block != null) {
                    write(number, block);
                }
                number++;
            }
        }
    }

    /** Whether a block is still to be copied. */
    private boolean isUntouched(int number) {
        return blocks[number] == null && !dropped.get(number) && !copied.get(number);
    }

    private static int wordInBlock(long imageOffset) {
        return (int) (imageOffset >>> 3) & (BLOCK_WORDS - 1);
    }

    private static int number(long imageOffset) {
        return (int) (imageOffset >>> BLOCK_SHIFT);
    }

    private static long start(int number) {
        return (long) number << BLOCK_SHIFT;
    }
}
