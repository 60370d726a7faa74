package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Kind;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of entries that stay for run time in a table from which applied entries go.
 *
 * <p>An applied entry for the same bytes is not there when the program's start-up comes to those that stay. If it came
 * first it would have been written over or added to, and if it came last it would have had the last word: what a second
 * pass makes of the word is another one than the linker meant. No linker writes two entries for one field, so a program
 * that has them is refused.
 */
final class LeftFields {
    /** One field, with the entry that it is of. */
    private record Field(Kind table, long index, long start, long end) {}

    /** In the order of the walk. */
    private final List<Field> fields = new ArrayList<>();

    private long lowest = -1;
    private long highest;

    /** Adds the field of an entry, which lies in one segment. */
    void add(Entry entry, long fieldSize) {
        if (fieldSize == 0) {
            return;
        }
        long end = entry.place() + fieldSize;
        fields.add(new Field(entry.table().kind(), entry.index(), entry.place(), end));
        lowest = Unsigned.min(lowest, entry.place());
        highest = Unsigned.max(highest, end);
    }

    /**
     * Goes through all entries once more.
     *
     * @throws Failure if one that was applied relocates a byte of one of these fields
     */
    void requireNoneApplied(Program program, RelocationTables tables) {
        if (fields.isEmpty()) {
            return;
        }
        Field[] byStart = fields.toArray(new Field[0]);
        Arrays.sort(byStart, (left, right) -> Long.compareUnsigned(left.start(), right.start()));
        // Each reaches as far as any before it, so that one look tells whether a byte is in one of them.
        for (int i = 1; i < byStart.length; i++) {
            if (Unsigned.less(byStart[i].end(), byStart[i - 1].end())) {
                byStart[i] = byStart[i - 1];
            }
        }
        for (RelocationTable table : tables.applied()) {
            table.forEachBatch(program, new Search(table, byStart));
        }
    }

    /** The search in one table for an entry that was applied. */
    private final class Search implements RelocationBatch.Consumer {
        private final Field[] byStart;
        private final Entry entry;

        /** Those of this table that stay, in its order. */
        private final Iterator<Field> staying;

        private @Nullable Field nextStaying;

        Search(RelocationTable table, Field[] byStart) {
            this.byStart = byStart;
            entry = table.newEntry();
            staying = fields.stream()
                    .filter(field -> field.table() == table.kind())
                    .iterator();
            nextStaying = staying.hasNext() ? staying.next() : null;
        }

        @Override
        public void accept(RelocationBatch batch) {
            // A word that begins up to 7 bytes below the lowest field can still reach into it.
            long from = lowest - (Long.BYTES - 1);
            long span = highest - from;
            for (int i = 0; i < batch.count(); i++) {
                if (Unsigned.less(batch.place(i) - from, span)) {
                    batch.read(i, entry);
                    check();
                }
            }
        }

        private void check() {
            if (nextStaying != null && nextStaying.index() == entry.index()) {
                nextStaying = staying.hasNext() ? staying.next() : null;
                return;
            }
            // A type that was applied is known, and its field is a word or nothing.
            int size = Objects.requireNonNull(RelocationType.of(entry.type()))
                    .field()
                    .size();
            Field other = size == 0 ? null : lastStartingBelow(entry.place() + size);
            if (other != null && Unsigned.less(entry.place(), other.end())) {
                throw Evaluator.about(
                        entry,
                        Failure.unsupported("it would leave its table, and "
                                        + other.table() + " entry " + other.index()
                                        + ", which relocates the same bytes, would stay for run time")
                                .remedy(Failure.Remedy.KEEP_TABLES));
            }
        }

        private @Nullable Field lastStartingBelow(long virtualAddress) {
            int low = 0;
            int high = byStart.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Unsigned.less(byStart[middle].start(), virtualAddress)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? null : byStart[low - 1];
        }
    }
}
