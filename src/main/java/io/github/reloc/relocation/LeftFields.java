package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Kind;
import io.github.reloc.table.RelocationTables;
import java.util.Arrays;

/**
 * The fields of entries that stay for run time in a table from which applied entries go.
 *
 * <p>An applied entry for the same bytes is not there when the program's start-up comes to those that stay. If it came
 * first it would have been written over or added to, and if it came last it would have had the last word: what a second
 * pass makes of the word is another one than the linker meant. No linker writes two entries for one field, so a program
 * that has them is refused.
 */
final class LeftFields {
    /** Numbers that {@link #fields} has of a field. */
    private static final int STRIDE = 4;

    /** A word that begins so many bytes below a field has one byte in it. */
    private static final int REACH = Long.BYTES - 1;

    /** Of each field, in the order of the walk: the address tag of its table, the index of its entry, its address, its size. */
    private long[] fields = new long[16 * STRIDE];

    private int count;

    /** When all entries are gone through once more: how many of these have come by. */
    private int next;

    private final ByteSet bytes = new ByteSet();

    /** The first and the last byte of all fields. */
    private long lowest = -1;

    private long highest;

    /** Adds the field of an entry, which lies in one segment. */
    void add(Entry entry, long fieldSize) {
        if (fieldSize == 0) {
            return;
        }
        int at = count * STRIDE;
        if (at == fields.length) {
            fields = Arrays.copyOf(fields, 2 * fields.length);
        }
        fields[at] = entry.table().kind().addressTag();
        fields[at + 1] = entry.index();
        fields[at + 2] = entry.place();
        fields[at + 3] = fieldSize;
        count++;
        bytes.add(entry.place(), fieldSize);
        lowest = Unsigned.min(lowest, entry.place());
        highest = Unsigned.max(highest, entry.place() + fieldSize - 1);
    }

    /**
     * Goes through all entries once more.
     *
     * @throws Failure if one that was applied relocates a byte of one of these fields
     */
    void requireNoneApplied(Program program, RelocationTables tables) {
        if (count == 0) {
            return;
        }
        Sieve sieve = sieve();
        for (RelocationTable table : tables.applied()) {
            table.forEachBatch(program, new Search(table, sieve));
        }
    }

    private Sieve sieve() {
        Sieve sieve = new Sieve(lowest - REACH, highest);
        for (int at = 0; at != count * STRIDE; at += STRIDE) {
            sieve.add(fields[at + 2] - REACH, fields[at + 2] + fields[at + 3] - 1);
        }
        sieve.fill();
        return sieve;
    }

    /** The search in one table for an entry that was applied. */
    private final class Search implements RelocationBatch.Consumer {
        private final RelocationTable table;
        private final Sieve sieve;

        Search(RelocationTable table, Sieve sieve) {
            this.table = table;
            this.sieve = sieve;
        }

        @Override
        public void accept(RelocationBatch batch) {
            for (int i = 0; i < batch.count(); i++) {
                if (sieve.holds(batch.place(i))) {
                    check(batch, i);
                }
            }
        }

        private void check(RelocationBatch batch, int i) {
            if (isNext(batch.index(i))) {
                next++;
                return;
            }
            // A type that was applied relocates a word or nothing.
            int size = RelocationType.wordSize((int) batch.info(i));
            if (size != 0 && bytes.intersects(batch.place(i), size)) {
                Entry entry = table.newEntry();
                batch.read(i, entry);
                throw conflict(entry, size);
            }
        }

        /** Whether an entry of this table is the next of those that stay. */
        private boolean isNext(long index) {
            int at = next * STRIDE;
            return next != count
                    && fields[at + 1] == index
                    && fields[at] == table.kind().addressTag();
        }
    }

    private Failure conflict(Entry entry, int size) {
        int at = 0;
        while (!Unsigned.overlap(fields[at + 2], fields[at + 3], entry.place(), size)) {
            at += STRIDE;
        }
        return Evaluator.about(
                entry,
                Failure.unsupported("it would leave its table, and " + kind(fields[at]) + " entry " + fields[at + 1]
                                + ", which relocates the same bytes, would stay for run time")
                        .remedy(Remedy.KEEP_TABLES));
    }

    private static Kind kind(long addressTag) {
        for (Kind kind : Kind.values()) {
            if (kind.addressTag() == addressTag) {
                return kind;
            }
        }
        throw new IllegalArgumentException(Unsigned.hex(addressTag));
    }
}
