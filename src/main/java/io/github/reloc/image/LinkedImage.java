package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.image.ImageLayout.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * The image before any word of it is changed: what it takes from the file, and zeros.
 *
 * <p>No byte of the file that the layout has no place for is in it.
 */
final class LinkedImage {
    private static final byte[] ZEROS = new byte[ImageBlocks.BLOCK_SIZE];

    private final InputFile input;
    private final List<Piece> pieces;

    LinkedImage(InputFile input, ImageLayout layout) {
        this.input = input;
        this.pieces = layout.pieces();
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
        for (int i = firstAfter(imageOffset); i < pieces.size() && start(i) < imageOffset + size; i++) {
            Piece piece = pieces.get(i);
            int from = (int) Math.max(0, piece.imageOffset() - imageOffset);
            int to = (int) Math.min(size, piece.imageOffset() + piece.size() - imageOffset);
            target.limit(size).put(ZEROS, 0, from - target.position());
            input.read(piece.fileOffset() + (imageOffset + from - piece.imageOffset()), target.limit(to));
            pages |= pages(from, to);
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
        for (int i = firstAfter(imageOffset); i < pieces.size() && start(i) < imageOffset + size; i++) {
            Piece piece = pieces.get(i);
            long from = Math.max(imageOffset, piece.imageOffset());
            long to = Math.min(imageOffset + size, piece.imageOffset() + piece.size());
            FileChannel channel = output.channel();
            try {
                channel.position(from);
            } catch (IOException e) {
                throw Failure.output(output.name(), e);
            }
            input.copyTo(channel, output.name(), piece.fileOffset() + (from - piece.imageOffset()), to - from);
        }
    }

    private long start(int index) {
        return pieces.get(index).imageOffset();
    }

    /** The first piece that ends after an offset of the image; their number where none does. */
    private int firstAfter(long imageOffset) {
        int low = 0;
        int high = pieces.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Piece piece = pieces.get(middle);
            if (piece.imageOffset() + piece.size() <= imageOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
