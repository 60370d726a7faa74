package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.FileLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field that an executable has besides its memory: of its headers, or of its {@code .symtab}.
 *
 * @param name in words
 * @param imageOffset of its first byte
 * @param size in bytes: 8, or 2 of {@code e_type}
 */
record HeaderField(String name, long imageOffset, int size) {
    /**
     * A table of structures, each of which has fields that move.
     *
     * @param name of one of them, with a blank at its end where its number follows
     * @param suffix after the number
     * @param fields the names of the fields that move, by their offsets
     */
    private record Table(String name, String suffix, long start, long count, int entrySize, Map<Long, String> fields) {
        HeaderField field(long imageOffset) {
            long inEntry = (imageOffset - start) % entrySize;
            long field = Unsigned.alignDown(inEntry, Long.BYTES);
            String entry = name.endsWith(" ") ? name + (imageOffset - start) / entrySize + suffix : name;
            String moving = fields.get(field);
            return new HeaderField(
                    moving == null ? entry : moving + " of " + entry, imageOffset - inEntry + field, Long.BYTES);
        }
    }

    /** The field that has a byte of the image, or null where that is none of those. */
    static @Nullable HeaderField at(long imageOffset, FileLayout layout) {
        if (imageOffset >>> 1 == FileHeader.E_TYPE_OFFSET >>> 1) {
            return new HeaderField("e_type", FileHeader.E_TYPE_OFFSET, Short.BYTES);
        }
        for (Table table : tables(layout)) {
            if (Unsigned.less(imageOffset - table.start(), table.count() * table.entrySize())) {
                return table.field(imageOffset);
            }
        }
        return null;
    }

    private static List<Table> tables(FileLayout layout) {
        FileHeader header = layout.program().header();
        List<Table> tables = new ArrayList<>();
        tables.add(new Table(
                "the ELF header", "", 0, 1, Elf.EHDR_SIZE, Map.of((long) FileHeader.E_ENTRY_OFFSET, "e_entry")));
        tables.add(new Table(
                "program header ",
                "",
                header.programHeaderFileOffset(),
                header.segments().size(),
                Elf.PHDR_SIZE,
                Map.of((long) Segment.P_VADDR_OFFSET, "p_vaddr", (long) Segment.P_PADDR_OFFSET, "p_paddr")));
        if (!layout.sections().isEmpty()) {
            tables.add(new Table(
                    "section header ",
                    "",
                    layout.sections().get(0).headerFileOffset(),
                    layout.sections().size(),
                    Elf.SHDR_SIZE,
                    Map.of((long) Section.SH_ADDR_OFFSET, "sh_addr", (long) Section.SH_SIZE_OFFSET, "sh_size")));
        }
        Section symbols = layout.symbols();
        if (symbols != null) {
            tables.add(new Table(
                    "symbol ",
                    " of .symtab",
                    symbols.fileOffset(),
                    symbols.size() / Elf.SYM_SIZE,
                    Elf.SYM_SIZE,
                    Map.of((long) Symbol.ST_VALUE_OFFSET, "st_value")));
        }
        return tables;
    }
}
