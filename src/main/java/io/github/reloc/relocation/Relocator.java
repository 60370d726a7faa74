package io.github.reloc.relocation;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.MovedHeaders.Shortened;
import io.github.reloc.image.Image;
import io.github.reloc.image.PageSet;
import io.github.reloc.image.Window;
import io.github.reloc.relocation.Targets.Range;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;
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
    private final ImageRequest request;

    /**
     * An engine for one program.
     *
     * @throws Failure if a table is malformed, or there is one that is not read
     */
    public Relocator(Program program, ImageRequest request) {
        this.program = program;
        this.tables = new RelocationTables(program);
        this.request = request;
        tables.requireSound();
    }

    /**
     * Applies every entry of every table, in the order of loaders, and adapts the tables.
     *
     * @param image with the layout that the request has, not relocated yet
     * @throws Failure if an entry is malformed, of an unsupported type, or needs run time and must not
     */
    public RelocatedImage relocate(Image image) {
        Run run = new Run(image);
        DynamicEdits edits = new DynamicEdits();
        for (RelocationTable table : tables.applied()) {
            run.apply(table, edits);
        }
        run.unresolved.requireNone();
        run.leftFields.requireNoneApplied(program, tables);
        edits.writeTo(image, program);
        OwnAddresses.move(image, tables, request.physicalAddresses(), run.shortened);
        run.basePages.addAll(image.closeWindow());
        return new RelocatedImage(
                image,
                run.applied,
                run.withoutEffect,
                run.left,
                run.basePages,
                run.evaluator.symbols().unused());
    }

    /** One image on its way through all tables. */
    private final class Run {
        private final Image image;
        private final Evaluator evaluator;
        private final Unresolved unresolved;
        private final LeftFields leftFields = new LeftFields();
        private final RelocationCounts applied = new RelocationCounts();
        private final RelocationCounts withoutEffect = new RelocationCounts();
        private final RelocationCounts left = new RelocationCounts();
        private final PageSet basePages = new PageSet();
        private final KeptEntries keptEntries;
        private final List<Shortened> shortened = new ArrayList<>();

        Run(Image image) {
            this.image = image;
            evaluator = new Evaluator(program, tables, image.layout(), request.symbolValues(), image);
            unresolved = new Unresolved(evaluator.symbols(), program.dynamic().has(Elf.DT_NEEDED));
            keptEntries = new KeptEntries(program, image);
        }

        void apply(RelocationTable table, DynamicEdits edits) {
            if (!request.tableRule().removesApplied()) {
                table.forEachBatch(program, new TablePass(this, table, null));
                keptEntries.moveAll(table);
                return;
            }
            TableCompaction compaction = new TableCompaction(table, tables.inside(table), image, keptEntries);
            table.forEachBatch(program, new TablePass(this, table, compaction));
            compaction.finish(edits, request.tableRule() == TableRule.TRIM);
            shortened.add(compaction.shortened());
        }
    }

    /** One table on its way into the image. */
    private final class TablePass implements RelocationBatch.Consumer {
        /** Few, because it is the number of calls that makes the virtual machine compile a method. */
        private static final int ENTRIES_PER_CALL = 64;

        private final Run run;
        private final Image image;
        private final boolean isAddendInPlace;
        private final @Nullable TableCompaction compaction;
        private final RelocationCounts.ByType applied;
        private final RelocationCounts.ByType left;
        private final Entry entry;

        TablePass(Run run, RelocationTable table, @Nullable TableCompaction compaction) {
            this.run = run;
            this.image = run.image;
            this.isAddendInPlace = table.format().isAddendInPlace();
            this.compaction = compaction;
            this.applied = run.applied.of(table.kind());
            this.left = run.left.of(table.kind());
            this.entry = table.newEntry();
        }

        @Override
        public void accept(RelocationBatch batch) {
            for (int first = 0; first < batch.count(); first += ENTRIES_PER_CALL) {
                apply(batch, first, Math.min(batch.count(), first + ENTRIES_PER_CALL));
            }
        }

        private void apply(RelocationBatch batch, int first, int end) {
            int i = applyRelatives(batch, first, end);
            while (i < end) {
                batch.read(i, entry);
                if (batch.info(i) == Elf.R_X86_64_RELATIVE) {
                    moveWindow();
                    int next = applyRelatives(batch, i, end);
                    if (next != i) {
                        i = next;
                        continue;
                    }
                }
                apply();
                i = applyRelatives(batch, i + 1, end);
            }
        }

        /**
         * Applies entries from one on, as long as they are relative and lie in the window: of those it is known that the
         * target is allowed, and nothing is left to do but B + A. Nearly all entries are of this kind, so that this loop
         * takes two thirds of the time off them.
         *
         * @return the first entry that is not
         */
        private int applyRelatives(RelocationBatch batch, int first, int end) {
            Window window = image.window();
            long bias = image.layout().bias();
            int i = first;
            while (i < end && batch.info(i) == Elf.R_X86_64_RELATIVE) {
                int word = window.wordAt(batch.place(i));
                if (word < 0) {
                    break;
                }
                window.set(word, bias + (isAddendInPlace ? window.get(word) : batch.addend(i)));
                i++;
            }
            applied.add(Elf.R_X86_64_RELATIVE, i - first);
            return i;
        }

        /** Moves the window to the entry, as far as all may be changed there. */
        private void moveWindow() {
            Range range = run.evaluator.rangeAround(entry);
            image.moveWindow(entry.place(), range.start(), range.size());
        }

        /** Applies the entry, or leaves it for run time. */
        private void apply() {
            Outcome outcome = run.evaluator.evaluate(entry);
            switch (outcome.kind()) {
                case NOTHING -> run.withoutEffect.of(entry.table().kind()).add(entry.type());
                case WORD -> {
                    write(outcome);
                    applied.add(entry.type());
                }
                case RUN_TIME, UNDEFINED -> leave(outcome);
            }
        }

        private void write(Outcome outcome) {
            if (outcome.dependsOnBase()) {
                run.basePages.add(entry.place() - image.layout().startVirtualAddress(), outcome.fieldSize());
            }
            image.setWord(entry.place(), (int) outcome.fieldSize(), outcome.word());
        }

        private void leave(Outcome outcome) {
            left.add(entry.type());
            if (!request.keepsUnresolved()) {
                run.unresolved.add(entry, outcome);
                return;
            }
            run.keptEntries.moveWord(entry);
            if (compaction != null) {
                compaction.keep(entry);
                run.leftFields.add(entry, outcome.fieldSize());
            }
        }
    }
}
