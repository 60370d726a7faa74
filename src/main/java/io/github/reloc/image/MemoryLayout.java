package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The layout of a flat image: a byte is as far from the first one as it is in memory. What lies between the segments is
 * zero.
 *
 * @param startVirtualAddress the lowest {@code PT_LOAD} address, rounded down to a page: that of the first byte
 * @param memorySize bytes in memory, up to the page that holds the last byte of the last segment
 * @param size bytes of the image; less than the memory size where its zero-filled end is left out
 * @param loadBase the address at which the first byte is loaded
 * @param pieces what the segments take from the file
 */
record MemoryLayout(long startVirtualAddress, long memorySize, long size, long loadBase, List<Piece> pieces)
        implements ImageLayout {
    /**
     * The image up to a link-time address.
     *
     * @throws Failure if the program cannot be moved, or would end past the top of the address space
     */
    static MemoryLayout of(Program program, long loadBase, long endVirtualAddress) {
        ImageLayout.requireRoom(program, loadBase);
        LoadSegments segments = program.segments();
        long start = segments.startVirtualAddress();
        List<Piece> pieces = new ArrayList<>();
        for (Segment segment : segments.list()) {
            if (segment.fileSize() != 0) {
                pieces.add(new Piece(segment.virtualAddress() - start, segment.fileOffset(), segment.fileSize()));
            }
        }
        return new MemoryLayout(
                start, segments.endVirtualAddress() - start, endVirtualAddress - start, loadBase, List.copyOf(pieces));
    }

    @Override
    public List<Reserved> reserved() {
        return List.of();
    }

    @Override
    public long toImageOffset(long virtualAddress) {
        return virtualAddress - startVirtualAddress;
    }

    @Override
    public OptionalLong toVirtualAddress(long imageOffset) {
        return OptionalLong.of(startVirtualAddress + imageOffset);
    }

    @Override
    public boolean contains(long virtualAddress, long rangeSize) {
        return Unsigned.contains(startVirtualAddress, size, virtualAddress, rangeSize);
    }

    @Override
    public long startInImage(Segment segment) {
        return toImageOffset(segment.virtualAddress());
    }

    @Override
    public long endInImage(Segment segment) {
        long end = Unsigned.min(segment.virtualAddress() + segment.memorySize(), startVirtualAddress + size);
        return Unsigned.max(segment.virtualAddress(), end);
    }

    @Override
    public boolean movesAddresses() {
        return false;
    }
}
