package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of memory that a relocation may change: a field lies whole in one segment that is writable (or the file says
 * that relocations change others), in none of the tables that relocating reads, and in the image.
 *
 * <p>A target inside a table that is read while the image is made would give a result that depends on when it is read.
 * Where no hash table says how long the symbol table is, it is as long as the entries read it: what linkers put behind it
 * is not known, and may be data that is relocated.
 */
final class Targets {
    /** A table and where it lies, as a message calls it. */
    private record Table(String name, long start, long size) {}

    /** A range of link-time addresses all of which may be changed. */
    record Range(long start, long size) {
        boolean contains(long place, long fieldSize) {
            return Unsigned.contains(start, size, place, fieldSize);
        }
    }

    private final Program program;
    private final ImageLayout layout;
    private final List<Table> tables = new ArrayList<>();
    private final boolean hasTextRelocations;

    /** The range that was found last: the next field is most often there too. */
    private Range last = new Range(0, 0);

    Targets(Program program, RelocationTables relocations, ImageLayout layout) {
        this.program = program;
        this.layout = layout;
        DynamicTable dynamic = program.dynamic();
        hasTextRelocations = dynamic.has(Elf.DT_TEXTREL) || (dynamic.value(Elf.DT_FLAGS, 0) & Elf.DF_TEXTREL) != 0;

        tables.add(new Table("the dynamic section", dynamic.virtualAddress(), dynamic.size()));
        for (RelocationTable table : relocations.list()) {
            if (table.defect() != null) {
                // Nobody who writes comes here with it.
                continue;
            }
            tables.add(new Table("the " + table.kind() + " table", table.virtualAddress(), table.size()));
        }
        SymbolTable symbols = program.symbols();
        if (symbols != null) {
            long symbolsSize = symbols.isCounted() || !mayChange(symbols.virtualAddress())
                    ? symbols.size()
                    : NamedSymbols.count(program, relocations) * Elf.SYM_SIZE;
            tables.add(new Table("the symbol table", symbols.virtualAddress(), symbolsSize));
            tables.add(new Table(
                    "the string table",
                    symbols.strings().virtualAddress(),
                    symbols.strings().size()));
        }
        for (ImageLayout.Reserved part : layout.reserved()) {
            tables.add(new Table(part.name(), part.virtualAddress(), part.size()));
        }
    }

    /** Whether an address lies in a segment whose bytes may be changed. */
    private boolean mayChange(long virtualAddress) {
        Segment segment = program.segments().containing(virtualAddress, 1);
        return segment != null && (segment.isWritable() || hasTextRelocations);
    }

    /**
     * The range around a field, between two tables, all of which may be changed, as far as the image has its bytes: where
     * it ends before those of the field, that is not in the range.
     *
     * @throws Failure if the field must not be changed
     */
    Range around(long place, long fieldSize) {
        if (last.contains(place, fieldSize)) {
            return last;
        }
        Segment segment = program.segments().containing(place, fieldSize);
        if (segment == null) {
            throw Failure.malformed("its place lies outside the memory of any one PT_LOAD");
        }
        if (!segment.isWritable() && !hasTextRelocations) {
            throw Failure.malformed("its place lies in a segment that is not writable, and there is no DT_TEXTREL");
        }
        long low = segment.virtualAddress();
        long high = low + segment.memorySize();
        for (Table table : tables) {
            if (Unsigned.overlap(table.start(), table.size(), place, fieldSize)) {
                throw Failure.malformed("its place lies inside " + table.name());
            }
            if (table.size() == 0) {
                continue;
            }
            if (Unsigned.less(table.start(), place)) {
                low = Unsigned.max(low, table.start() + table.size());
            } else {
                high = Unsigned.min(high, table.start());
            }
        }
        high = Unsigned.max(low, Unsigned.min(high, layout.endInImage(segment)));
        last = new Range(low, high - low);
        return last;
    }
}
