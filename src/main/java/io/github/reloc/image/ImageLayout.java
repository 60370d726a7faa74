package io.github.reloc.image;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;

/**
 * Where the image's bytes are at link time, in the image and at run time.
 *
 * <p>The bias is what formulas call B: the load address of the first byte minus its link-time address, modulo
 * 2<sup>64</sup>. It is the load base itself only where the lowest segment is linked at 0. Source: gABI, "Base Address".
 *
 * @param startVirtualAddress the lowest {@code PT_LOAD} address, rounded down to a page: that of the first byte
 * @param memorySize bytes in memory, up to the page that holds the last byte of the last segment
 * @param size bytes of the image; less than the memory size where its zero-filled end is left out
 * @param loadBase the address at which the first byte is loaded, a multiple of {@link Elf#PAGE_SIZE}
 */
public record ImageLayout(long startVirtualAddress, long memorySize, long size, long loadBase) {
    /** The whole memory, from the first page to the last. */
    public static ImageLayout whole(Program program, long loadBase) {
        return of(program, loadBase, program.segments().endVirtualAddress());
    }

    /** The memory without what follows the last byte that comes from the file. */
    public static ImageLayout withoutTrailingZeros(Program program, long loadBase) {
        return of(program, loadBase, program.segments().fileBackedEndVirtualAddress());
    }

    /**
     * The image up to a link-time address.
     *
     * @throws Failure if the file cannot be moved, or would end past the top of the address space
     */
    private static ImageLayout of(Program program, long loadBase, long endVirtualAddress) {
        FileHeader header = program.header();
        if (header.type() != Elf.ET_DYN) {
            throw Failure.unsupported("e_type is ET_EXEC: the program is linked for fixed addresses, not as a PIE");
        }
        LoadSegments segments = program.segments();
        long start = segments.startVirtualAddress();
        long memorySize = segments.endVirtualAddress() - start;
        // A last byte at 2^64 - 1 is allowed, so it is the distance to it that must not wrap.
        if (Unsigned.sumWraps(loadBase, memorySize - 1)) {
            throw Failure.unsupported("load base " + Unsigned.hex(loadBase) + " and image size "
                    + Unsigned.hex(memorySize) + " pass the end of the address space");
        }
        return new ImageLayout(start, memorySize, endVirtualAddress - start, loadBase);
    }

    /** B: what is added to a link-time address to give its load address, modulo 2<sup>64</sup>. */
    public long bias() {
        return loadBase - startVirtualAddress;
    }

    public long toLoadAddress(long virtualAddress) {
        return virtualAddress + bias();
    }

    public long toImageOffset(long virtualAddress) {
        return virtualAddress - startVirtualAddress;
    }

    public long toVirtualAddress(long imageOffset) {
        return startVirtualAddress + imageOffset;
    }

    /** Whether a whole range of link-time addresses lies in the image. */
    public boolean contains(long virtualAddress, long rangeSize) {
        return Unsigned.contains(startVirtualAddress, size, virtualAddress, rangeSize);
    }
}
