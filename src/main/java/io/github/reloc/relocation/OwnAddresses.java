package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.StringTable;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.GlobalOffsetTables;
import io.github.reloc.executable.MovedHeaders;
import io.github.reloc.executable.MovedHeaders.Shortened;
import io.github.reloc.executable.MovedSymbols;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout.Reserved;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that an executable has of itself, besides those in its relocation tables and its dynamic section: in its
 * headers, its symbols, and the first word of its global offset table.
 *
 * <p>All of these are edited, and so are tables and dynamic section: each byte of them is one's, or the result would
 * depend on the order.
 */
final class OwnAddresses {
    private final Image image;
    private final FileLayout layout;
    private final Program program;
    private final long symbolCount;

    /** What is edited, or read when it is. */
    private final List<Reserved> parts = new ArrayList<>();

    private OwnAddresses(Image image, FileLayout layout, RelocationTables tables) {
        this.image = image;
        this.layout = layout;
        this.program = layout.program();
        DynamicTable dynamic = program.dynamic();
        add(new Reserved("the dynamic section", dynamic.virtualAddress(), dynamic.size()));
        for (RelocationTable table : tables.applied()) {
            add(new Reserved("the " + table.kind() + " table", table.virtualAddress(), table.size()));
        }
        SymbolTable symbols = program.symbols();
        symbolCount = symbols == null ? 0 : MovedSymbols.count(symbols, layout, NamedSymbols.count(program, tables));
        if (symbols != null) {
            add(new Reserved("the symbol table", symbols.virtualAddress(), symbolCount * Elf.SYM_SIZE));
            StringTable strings = symbols.strings();
            add(new Reserved("the string table", strings.virtualAddress(), strings.size()));
        }
        for (Reserved part : layout.reserved()) {
            add(part);
        }
    }

    private void add(Reserved part) {
        requireApart(part);
        parts.add(part);
    }

    private void requireApart(Reserved part) {
        for (Reserved other : parts) {
            if (Unsigned.overlap(part.virtualAddress(), part.size(), other.virtualAddress(), other.size())) {
                throw Failure.malformed(part.name() + " at " + Unsigned.hex(part.virtualAddress()) + " and "
                                + other.name() + " at " + Unsigned.hex(other.virtualAddress()) + " share bytes")
                        .at(layout.toImageOffset(part.virtualAddress()));
            }
        }
    }

    /**
     * Moves them, if the image is an executable.
     *
     * @param shortened the relocation tables from which entries were taken
     * @throws Failure if the symbol table is malformed, two parts of the program share bytes, or a symbol has a section
     *     index whose meaning is not known
     */
    static void move(
            Image image, RelocationTables tables, PhysicalAddresses physicalAddresses, List<Shortened> shortened) {
        if (image.layout() instanceof FileLayout layout) {
            new OwnAddresses(image, layout, tables).move(physicalAddresses, shortened);
        }
    }

    private void move(PhysicalAddresses physicalAddresses, List<Shortened> shortened) {
        for (long first : GlobalOffsetTables.find(layout)) {
            requireApart(new Reserved("the first word of the global offset table", first, Long.BYTES));
            // Where an entry is for the word as well, it is done.
            if (image.word64(first) == program.memory().word64(first)) {
                image.setAddress(first, program.dynamic().virtualAddress());
            }
        }
        MovedSymbols.write(image, layout, symbolCount);
        MovedHeaders.write(image, layout, physicalAddresses, shortened);
    }
}
