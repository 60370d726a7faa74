package io.github.reloc.relocation;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.List;

/** One entry as a table passes it on. */
record Entry(long index, long place, int type, int symbolIndex, long addend) {
    /** The entries of the first table of a built file. */
    static List<Entry> decode(PieBuilder pie) {
        List<Entry> entries = new ArrayList<>();
        try (Program program = pie.open()) {
            RelocationTable table = new RelocationTables(program).list().get(0);
            table.forEach(
                    program,
                    (index, place, type, symbolIndex, addend) ->
                            entries.add(new Entry(index, place, type, symbolIndex, addend)));
        }
        return entries;
    }

    /** The number of entries that the first table of a built file states. */
    static long count(PieBuilder pie) {
        try (Program program = pie.open()) {
            return new RelocationTables(program).list().get(0).count(program);
        }
    }
}
