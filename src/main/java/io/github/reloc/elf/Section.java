package io.github.reloc.elf;

/**
 * A section header, as the file states it: nothing of it has been checked.
 *
 * <p>Layout of {@code Elf64_Shdr}, 64 bytes, as far as it is read: sh_name: 4 bytes @ 0; sh_type: 4 @ 4; sh_flags: 8 @ 8;
 * sh_addr: 8 @ 16; sh_offset: 8 @ 24; sh_size: 8 @ 32; sh_link: 4 @ 40; sh_entsize: 8 @ 56. Source: gABI, "Section Header".
 *
 * @param index position in the section header table
 * @param headerFileOffset of the header itself
 * @param nameOffset {@code sh_name}: where in the section that {@code e_shstrndx} names its name begins
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param virtualAddress {@code sh_addr}: of the section's first byte in memory, at link time; 0 where it is not loaded
 * @param fileOffset {@code sh_offset}: of the section's first byte in the file
 * @param size {@code sh_size}, in bytes
 * @param link {@code sh_link}: the index of the section that this one needs, as symbols need strings; unsigned
 * @param entrySize {@code sh_entsize}, in bytes, of a section that is a table
 */
public record Section(
        int index,
        long headerFileOffset,
        long nameOffset,
        int type,
        long flags,
        long virtualAddress,
        long fileOffset,
        long size,
        int link,
        long entrySize) {
    /** Where in the header {@code sh_addr} stands. */
    public static final int SH_ADDR_OFFSET = 16;

    /** Where in the header {@code sh_size} stands. */
    public static final int SH_SIZE_OFFSET = 32;

    /** Whether the section is part of the program's memory. */
    public boolean isAllocated() {
        return (flags & Elf.SHF_ALLOC) != 0;
    }

    /** Whether the section says that it holds relocation entries. */
    public boolean isRelocationTable() {
        return switch (type) {
            case Elf.SHT_RELA,
                    Elf.SHT_REL,
                    Elf.SHT_RELR,
                    Elf.SHT_ANDROID_REL,
                    Elf.SHT_ANDROID_RELA,
                    Elf.SHT_ANDROID_RELR -> true;
            default -> false;
        };
    }
}
