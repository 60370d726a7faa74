package io.github.reloc.table;

import io.github.reloc.elf.Memory;

/**
 * An entry of a relocation table: {@code Elf64_Rela}, {@code Elf64_Rel}, or what a RELR or packed table stands for.
 *
 * <p>An object that is filled again for the next entry, because there are millions: what is to be kept has to be copied.
 * Source: gABI, "Relocation".
 */
public final class Entry {
    private final RelocationTable table;
    private long index;
    private long place;
    private long info;
    private long statedAddend;

    /** An entry of a table, to be filled. */
    Entry(RelocationTable table) {
        this.table = table;
    }

    /** Receives the entries of a table one by one. */
    @FunctionalInterface
    public interface Consumer {
        void accept(Entry entry);
    }

    void set(long newIndex, long newPlace, long newInfo, long newAddend) {
        index = newIndex;
        place = newPlace;
        info = newInfo;
        statedAddend = newAddend;
    }

    public RelocationTable table() {
        return table;
    }

    /** Its position in the table; in a RELR table, of the decoded entry. */
    public long index() {
        return index;
    }

    /** {@code r_offset}: the virtual address of the field that is relocated. */
    public long place() {
        return place;
    }

    /** The number of its type, the lower half of {@code r_info}; unsigned. */
    public int type() {
        return (int) info;
    }

    /** The index of its symbol, the upper half of {@code r_info}; unsigned, 0 where there is none. */
    public int symbolIndex() {
        return (int) (info >>> Integer.SIZE);
    }

    /** {@code r_info}: the index of the symbol and the number of the type. */
    public long info() {
        return info;
    }

    /** {@code r_addend}; 0 where the addend is in place. */
    public long statedAddend() {
        return statedAddend;
    }

    /**
     * A of the formulas: what the entry says or, where its table has addends in place, the word that it relocates.
     *
     * @param memory that has the whole field
     * @param fieldSize in bytes: 8 or 4
     */
    public long addend(Memory memory, int fieldSize) {
        return table.format().isAddendInPlace() ? memory.word(place, fieldSize) : statedAddend;
    }

    /** Where in the file the entry stands, or its table where that says no such thing of a single entry. */
    public long fileOffset() {
        return table.fileOffset()
                + (table.format().isArrayOfEntries() ? index * table.format().entrySize() : 0);
    }

    /** How a message names it. */
    @Override
    public String toString() {
        return table.kind() + " entry " + index;
    }
}
