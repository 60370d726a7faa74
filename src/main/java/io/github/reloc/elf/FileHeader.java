package io.github.reloc.elf;

import java.util.List;

/**
 * What the ELF header says of the file, with its program headers.
 *
 * <p>Layout of {@code Elf64_Ehdr}, 64 bytes: e_ident: 16 bytes @ 0; e_type: 2 @ 16; e_machine: 2 @ 18; e_version: 4 @
 * 20; e_entry: 8 @ 24; e_phoff: 8 @ 32; e_phentsize: 2 @ 54; e_phnum: 2 @ 56. The class, byte order and machine are
 * ELF64, little endian and x86-64; {@link HeaderReader} has checked them. Source: gABI, "ELF Header".
 *
 * @param type {@code e_type}: {@link Elf#ET_DYN} or {@link Elf#ET_EXEC}
 * @param entryVirtualAddress {@code e_entry}; 0 where the file has no entry point
 * @param programHeaderFileOffset {@code e_phoff}: where the program header table begins
 * @param segments the program header table, in the order of the file
 */
public record FileHeader(int type, long entryVirtualAddress, long programHeaderFileOffset, List<Segment> segments) {
    public FileHeader {
        segments = List.copyOf(segments);
    }
}
