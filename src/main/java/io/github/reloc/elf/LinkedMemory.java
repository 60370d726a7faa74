package io.github.reloc.elf;

import java.nio.ByteBuffer;

/**
 * The program's memory as the linker left it, before any relocation, read by virtual address.
 *
 * <p>Bytes of a segment that do not come from the file read as zero.
 */
public final class LinkedMemory implements Memory {
    private final InputFile input;
    private final LoadSegments segments;

    LinkedMemory(InputFile input, LoadSegments segments) {
        this.input = input;
        this.segments = segments;
    }

    /** Whether a whole range lies in the memory of one segment. */
    public boolean contains(long virtualAddress, long size) {
        return segments.containing(virtualAddress, size) != null;
    }

    /** Whether a whole range lies in the memory of one segment, in bytes that come from the file. */
    public boolean containsFromFile(long virtualAddress, long size) {
        return segments.fileBacking(virtualAddress, size) != null;
    }

    @Override
    public long word(long virtualAddress, int size) {
        return size == Long.BYTES ? word64(virtualAddress) : word32(virtualAddress);
    }

    /** The 64-bit word at an address that this memory {@link #contains}. */
    public long word64(long virtualAddress) {
        Segment segment = segment(virtualAddress, Long.BYTES);
        if (segment.isFileBacked(virtualAddress, Long.BYTES)) {
            return input.word64(segment.toFileOffset(virtualAddress));
        }
        return Integer.toUnsignedLong(word32(virtualAddress))
                | (long) word32(virtualAddress + Integer.BYTES) << Integer.SIZE;
    }

    /** The 32-bit word at an address that this memory {@link #contains}. */
    public int word32(long virtualAddress) {
        Segment segment = segment(virtualAddress, Integer.BYTES);
        if (segment.isFileBacked(virtualAddress, Integer.BYTES)) {
            return input.word32(segment.toFileOffset(virtualAddress));
        }
        return word16(virtualAddress) | word16(virtualAddress + Short.BYTES) << Short.SIZE;
    }

    /** The 16-bit word at an address that this memory {@link #contains}, zero-extended. */
    public int word16(long virtualAddress) {
        return byteAt(virtualAddress) | byteAt(virtualAddress + 1) << Byte.SIZE;
    }

    /** The byte at an address that this memory {@link #contains}, zero-extended. */
    public int byteAt(long virtualAddress) {
        Segment segment = segment(virtualAddress, 1);
        return segment.isFileBacked(virtualAddress, 1) ? input.byteAt(segment.toFileOffset(virtualAddress)) : 0;
    }

    /** Fills a buffer, from its position to its limit, with bytes that this memory {@link #containsFromFile}. */
    void readFromFile(long virtualAddress, ByteBuffer target) {
        Segment segment = segment(virtualAddress, target.remaining());
        if (!segment.isFileBacked(virtualAddress, target.remaining())) {
            throw new IndexOutOfBoundsException("not from the file: memory at " + Unsigned.hex(virtualAddress));
        }
        input.read(segment.toFileOffset(virtualAddress), target);
    }

    private Segment segment(long virtualAddress, long size) {
        Segment segment = segments.containing(virtualAddress, size);
        if (segment == null) {
            throw new IndexOutOfBoundsException("no memory at " + Unsigned.hex(virtualAddress));
        }
        return segment;
    }
}
