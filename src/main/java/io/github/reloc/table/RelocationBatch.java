package io.github.reloc.table;

import io.github.reloc.elf.Elf;

/**
 * Consecutive entries of one table, a few thousand at most: words in an array, over which loops run at full speed long
 * before a call for each entry would.
 *
 * <p>An entry is as many words as its table has fields: r_offset; r_info, of all but RELR; r_addend, of RELA. An object
 * that is filled again and again, because there are millions of entries: what is to be kept has to be copied.
 */
public final class RelocationBatch {
    /** So many entries of three words are 48 KiB, which a processor keeps close. */
    static final int CAPACITY = 2048;

    /** The words of an entry of RELA. */
    static final int MAX_STRIDE = 3;

    private final int stride;
    private final long[] words;
    private long firstIndex;
    private int count;
    private int pending;

    /** Receives the entries of a table batch by batch. */
    @FunctionalInterface
    public interface Consumer {
        /** Receives some entries, never none; the object is used again for those that follow. */
        void accept(RelocationBatch batch);
    }

    /**
     * An empty batch.
     *
     * @param stride words of an entry: 1 to {@link #MAX_STRIDE}
     */
    RelocationBatch(int stride) {
        this.stride = stride;
        this.words = new long[CAPACITY * stride];
    }

    /** The number of entries. */
    public int count() {
        return count;
    }

    /** The index of an entry in its table; of a RELR table, of the decoded entry. */
    public long index(int entry) {
        return firstIndex + entry;
    }

    /** {@code r_offset}: the virtual address of the field that is relocated. */
    public long place(int entry) {
        return words[entry * stride];
    }

    /** {@code r_info}: the symbol index in its upper half, the type in its lower. */
    public long info(int entry) {
        return stride == 1 ? Elf.R_X86_64_RELATIVE : words[entry * stride + 1];
    }

    /** {@code r_addend}; 0 where the addend is in place. */
    public long addend(int entry) {
        return stride < MAX_STRIDE ? 0 : words[entry * stride + 2];
    }

    /** Fills an object with one of the entries. */
    public void read(int entry, Entry target) {
        target.set(index(entry), place(entry), info(entry), addend(entry));
    }

    /** The room for entries, to be filled from the front. */
    long[] words() {
        return words;
    }

    /** How many entries {@link #words} has that are not passed on yet. */
    int pending() {
        return pending;
    }

    void setPending(int entryCount) {
        pending = entryCount;
    }

    /** Passes on the pending entries, if there are any; then the room is free for those behind them. */
    void passOn(Consumer consumer) {
        firstIndex += count;
        count = pending;
        // First of all, so that after a failure of the consumer nothing is passed on twice.
        pending = 0;
        if (count != 0) {
            consumer.accept(this);
        }
    }
}
