package io.github.reloc.table;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.List;

/** One entry as a table passes it on. */
record DecodedEntry(long index, long place, int type, int symbolIndex, long addend) {
    /** The entries of the first table of a built file. */
    static List<DecodedEntry> decode(PieBuilder pie) {
        List<DecodedEntry> entries = new ArrayList<>();
        try (Program program = pie.open()) {
            RelocationTable table = new RelocationTables(program).list().get(0);
            table.forEach(
                    program,
                    entry -> entries.add(new DecodedEntry(
                            entry.index(), entry.place(), entry.type(), entry.symbolIndex(), entry.statedAddend())));
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
