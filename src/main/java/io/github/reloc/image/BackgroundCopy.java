package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Copies blocks of the linked image to the output in a thread of its own, inside the kernel, while the entries are read.
 *
 * <p>That saves the time of the shorter of the two where there are two processors: of a program of 300 MB a third of the
 * whole run. If the output is closed meanwhile the thread ends.
 */
final class BackgroundCopy extends Thread {
    /** So much is copied in one call: after that the thread sees that the output is closed. */
    private static final int BLOCKS_PER_CALL = (8 << 20) / ImageBlocks.BLOCK_SIZE;

    private final LinkedImage linked;
    private final long imageSize;
    private final BitSet blocks;
    private final OutputFile output;

    /** Written by the thread, read when it has ended. */
    private @Nullable Throwable failure;

    /**
     * The copy of some blocks of an image to their places in the output.
     *
     * @param imageSize in bytes, where the last block ends
     * @param blocks by number; not to be changed any more
     */
    BackgroundCopy(LinkedImage linked, long imageSize, BitSet blocks, OutputFile output) {
        super("copy");
        setDaemon(true);
        this.linked = linked;
        this.imageSize = imageSize;
        this.blocks = blocks;
        this.output = output;
    }

    @Override
    public void run() {
        try {
            int end;
            for (int number = blocks.nextSetBit(0); number >= 0; number = blocks.nextSetBit(end)) {
                end = Math.min(blocks.nextClearBit(number), number + BLOCKS_PER_CALL);
                long start = (long) number << ImageBlocks.BLOCK_SHIFT;
                linked.copyTo(output, start, Math.min(imageSize, (long) end << ImageBlocks.BLOCK_SHIFT) - start);
            }
        } catch (RuntimeException | Error e) {
            // All of it: an image must not appear because a thread ended unseen.
            failure = e;
        }
    }

    /**
     * Waits until all is copied.
     *
     * @throws Failure if reading or writing failed
     */
    void await() {
        try {
            join();
        } catch (InterruptedException e) {
            throw Failure.output(output.name(), "interrupted");
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }
}
