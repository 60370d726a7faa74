package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of memory that a relocation may change: a field lies whole in one segment that is writable (or the file says
 * that relocations change others), in none of the tables that relocating reads, and in the image.
 *
 * <p>A target inside a table that is read while the image is made would give a result that depends on when it is read.
 */
final class RelocationTargets {
    /** A range of memory and what it is, as a message calls it. */
    private record Range(String name, long start, long size) {}

    private final Program program;
    private final ImageLayout layout;
    private final List<Range> tables = new ArrayList<>();
    private final boolean hasTextRelocations;

    /** The range that the last field was found in, between two tables: most often the next field is there too. */
    private long start;

    private long size;

    RelocationTargets(Program program, RelocationTables relocations, ImageLayout layout) {
        this.program = program;
        this.layout = layout;
        DynamicTable dynamic = program.dynamic();
        hasTextRelocations = dynamic.has(Elf.DT_TEXTREL) || (dynamic.value(Elf.DT_FLAGS, 0) & Elf.DF_TEXTREL) != 0;

        tables.add(new Range("the dynamic section", dynamic.virtualAddress(), dynamic.size()));
        for (RelocationTable table : relocations.list()) {
            tables.add(new Range("the " + table.kind() + " table", table.virtualAddress(), table.size()));
        }
        SymbolTable symbols = program.symbols();
        if (symbols != null) {
            tables.add(new Range("the symbol table", symbols.virtualAddress(), symbols.size()));
            tables.add(new Range(
                    "the string table",
                    symbols.strings().virtualAddress(),
                    symbols.strings().size()));
        }
    }

    /** Whether a field of a number of bytes may be changed. */
    boolean contains(long place, int fieldSize) {
        return Unsigned.contains(start, size, place, fieldSize)
                || (fault(place, fieldSize) == null && layout.contains(place, fieldSize));
    }

    /** Where the range begins, between tables of one segment, in which a field was found last. */
    long start() {
        return start;
    }

    /** Bytes of that range. */
    long size() {
        return size;
    }

    /** The failure that a field is which {@link #contains} rejects; {@code entry} begins the message. */
    Failure failure(String entry, long place, int fieldSize) {
        String fault = fault(place, fieldSize);
        String message = entry + ", relocates " + Unsigned.hex(place) + ", which lies ";
        return fault != null
                ? Failure.malformed(message + fault)
                : Failure.unsupported(message + "in .bss, past the end of the image");
    }

    /** Why a field must not be changed, or null; then the range around it becomes the current one. */
    private @Nullable String fault(long place, int fieldSize) {
        Segment segment = program.segments().containing(place, fieldSize);
        if (segment == null) {
            return "outside the memory of any one PT_LOAD";
        }
        if (!segment.isWritable() && !hasTextRelocations) {
            return "in a segment that is not writable, and there is no DT_TEXTREL";
        }
        long low = segment.virtualAddress();
        long high = Unsigned.min(low + segment.memorySize(), layout.startVirtualAddress() + layout.size());
        for (Range table : tables) {
            if (Unsigned.overlap(table.start(), table.size(), place, fieldSize)) {
                return "inside " + table.name();
            }
            if (Unsigned.less(table.start(), place)) {
                low = Unsigned.max(low, table.start() + table.size());
            } else {
                high = Unsigned.min(high, table.start());
            }
        }
        start = low;
        size = Unsigned.less(low, high) ? high - low : 0;
        return null;
    }
}
