package io.github.reloc.cli;

import io.github.reloc.cli.Listing.ListedTable;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LinkedMemory;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.BatchConsumer;
import io.github.reloc.relocation.Formulas;
import io.github.reloc.relocation.RelocationBatch;
import io.github.reloc.relocation.RelocationCounts;
import io.github.reloc.relocation.RelocationTable;
import io.github.reloc.relocation.RelocationTables;
import io.github.reloc.relocation.RelocationType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks the tables of a file and shows them.
 *
 * <p>What can be read is shown, whatever else is wrong with the file; the first thing that is wrong is thrown in the end.
 */
final class Dump {
    private final Program program;
    private final @Nullable ImageLayout layout;
    private final RelocationTables tables;
    private final Set<RelocationTable.Kind> kinds;
    private final Set<Integer> types;
    private @Nullable Failure firstFailure;

    /**
     * Finds the tables; which of them are shown, and how, is up to the arguments.
     *
     * @param layout where the program is loaded, or null where that is not asked for
     * @param kinds the tables to show; none means all
     * @param types the types to show; none means all
     */
    Dump(Program program, @Nullable ImageLayout layout, List<RelocationTable.Kind> kinds, List<Integer> types) {
        this.program = program;
        this.layout = layout;
        this.tables = new RelocationTables(program);
        this.kinds = kinds.isEmpty() ? EnumSet.allOf(RelocationTable.Kind.class) : EnumSet.copyOf(kinds);
        this.types = new HashSet<>(types);
    }

    /**
     * Shows the tables.
     *
     * @param isSummary whether to show counts in place of entries
     * @throws Failure if a table is malformed, or there is one that is not read
     */
    void write(Listing listing, boolean isSummary) throws IOException {
        List<ListedTable> listed = listedTables();
        listing.begin(listed, isSummary);
        if (isSummary) {
            listing.summary(count(listed));
        } else {
            for (ListedTable table : listed) {
                listing.table(table);
                decode(table.table(), new EntryWriter(table.table(), listing));
            }
        }
        listing.end();
        program.input().requireUnchanged();
        if (firstFailure != null) {
            throw firstFailure;
        }
        tables.requireSound();
    }

    private List<ListedTable> listedTables() {
        List<ListedTable> listed = new ArrayList<>();
        for (RelocationTable table : tables.list()) {
            if (kinds.contains(table.kind())) {
                listed.add(new ListedTable(table, table.count(program)));
            }
        }
        return listed;
    }

    private RelocationCounts count(List<ListedTable> listed) {
        RelocationCounts counts = new RelocationCounts();
        for (ListedTable table : listed) {
            RelocationCounts.ByType byType = counts.of(table.table().kind());
            decode(table.table(), batch -> {
                for (int i = 0; i < batch.count(); i++) {
                    if (isShown(batch.type(i))) {
                        byType.add(batch.type(i));
                    }
                }
            });
        }
        return counts;
    }

    /** Passes on a table's entries, unless they are shown with the table that holds this one. */
    private void decode(RelocationTable table, BatchConsumer consumer) {
        if (table.container() != null && kinds.contains(table.container())) {
            return;
        }
        try {
            table.forEachBatch(program, consumer);
        } catch (Failure e) {
            if (firstFailure == null) {
                firstFailure = e;
            }
        }
    }

    private boolean isShown(int type) {
        return types.isEmpty() || types.contains(type);
    }

    /** Shows the entries of one table. */
    private final class EntryWriter implements BatchConsumer {
        private final boolean isAddendInPlace;
        private final Listing listing;
        private final LinkedMemory memory = program.memory();
        private final ListedEntry entry = new ListedEntry();
        private final @Nullable Formulas formulas = layout == null ? null : new Formulas(program, layout, Map.of());
        private @Nullable SymbolNames names;

        EntryWriter(RelocationTable table, Listing listing) {
            this.isAddendInPlace = table.format().isAddendInPlace();
            this.listing = listing;
            entry.table = table.kind();
            entry.hasAddend = !isAddendInPlace;
            entry.hasAddress = layout != null;
        }

        @Override
        public void accept(RelocationBatch batch) {
            try {
                for (int i = 0; i < batch.count(); i++) {
                    if (isShown(batch.type(i))) {
                        show(batch, i);
                    }
                }
            } catch (IOException e) {
                // A consumer of entries has no business with streams; the command unwraps this.
                throw new UncheckedIOException(e);
            }
        }

        private void show(RelocationBatch batch, int i) throws IOException {
            int symbolIndex = batch.symbolIndex(i);
            entry.index = batch.index(i);
            entry.place = batch.place(i);
            entry.type = batch.type(i);
            entry.symbol = symbolIndex == 0 ? null : symbolName(symbolIndex);
            entry.addend = batch.addend(i);
            if (isAddendInPlace) {
                readAddend();
            }
            if (layout != null) {
                entry.address = layout.toLoadAddress(entry.place);
                entry.hasValue = hasValue(symbolIndex);
                entry.value = formulas == null ? 0 : formulas.value();
            }
            listing.entry(entry);
        }

        /** Whether apply would write a word that is known now; what stands in the way of it is for apply to say. */
        private boolean hasValue(int symbolIndex) {
            if (formulas == null || !entry.hasAddend) {
                return false;
            }
            try {
                return formulas.evaluate(entry.place, entry.type, symbolIndex, entry.addend) == Formulas.Outcome.WORD;
            } catch (Failure e) {
                return false;
            }
        }

        private void readAddend() {
            int size = RelocationType.fieldSize(entry.type);
            entry.hasAddend = size != 0 && memory.contains(entry.place, size);
            if (entry.hasAddend) {
                entry.addend = memory.word(entry.place, size);
            }
        }

        private byte[] symbolName(int symbolIndex) {
            if (names == null) {
                SymbolTable symbols = program.symbols();
                if (symbols == null) {
                    throw Failure.malformed("an entry names symbol " + Integer.toUnsignedString(symbolIndex)
                            + ", and there is no DT_SYMTAB");
                }
                names = new SymbolNames(symbols);
            }
            return names.name(symbolIndex);
        }
    }
}
