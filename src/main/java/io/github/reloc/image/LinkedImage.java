package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The image before any word of it is changed: what the segments take from the file, and zeros.
 *
 * <p>No byte of the file that is not part of a segment is in it.
 */
final class LinkedImage {
    private static final byte[] ZEROS = new byte[ImageBlocks.BLOCK_SIZE];

    private final Program program;
    private final ImageLayout layout;

    LinkedImage(Program program, ImageLayout layout) {
        this.program = program;
        this.layout = layout;
    }

    /**
     * Fills a buffer with the bytes of a range: those of the file, and zeros.
     *
     * @param imageOffset of the byte at the buffer's position 0
     * @param target filled up to its limit, {@link ImageBlocks#BLOCK_SIZE} at most
     * @return the pages that hold bytes of the file, a bit each, that of the first page lowest
     * @throws Failure if the file cannot be read
     */
    int read(long imageOffset, ByteBuffer target) {
        int pages = 0;
        int size = target.limit();
        target.position(0);
        for (Segment segment : program.segments().around(layout.toVirtualAddress(imageOffset), size)) {
            long segmentImageOffset = layout.toImageOffset(segment.virtualAddress());
            long from = Math.max(0, segmentImageOffset - imageOffset);
            long to = Math.min(size, segmentImageOffset + segment.fileSize() - imageOffset);
            // Only now do both fit an int: a segment may begin or end gigabytes away.
            if (from < to) {
                target.limit(size).put(ZEROS, 0, (int) from - target.position());
                long fileOffset = segment.fileOffset() + (imageOffset + from - segmentImageOffset);
                program.input().read(fileOffset, target.limit((int) to));
                pages |= pages((int) from, (int) to);
            }
        }
        target.limit(size).put(ZEROS, 0, size - target.position()).position(0);
        return pages;
    }

    /** The pages of a range, as bits. */
    private static int pages(int from, int to) {
        int first = from / ImageBlocks.PAGE_SIZE;
        int end = (to + ImageBlocks.PAGE_SIZE - 1) / ImageBlocks.PAGE_SIZE;
        return (int) ((1L << end) - (1L << first));
    }

    /**
     * Copies the bytes of the file in a range to the same range of the output, inside the kernel.
     *
     * @throws Failure if reading or writing fails
     */
    void copyTo(OutputFile output, long imageOffset, long size) {
        for (Segment segment : program.segments().around(layout.toVirtualAddress(imageOffset), size)) {
            long segmentImageOffset = layout.toImageOffset(segment.virtualAddress());
            long from = Math.max(imageOffset, segmentImageOffset);
            long to = Math.min(imageOffset + size, segmentImageOffset + segment.fileSize());
            if (from < to) {
                FileChannel channel = output.channel();
                try {
                    channel.position(from);
                } catch (IOException e) {
                    throw Failure.output(output.name(), e);
                }
                program.input()
                        .copyTo(channel, output.name(), segment.fileOffset() + (from - segmentImageOffset), to - from);
            }
        }
    }
}
