package io.github.reloc.table;

import io.github.reloc.table.RelocationTable.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many entries there are of each type in each table. */
public final class RelocationCounts {
    /** Types below this are counted in an array: all but two that anyone knows, and those two are rare. */
    private static final int DENSE_TYPES = 64;

    private final Map<Kind, ByType> tables = new EnumMap<>(Kind.class);

    /** The counts of one table, by type. */
    public static final class ByType {
        private final long[] dense = new long[DENSE_TYPES];

        /** Null until there is one, because its comparator takes a millisecond to load. */
        private @Nullable SortedMap<Integer, Long> sparse;

        public void add(int type) {
            add(type, 1);
        }

        /** Adds that many entries of a type. */
        public void add(int type, long count) {
            if (type >= 0 && type < DENSE_TYPES) {
                dense[type] += count;
            } else {
                if (sparse == null) {
                    sparse = new TreeMap<>(Integer::compareUnsigned);
                }
                sparse.merge(type, count, Long::sum);
            }
        }

        public long total() {
            long total = 0;
            for (long count : dense) {
                total += count;
            }
            if (sparse != null) {
                for (long count : sparse.values()) {
                    total += count;
                }
            }
            return total;
        }

        /** Each type that occurs with its count, in the order of the numbers. */
        public SortedMap<Integer, Long> toMap() {
            SortedMap<Integer, Long> counts = new TreeMap<>(Integer::compareUnsigned);
            if (sparse != null) {
                counts.putAll(sparse);
            }
            for (int type = 0; type < DENSE_TYPES; type++) {
                if (dense[type] != 0) {
                    counts.put(type, dense[type]);
                }
            }
            return counts;
        }
    }

    /** Whether nothing was counted. */
    public boolean isEmpty() {
        for (ByType table : tables.values()) {
            if (table.total() != 0) {
                return false;
            }
        }
        return true;
    }

    /** The counts of one table, to read or to add to. */
    public ByType of(Kind kind) {
        ByType counts = tables.get(kind);
        if (counts == null) {
            counts = new ByType();
            tables.put(kind, counts);
        }
        return counts;
    }

    /** The counts of one table, by type; empty where nothing of it was counted. */
    public SortedMap<Integer, Long> toMap(Kind kind) {
        ByType counts = tables.get(kind);
        return counts == null ? new TreeMap<>() : counts.toMap();
    }

    /** The tables counted, in the order in which they are applied. */
    public Map<Kind, ByType> byTable() {
        return tables;
    }
}
