package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.InputFile;
import io.github.reloc.image.Image;
import java.nio.ByteBuffer;

/**
 * How an image file differs from an image, both of one size, byte by byte.
 *
 * @param differingBytes how many bytes differ
 * @param differingPages how many pages of 4096 bytes hold a byte that differs
 * @param firstImageOffset of the first byte that differs, or -1
 */
record Comparison(long differingBytes, long differingPages, long firstImageOffset) {
    /** Compares block by block; no more than a block of each is looked at at a time. */
    static Comparison of(Image expected, InputFile found) {
        long bytes = 0;
        long pages = 0;
        long first = -1;
        long lastPage = -1;
        for (long offset = 0; offset < found.size(); ) {
            ByteBuffer expectedBlock = expected.peek(offset);
            ByteBuffer foundBlock = ByteBuffer.allocate(expectedBlock.remaining());
            found.read(offset, foundBlock);
            foundBlock.flip();
            int count = foundBlock.limit();
            // mismatch() compares whole vectors: an equal block costs next to nothing.
            int next = expectedBlock.mismatch(foundBlock);
            for (int i = next; i >= 0 && i < count; i++) {
                if (expectedBlock.get(expectedBlock.position() + i) != foundBlock.get(i)) {
                    bytes++;
                    first = first < 0 ? offset + i : first;
                    long page = (offset + i) / Elf.PAGE_SIZE;
                    pages += page == lastPage ? 0 : 1;
                    lastPage = page;
                }
            }
            offset += count;
        }
        return new Comparison(bytes, pages, first);
    }

    boolean isIdentical() {
        return differingBytes == 0;
    }
}
