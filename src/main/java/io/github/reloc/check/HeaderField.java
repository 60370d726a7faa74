package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.FileLayout;
import org.jspecify.annotations.Nullable;

/**
 * A field that an executable has besides its memory: of its headers, or of its {@code .symtab}.
 *
 * @param name in words
 * @param imageOffset of its first byte
 * @param size in bytes: 8, or 2 of {@code e_type}
 */
record HeaderField(String name, long imageOffset, int size) {
    /** The field that has a byte of the image, or null where that is none of those. */
    static @Nullable HeaderField at(long imageOffset, FileLayout layout) {
        FileHeader header = layout.program().header();
        if (Unsigned.less(imageOffset, Elf.EHDR_SIZE)) {
            return imageOffset >>> 1 == FileHeader.E_TYPE_OFFSET >>> 1
                    ? new HeaderField("e_type", FileHeader.E_TYPE_OFFSET, Short.BYTES)
                    : named("the ELF header", imageOffset, 0, FileHeader.E_ENTRY_OFFSET, "e_entry", -1, "");
        }
        long inTable = imageOffset - header.programHeaderFileOffset();
        if (Unsigned.less(inTable, (long) header.segments().size() * Elf.PHDR_SIZE)) {
            return named(
                    "program header " + inTable / Elf.PHDR_SIZE,
                    imageOffset,
                    imageOffset - inTable % Elf.PHDR_SIZE,
                    Segment.P_VADDR_OFFSET,
                    "p_vaddr",
                    Segment.P_PADDR_OFFSET,
                    "p_paddr");
        }
        if (!layout.sections().isEmpty()) {
            inTable = imageOffset - layout.sections().get(0).headerFileOffset();
            if (Unsigned.less(inTable, (long) layout.sections().size() * Elf.SHDR_SIZE)) {
                return named(
                        "section header " + inTable / Elf.SHDR_SIZE,
                        imageOffset,
                        imageOffset - inTable % Elf.SHDR_SIZE,
                        Section.SH_ADDR_OFFSET,
                        "sh_addr",
                        Section.SH_SIZE_OFFSET,
                        "sh_size");
            }
        }
        Section symbols = layout.symbols();
        if (symbols != null && Unsigned.less(imageOffset - symbols.fileOffset(), symbols.size())) {
            inTable = imageOffset - symbols.fileOffset();
            return named(
                    "symbol " + inTable / Elf.SYM_SIZE + " of .symtab",
                    imageOffset,
                    imageOffset - inTable % Elf.SYM_SIZE,
                    Symbol.ST_VALUE_OFFSET,
                    "st_value",
                    -1,
                    "");
        }
        return null;
    }

    /** The word of a structure that has a byte, called by its name where that is one that moves. */
    private static HeaderField named(
            String structure,
            long imageOffset,
            long start,
            int firstOffset,
            String firstName,
            int secondOffset,
            String secondName) {
        long word = Unsigned.alignDown(imageOffset - start, Long.BYTES);
        String field = word == firstOffset ? firstName : word == secondOffset ? secondName : "";
        return new HeaderField(field.isEmpty() ? structure : field + " of " + structure, start + word, Long.BYTES);
    }
}
