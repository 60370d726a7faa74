package io.github.reloc;

import io.github.reloc.PieBuilder.FileField;
import java.nio.charset.StandardCharsets;

/**
 * Section headers and linker symbols for a {@link PieBuilder}, in its data segment: the headers from its first byte on
 * (the first is the null section), symbols at {@link #SYMBOLS} and their names at {@link #STRINGS}.
 */
public final class SectionBytes {
    /** Virtual addresses of what stands in the data segment; its file offset is {@link #DATA_OFFSET}. */
    public static final long SYMBOLS = PieBuilder.DATA + 0x800;

    public static final long STRINGS = PieBuilder.DATA + 0xa00;

    /** In the file, as long as the tables end on its first page. */
    public static final long DATA_OFFSET = 0x1000;

    public static final int SHT_SYMTAB = 2;
    public static final int SHT_STRTAB = 3;
    public static final int SHF_ALLOC = 2;

    private static final int SHDR_SIZE = 64;
    private static final int SYM_SIZE = 24;

    private final PieBuilder pie;
    private int count = 1;
    private int symbolCount = 1;
    private int stringsSize = 1;

    private SectionBytes(PieBuilder pie) {
        this.pie = pie;
        pie.set(FileField.E_SHOFF, DATA_OFFSET)
                .set(FileField.E_SHENTSIZE, SHDR_SIZE)
                .set(FileField.E_SHNUM, count);
    }

    public static SectionBytes in(PieBuilder pie) {
        return new SectionBytes(pie);
    }

    /** Adds a header with an address in memory and none in the file. */
    public SectionBytes section(int type, long flags, long address, long size) {
        return section(type, flags, address, 0, size, 0);
    }

    public SectionBytes section(int type, long flags, long address, long offset, long size, int link) {
        long header = PieBuilder.DATA + (long) count * SHDR_SIZE;
        pie.word32(header + 4, type)
                .word64(header + 8, flags)
                .word64(header + 16, address)
                .word64(header + 24, offset)
                .word64(header + 32, size)
                .word32(header + 40, link);
        count++;
        pie.set(FileField.E_SHNUM, count);
        return this;
    }

    /** Adds a header with a name, behind that of the one section of names. */
    public SectionBytes named(String name, int type, long flags, long address, long size) {
        section(SHT_STRTAB, 0, 0, toFileOffset(STRINGS), name.length() + 2L, 0);
        pie.set(FileField.E_SHSTRNDX, count - 1L);
        pie.bytes(STRINGS + 1, name.getBytes(StandardCharsets.UTF_8));
        pie.word32(PieBuilder.DATA + (long) count * SHDR_SIZE, 1);
        return section(type, flags, address, size);
    }

    /** Adds a symbol to the table that {@link #symbolTable} describes. */
    public SectionBytes symbol(String name, int sectionIndex, long value) {
        long symbol = SYMBOLS + (long) symbolCount * SYM_SIZE;
        pie.word32(symbol, stringsSize).word16(symbol + 6, sectionIndex).word64(symbol + 8, value);
        pie.bytes(STRINGS + stringsSize, name.getBytes(StandardCharsets.UTF_8));
        symbolCount++;
        stringsSize += name.length() + 1;
        return this;
    }

    /** Adds the headers of the symbols so far, and behind that of their names. */
    public SectionBytes symbolTable() {
        return section(SHT_SYMTAB, 0, 0, toFileOffset(SYMBOLS), (long) symbolCount * SYM_SIZE, count + 1)
                .section(SHT_STRTAB, 0, 0, toFileOffset(STRINGS), stringsSize, 0);
    }

    public static long toFileOffset(long address) {
        return address - PieBuilder.DATA + DATA_OFFSET;
    }

    public PieBuilder pie() {
        return pie;
    }
}
