package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.image.Image;
import io.github.reloc.image.PageSet;
import io.github.reloc.image.Window;
import io.github.reloc.relocation.Formulas.Outcome;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine: computes what each entry calls for and writes it to the image.
 *
 * <p>Nothing is skipped: an entry is applied, changes nothing, is left for run time because that was asked for, or ends
 * the work with a {@link Failure}.
 */
public final class Relocator {
    private final Program program;
    private final RelocationTables tables;
    private final Options options;

    /**
     * How to relocate.
     *
     * @param tableRule what becomes of the tables in the image
     * @param keepsUnresolved whether entries that need run time are left for it, and are no error
     * @param symbolValues values for symbols that the file does not define, by name
     */
    public record Options(TableRule tableRule, boolean keepsUnresolved, Map<String, Long> symbolValues) {
        public Options {
            symbolValues = Map.copyOf(symbolValues);
        }
    }

    /**
     * What was done.
     *
     * @param applied the entries applied; those of type R_X86_64_NONE are among them
     * @param left the entries left for run time
     * @param basePages the pages that hold a word which another load base would change
     * @param unusedNames the names among {@link Options#symbolValues} that no entry has asked for
     */
    public record Result(RelocationCounts applied, RelocationCounts left, PageSet basePages, Set<String> unusedNames) {}

    /**
     * An engine for one file.
     *
     * @throws Failure if a table is malformed, or there is one that is not read
     */
    public Relocator(Program program, RelocationTables tables, Options options) {
        this.program = program;
        this.tables = tables;
        this.options = options;
        tables.requireSound();
    }

    /**
     * Applies every entry of every table, in the order of loaders, and adapts the tables.
     *
     * @throws Failure if an entry is malformed, of an unsupported type, or needs run time and must not
     */
    public Result apply(Image image) {
        Run run = new Run(image);
        DynamicEdits edits = new DynamicEdits();
        for (RelocationTable table : tables.list()) {
            if (table.container() == null) {
                run.apply(table, edits);
            }
        }
        run.unresolved.requireNone();
        edits.writeTo(image, program);
        run.basePages.addAll(image.windowPages());
        return new Result(
                run.applied, run.left, run.basePages, run.formulas.symbols().unused());
    }

    /** One image on its way through all tables. */
    private final class Run {
        private final Image image;
        private final EntryResolver resolver;
        private final Formulas formulas;
        private final Unresolved unresolved;
        private final RelocationCounts applied = new RelocationCounts();
        private final RelocationCounts left = new RelocationCounts();
        private final PageSet basePages = new PageSet();

        Run(Image image) {
            this.image = image;
            resolver = new EntryResolver(program, tables, image.layout(), options.symbolValues());
            formulas = resolver.formulas();
            unresolved = new Unresolved(formulas.symbols());
        }

        void apply(RelocationTable table, DynamicEdits edits) {
            TableCompaction compaction = options.tableRule().removesFrom(table.format())
                    ? new TableCompaction(table, tables.inside(table), image)
                    : null;
            table.forEachBatch(program, new TablePass(this, table, compaction));
            if (compaction != null) {
                compaction.finish(edits, options.tableRule() == TableRule.TRIM);
            }
        }
    }

    /** One table on its way into the image. */
    private final class TablePass implements BatchConsumer {
        /** Few, because it is the number of calls that makes the virtual machine compile a method. */
        private static final int ENTRIES_PER_CALL = 64;

        private final Run run;
        private final RelocationTable table;
        private final boolean isAddendInPlace;
        private final @Nullable TableCompaction compaction;
        private final RelocationCounts.ByType applied;
        private final RelocationCounts.ByType left;

        TablePass(Run run, RelocationTable table, @Nullable TableCompaction compaction) {
            this.run = run;
            this.table = table;
            this.isAddendInPlace = table.format().isAddendInPlace();
            this.compaction = compaction;
            this.applied = run.applied.of(table.kind());
            this.left = run.left.of(table.kind());
        }

        @Override
        public void accept(RelocationBatch batch) {
            for (int first = 0; first < batch.count(); first += ENTRIES_PER_CALL) {
                apply(batch, first, Math.min(batch.count(), first + ENTRIES_PER_CALL));
            }
        }

        private void apply(RelocationBatch batch, int first, int end) {
            int entry = first;
            while (entry < end) {
                entry = applyRelatives(batch, entry, end);
                if (entry < end && !isInNextWindow(batch, entry)) {
                    applyOne(batch, entry++);
                }
            }
        }

        /**
         * Applies entries from one on, as long as they are relative and lie in the window: of those it is known that the
         * target is allowed, and nothing is left to do but B + A. Nearly all entries are of this kind.
         *
         * @return the first entry that is not
         */
        private int applyRelatives(RelocationBatch batch, int first, int end) {
            Window window = run.image.window();
            long bias = run.image.layout().bias();
            int entry = first;
            while (entry < end && batch.info(entry) == RelocationType.R_X86_64_RELATIVE) {
                int word = window.wordAt(batch.place(entry));
                if (word < 0) {
                    break;
                }
                window.set(word, bias + (isAddendInPlace ? window.get(word) : batch.addend(entry)));
                entry++;
            }
            applied.add(RelocationType.R_X86_64_RELATIVE, entry - first);
            return entry;
        }

        /** Whether an entry is relative and, once the window is opened there, lies in it. */
        private boolean isInNextWindow(RelocationBatch batch, int entry) {
            return batch.info(entry) == RelocationType.R_X86_64_RELATIVE
                    && run.resolver.openWindow(run.image, batch.place(entry));
        }

        private void applyOne(RelocationBatch batch, int entry) {
            long index = batch.index(entry);
            long place = batch.place(entry);
            int type = batch.type(entry);
            int symbolIndex = batch.symbolIndex(entry);
            int fieldSize = run.resolver.requireTarget(table.kind(), index, place, type);
            long addend = isAddendInPlace && fieldSize != 0 ? read(place, fieldSize) : batch.addend(entry);
            Outcome outcome = run.resolver.resolve(table.kind(), index, place, type, symbolIndex, addend);
            switch (outcome) {
                case NOTHING -> applied.add(type);
                case WORD -> {
                    write(place, fieldSize, run.formulas.value());
                    applied.add(type);
                }
                case RUN_TIME, UNDEFINED -> leave(index, place, type, symbolIndex, batch.addend(entry), outcome);
            }
        }

        private long read(long place, int fieldSize) {
            return fieldSize == Long.BYTES ? run.image.word64(place) : run.image.word32(place);
        }

        private void write(long place, int fieldSize, long word) {
            if (run.formulas.dependsOnBase()) {
                run.basePages.add(run.image.layout().toImageOffset(place), fieldSize);
            }
            if (fieldSize == Long.BYTES) {
                run.image.setWord64(place, word);
            } else {
                run.image.setWord32(place, (int) word);
            }
        }

        private void leave(long index, long place, int type, int symbolIndex, long addend, Outcome outcome) {
            left.add(type);
            if (!options.keepsUnresolved()) {
                run.unresolved.add(table.kind(), index, place, type, symbolIndex, outcome);
            } else if (compaction != null) {
                compaction.keep(index, place, type, symbolIndex, addend);
            }
        }
    }
}
