package io.github.reloc.image;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where the image's bytes are at link time, in the image and at run time.
 *
 * <p>The bias is what formulas call B: the load address of the first byte minus its link-time address, modulo
 * 2<sup>64</sup>. It is the load base itself only where the lowest segment is linked at 0. Source: gABI, "Base Address".
 */
public sealed interface ImageLayout permits MemoryLayout, FileLayout {
    /**
     * Bytes that the image takes from the program's file.
     *
     * @param imageOffset where they are in the image
     * @param fileOffset where they are in the file
     * @param size in bytes
     */
    record Piece(long imageOffset, long fileOffset, long size) {}

    /**
     * A part of memory that the image needs for itself, so that no relocation may change it.
     *
     * @param name what is there, as a message calls it
     * @param virtualAddress of its first byte, at link time
     * @param size in bytes
     */
    record Reserved(String name, long virtualAddress, long size) {}

    /** The whole memory, from the first page to the last. */
    static ImageLayout whole(Program program, long loadBase) {
        return MemoryLayout.of(program, loadBase, program.segments().endVirtualAddress());
    }

    /** The memory without what follows the last byte that comes from the file. */
    static ImageLayout withoutTrailingZeros(Program program, long loadBase) {
        return MemoryLayout.of(program, loadBase, program.segments().fileBackedEndVirtualAddress());
    }

    /** The lowest {@code PT_LOAD} address, rounded down to a page: that of the first byte in memory. */
    long startVirtualAddress();

    /** Bytes in memory, up to the page that holds the last byte of the last segment. */
    long memorySize();

    /** Bytes of the image. */
    long size();

    /** The address at which the first byte of memory is loaded, a multiple of {@link Elf#PAGE_SIZE}. */
    long loadBase();

    /** What the image takes from the file, ascending and apart from each other; all else is zero. */
    List<Piece> pieces();

    /** What no relocation may change. */
    List<Reserved> reserved();

    /** Where in the image a link-time address of a segment is that the image {@link #contains}. */
    long toImageOffset(long virtualAddress);

    /** The link-time address of a byte of the image; nothing where it is not part of memory. */
    OptionalLong toVirtualAddress(long imageOffset);

    /** Whether the image has all bytes of a range of link-time addresses, which lies in the memory of one segment. */
    boolean contains(long virtualAddress, long rangeSize);

    /** Where in the image a segment begins; of one without a byte in the image, where it would. */
    long startInImage(Segment segment);

    /** The link-time address after the last byte that the image has of a segment. */
    long endInImage(Segment segment);

    /**
     * Whether the image moves the addresses that the program has of itself: in its headers, dynamic section, symbols and
     * tables. What a loader adds to them is then not the bias any more, but 0.
     */
    boolean movesAddresses();

    /** B: what is added to a link-time address to give its load address, modulo 2<sup>64</sup>. */
    default long bias() {
        return loadBase() - startVirtualAddress();
    }

    default long toLoadAddress(long virtualAddress) {
        return virtualAddress + bias();
    }

    /**
     * Checks that a program can be moved to a load base.
     *
     * @throws Failure if it cannot be moved at all, or would end past the top of the address space
     */
    static void requireRoom(Program program, long loadBase) {
        program.requirePositionIndependent();
        LoadSegments segments = program.segments();
        long memorySize = segments.endVirtualAddress() - segments.startVirtualAddress();
        // A last byte at 2^64 - 1 is allowed, so it is the distance to it that must not wrap.
        if (Unsigned.sumWraps(loadBase, memorySize - 1)) {
            throw Failure.unsupported("load base " + Unsigned.hex(loadBase) + " and image size "
                    + Unsigned.hex(memorySize) + " pass the end of the address space");
        }
    }
}
