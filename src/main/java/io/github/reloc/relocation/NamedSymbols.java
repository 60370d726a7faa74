package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;

/** How many symbols there are up to the highest that an entry names: those that applying the entries reads, and no other. */
final class NamedSymbols implements RelocationBatch.Consumer {
    private long count;

    private NamedSymbols() {}

    /** Their number; 0 where no entry that can be read names one. */
    static long count(Program program, RelocationTables tables) {
        NamedSymbols symbols = new NamedSymbols();
        for (RelocationTable table : tables.list()) {
            try {
                table.forEachBatch(program, symbols);
            } catch (Failure e) {
                // For whoever goes through the entries for their own sake: they end at the same place.
                if (e.kind() != Failure.Kind.MALFORMED) {
                    throw e;
                }
            }
        }
        return symbols.count;
    }

    @Override
    public void accept(RelocationBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            long symbolIndex = batch.info(i) >>> Integer.SIZE;
            if (symbolIndex != 0) {
                count = Math.max(count, symbolIndex + 1);
            }
        }
    }
}
