package io.github.reloc.relocation;

/** Receives the entries of a table one by one, as numbers, for work that is not in a hurry, see {@link BatchConsumer}. */
@FunctionalInterface
public interface RelocationConsumer {
    /**
     * Receives one entry.
     *
     * @param index of the entry in its table; of a RELR table, of the decoded entry
     * @param place {@code r_offset}: the virtual address of the field that is relocated
     * @param type the lower half of {@code r_info}, unsigned
     * @param symbolIndex the upper half of {@code r_info}, unsigned; 0 where there is no symbol
     * @param addend {@code r_addend}; 0 where the addend is in place
     */
    void relocation(long index, long place, int type, int symbolIndex, long addend);
}
