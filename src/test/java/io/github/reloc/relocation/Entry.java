package io.github.reloc.relocation;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.ObjectFile;
import java.util.ArrayList;
import java.util.List;

/** One entry as a table passes it on. */
record Entry(long index, long place, int type, int symbolIndex, long addend) {
    /** The entries of the first table of a built file. */
    static List<Entry> decode(PieBuilder pie) {
        List<Entry> entries = new ArrayList<>();
        try (ObjectFile object = pie.open()) {
            RelocationTable table = new RelocationTables(object).list().get(0);
            table.forEach(
                    object,
                    (index, place, type, symbolIndex, addend) ->
                            entries.add(new Entry(index, place, type, symbolIndex, addend)));
        }
        return entries;
    }

    /** The number of entries that the first table of a built file states. */
    static long count(PieBuilder pie) {
        try (ObjectFile object = pie.open()) {
            return new RelocationTables(object).list().get(0).count(object);
        }
    }
}
