package io.github.reloc.relocation;

/**
 * Lets by nearly all addresses that are in none of some ranges: a bit for each 8 bytes or, where that would be more than a
 * million bits, for more of them. What it holds has to be looked at; what it lets by is outside for certain.
 */
final class Sieve {
    private static final int MAX_SLOTS = 1 << 20;
    private static final int MIN_SHIFT = 3;

    private final long start;
    private final int shift;

    /** Of each slot, how many more ranges it is in than the one before. */
    private final int[] changes;

    private final long[] slots;

    /** For ranges from one address on, up to and with another one, that hold nothing yet. */
    Sieve(long start, long last) {
        this.start = start;
        int length = Long.SIZE - Long.numberOfLeadingZeros(last - start);
        shift = Math.max(MIN_SHIFT, length - Integer.numberOfTrailingZeros(MAX_SLOTS));
        changes = new int[slot(last) + 2];
        slots = new long[slot(last) / Long.SIZE + 1];
    }

    /**
     * Adds the range from one address on, up to and with another one; {@link #fill} comes after the last. The two ends are
     * all that is noted: to go through each of a million ranges, which may be of any size, would take hours.
     */
    void add(long first, long last) {
        changes[slot(first)]++;
        changes[slot(last) + 1]--;
    }

    /** From now on the ranges that were added are held. */
    void fill() {
        int rangeCount = 0;
        for (int slot = 0; slot < changes.length; slot++) {
            rangeCount += changes[slot];
            if (rangeCount != 0) {
                slots[slot / Long.SIZE] |= 1L << slot;
            }
        }
    }

    /** Whether an address may be in one of the ranges. */
    boolean holds(long virtualAddress) {
        long slot = (virtualAddress - start) >>> shift;
        return slot < (long) slots.length * Long.SIZE && (slots[(int) slot / Long.SIZE] & 1L << slot) != 0;
    }

    private int slot(long virtualAddress) {
        return (int) ((virtualAddress - start) >>> shift);
    }
}
