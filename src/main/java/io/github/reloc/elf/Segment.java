package io.github.reloc.elf;

/**
 * A program header, as the file states it; {@link LoadSegments} checks those that are loaded.
 *
 * <p>Layout of {@code Elf64_Phdr}, 56 bytes: p_type: 4 bytes @ 0; p_flags: 4 @ 4; p_offset: 8 @ 8; p_vaddr: 8 @ 16;
 * p_paddr: 8 @ 24; p_filesz: 8 @ 32; p_memsz: 8 @ 40; p_align: 8 @ 48. Source: gABI, "Program Header".
 *
 * @param index position in the program header table
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param fileOffset {@code p_offset}: of the segment's first byte in the file
 * @param virtualAddress {@code p_vaddr}: of the segment's first byte in memory, at link time
 * @param physicalAddress {@code p_paddr}: where loaders put it that know no virtual addresses yet
 * @param fileSize {@code p_filesz}: bytes that come from the file
 * @param memorySize {@code p_memsz}: bytes in memory; those past the file size are zero
 * @param alignment {@code p_align}: 0 and 1 mean none
 */
public record Segment(
        int index,
        int type,
        int flags,
        long fileOffset,
        long virtualAddress,
        long physicalAddress,
        long fileSize,
        long memorySize,
        long alignment) {
    /** Where in the header {@code p_vaddr} stands. */
    public static final int P_VADDR_OFFSET = 16;

    /** Where in the header {@code p_paddr} stands. */
    public static final int P_PADDR_OFFSET = 24;

    public boolean isWritable() {
        return (flags & Elf.PF_W) != 0;
    }

    public boolean isExecutable() {
        return (flags & Elf.PF_X) != 0;
    }

    /** The permissions as {@code ls} and {@code /proc/PID/maps} write them: {@code r-x}. */
    public String permissions() {
        return ((flags & Elf.PF_R) != 0 ? "r" : "-") + (isWritable() ? "w" : "-") + (isExecutable() ? "x" : "-");
    }

    /** Whether a whole range lies in the segment's memory. */
    public boolean contains(long rangeVirtualAddress, long size) {
        return Unsigned.contains(virtualAddress, memorySize, rangeVirtualAddress, size);
    }

    /** Whether a whole range lies in the part of the segment that comes from the file. */
    public boolean isFileBacked(long rangeVirtualAddress, long size) {
        return Unsigned.contains(virtualAddress, fileSize, rangeVirtualAddress, size);
    }

    /** Where in the file an address lies that {@link #isFileBacked}. */
    public long toFileOffset(long address) {
        return fileOffset + (address - virtualAddress);
    }
}
