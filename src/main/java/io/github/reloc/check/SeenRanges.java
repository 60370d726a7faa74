package io.github.reloc.check;

import io.github.reloc.elf.Unsigned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ranges of memory that have been looked at: however many claim a byte, it is looked at once. */
final class SeenRanges {
    /** By start: where each ends; no two of these share a byte or touch. */
    private final TreeMap<Long, Long> ends = new TreeMap<>(Long::compareUnsigned);

    /**
     * A range of memory.
     *
     * @param size in bytes, not 0
     */
    record Range(long start, long size) {}

    /** Adds a range that ends below the end of the address space, and returns the parts of it that are new, ascending. */
    List<Range> add(long start, long size) {
        List<Range> fresh = new ArrayList<>();
        long end = start + size;
        long mergedStart = start;
        long mergedEnd = end;
        Map.Entry<Long, Long> before = ends.floorEntry(start);
        if (before != null && Unsigned.lessOrEqual(start, before.getValue())) {
            mergedStart = before.getKey();
        }
        long position = start;
        // What is met here becomes one with the range, so however often ranges overlap, each is met once.
        for (Map.Entry<Long, Long> met = ends.ceilingEntry(mergedStart);
                met != null && Unsigned.lessOrEqual(met.getKey(), end);
                met = ends.ceilingEntry(mergedStart)) {
            if (Unsigned.less(position, met.getKey())) {
                fresh.add(new Range(position, met.getKey() - position));
            }
            position = Unsigned.max(position, met.getValue());
            mergedEnd = Unsigned.max(mergedEnd, met.getValue());
            ends.remove(met.getKey());
        }
        if (Unsigned.less(position, end)) {
            fresh.add(new Range(position, end - position));
        }
        if (mergedEnd != mergedStart) {
            ends.put(mergedStart, mergedEnd);
        }
        return fresh;
    }
}
