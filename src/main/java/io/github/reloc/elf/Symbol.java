package io.github.reloc.elf;

/**
 * A symbol of the dynamic symbol table.
 *
 * <p>Layout of {@code Elf64_Sym}, 24 bytes: st_name: 4 bytes @ 0; st_info: 1 @ 4; st_other: 1 @ 5; st_shndx: 2 @ 6;
 * st_value: 8 @ 8; st_size: 8 @ 16. Source: gABI, "Symbol Table".
 *
 * @param nameOffset {@code st_name}: where in {@code DT_STRTAB} its name begins; 0 where it has none
 * @param info {@code st_info}: binding and type
 * @param sectionIndex {@code st_shndx}; {@link Elf#SHN_UNDEF} where the file does not define it
 * @param value {@code st_value}: a link-time address; of an absolute symbol a number, of a thread-local one an offset
 * @param size {@code st_size} in bytes, unsigned
 */
public record Symbol(long nameOffset, int info, int sectionIndex, long value, long size) {
    /** Where in the symbol {@code st_value} stands. */
    public static final int ST_VALUE_OFFSET = 8;

    private static final long ST_NAME_MASK = 0xffff_ffffL;
    private static final int ST_INFO_SHIFT = 4 * Byte.SIZE;
    private static final int ST_INFO_MASK = 0xff;
    private static final int ST_SHNDX_SHIFT = 6 * Byte.SIZE;
    private static final int ST_SIZE_OFFSET = 16;

    /** The symbol at an offset of a file, whole within it. */
    public static Symbol read(InputFile input, long fileOffset) {
        // The first four fields fill a word, and one read is quicker than four.
        long first = input.word64(fileOffset);
        return new Symbol(
                first & ST_NAME_MASK,
                (int) (first >>> ST_INFO_SHIFT) & ST_INFO_MASK,
                (int) (first >>> ST_SHNDX_SHIFT),
                input.word64(fileOffset + ST_VALUE_OFFSET),
                input.word64(fileOffset + ST_SIZE_OFFSET));
    }

    public boolean isDefined() {
        return sectionIndex != Elf.SHN_UNDEF;
    }

    /** Whether its value is a number that does not move with the program. */
    public boolean isAbsolute() {
        return sectionIndex == Elf.SHN_ABS;
    }

    /** Whether its section index is one of those with a meaning of their own, absolute ones aside. */
    public boolean isReserved() {
        return sectionIndex >= Elf.SHN_LORESERVE && !isAbsolute();
    }

    /** Whether its value is an address that moves with the program, but for those that {@link #isReserved}. */
    public boolean isAddress() {
        return isDefined() && !isAbsolute() && !isThreadLocal();
    }

    public boolean isWeak() {
        return info >>> 4 == Elf.STB_WEAK;
    }

    public boolean isThreadLocal() {
        return (info & 0xf) == Elf.STT_TLS;
    }

    /** Whether its value is that of a function which has to be called to learn the address. */
    public boolean isIndirectFunction() {
        return (info & 0xf) == Elf.STT_GNU_IFUNC;
    }
}
