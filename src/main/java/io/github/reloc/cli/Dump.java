package io.github.reloc.cli;

import io.github.reloc.cli.Listing.ListedTable;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LinkedMemory;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
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
    private final @Nullable Evaluator evaluator;
    private final SymbolNames names;
    private boolean hasShown;
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
        this.evaluator = layout == null ? null : evaluator(layout);
        this.names = new SymbolNames(program);
    }

    /** What says what apply would write; null where the symbol table is malformed, so that it would write nothing. */
    private @Nullable Evaluator evaluator(ImageLayout at) {
        try {
            return new Evaluator(program, tables, at, Map.of(), program.memory());
        } catch (Failure e) {
            firstFailure = e;
            return null;
        }
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

    /** Whether there was an entry to show, or to count. */
    boolean hasShown() {
        return hasShown;
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
                    int type = (int) batch.info(i);
                    if (isShown(type)) {
                        byType.add(type);
                        hasShown = true;
                    }
                }
            });
        }
        return counts;
    }

    /** Passes on a table's entries, unless they are shown with the table that holds this one. */
    private void decode(RelocationTable table, RelocationBatch.Consumer consumer) {
        if (table.container() != null && kinds.contains(table.container())) {
            return;
        }
        try {
            table.forEachBatch(program, consumer);
        } catch (Failure e) {
            note(names.fault());
            note(e);
        }
        note(names.fault());
    }

    private void note(@Nullable Failure failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
    }

    private boolean isShown(int type) {
        return types.isEmpty() || types.contains(type);
    }

    /** Shows the entries of one table. */
    private final class EntryWriter implements RelocationBatch.Consumer {
        private final Listing listing;
        private final LinkedMemory memory = program.memory();
        private final Entry entry;
        private final boolean isAddendInPlace;
        private final ListedEntry listed = new ListedEntry();

        EntryWriter(RelocationTable table, Listing listing) {
            this.listing = listing;
            entry = table.newEntry();
            isAddendInPlace = table.format().isAddendInPlace();
            listed.table = table.kind();
            listed.hasAddend = !isAddendInPlace;
            listed.hasAddress = layout != null;
        }

        @Override
        public void accept(RelocationBatch batch) {
            try {
                for (int i = 0; i < batch.count(); i++) {
                    if (isShown((int) batch.info(i))) {
                        batch.read(i, entry);
                        show();
                    }
                }
            } catch (IOException e) {
                // A consumer of entries has no business with streams; the command unwraps this.
                throw new UncheckedIOException(e);
            }
        }

        private void show() throws IOException {
            hasShown = true;
            listed.index = entry.index();
            listed.place = entry.place();
            listed.type = entry.type();
            listed.symbol = entry.symbolIndex() == 0 ? null : names.name(entry.symbolIndex());
            listed.addend = entry.statedAddend();
            if (isAddendInPlace) {
                readAddend();
            }
            if (layout != null) {
                listed.address = layout.toLoadAddress(entry.place());
                evaluate();
            }
            listing.entry(listed);
        }

        /** The word that apply would write, if it is known now; what stands in the way of it is for apply to say. */
        private void evaluate() {
            listed.hasValue = false;
            if (evaluator == null || !listed.hasAddend) {
                return;
            }
            try {
                Outcome outcome = evaluator.evaluate(entry);
                listed.hasValue = outcome.isWord();
                listed.value = outcome.word();
            } catch (Failure e) {
                // There is no value, and that is what is shown.
            }
        }

        private void readAddend() {
            int size = RelocationType.wordSize(entry.type());
            listed.hasAddend = size != 0 && memory.contains(entry.place(), size);
            if (listed.hasAddend) {
                listed.addend = entry.addend(memory, size);
            }
        }
    }
}
