package io.github.reloc.robustness;

import static io.github.reloc.robustness.ReferenceProgram.overlap;
import static io.github.reloc.robustness.ReferenceProgram.require;

import io.github.reloc.robustness.ReferenceProgram.Load;
import io.github.reloc.robustness.ReferenceProgram.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A second implementation of {@code apply}, for tests to compare with: written from the specification alone, whole files
 * in memory, every table a list of entries, no care for speed. It throws {@link RuntimeException} for what it considers
 * bad.
 */
final class ReferenceRelocator {
    enum Tables {
        SAFE,
        KEEP,
        TRIM
    }

    private enum Kind {
        RELR,
        REL,
        RELA
    }

    /** An entry; {@code addend} means something only in {@link Kind#RELA}. */
    private record Entry(long place, int type, long symbol, long addend) {}

    /** A table: the tags that name it, what it holds, and which entries are left for run time. */
    private static final class Table {
        private final Kind kind;
        private final boolean isPacked;
        private final long addressTag;
        private final long sizeTag;
        private final long address;
        private final long size;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Integer> left = new ArrayList<>();

        private Table(ReferenceProgram program, Kind kind, boolean isPacked, long addressTag, long sizeTag) {
            this.kind = kind;
            this.isPacked = isPacked;
            this.addressTag = addressTag;
            this.sizeTag = sizeTag;
            address = program.value(addressTag);
            size = program.value(sizeTag);
        }

        private int entrySize() {
            return kind == Kind.RELR ? 8 : kind == Kind.REL ? 16 : 24;
        }

        private boolean contains(Table other) {
            return ReferenceProgram.contains(address, size, other.address, other.size);
        }
    }

    private static final long JMPREL = 23;

    private final ReferenceProgram program;
    private final long bias;
    private final Map<String, Long> definitions;
    private final List<Table> tables = new ArrayList<>();

    /** JMPREL where it lies inside another table, and that table. */
    private Table inner;

    private Table outer;

    private ReferenceRelocator(ReferenceProgram program, long bias, Map<String, Long> definitions) {
        this.program = program;
        this.bias = bias;
        this.definitions = definitions;
    }

    /**
     * The image of a program.
     *
     * @param keepsUnresolved leaves entries for run time, as {@code --unresolved keep}
     * @param definitions values of undefined symbols
     * @param largestImage throws for a larger one
     */
    static byte[] apply(
            byte[] file,
            long base,
            Tables tables,
            boolean keepsUnresolved,
            Map<String, Long> definitions,
            long largestImage) {
        return apply(new ReferenceProgram(file, largestImage), base, tables, keepsUnresolved, definitions);
    }

    /** The same of a program as linked, whose memory is relocated. */
    static byte[] apply(
            ReferenceProgram program,
            long base,
            Tables tables,
            boolean keepsUnresolved,
            Map<String, Long> definitions) {
        require((base & 4095) == 0, "base");
        require(base == 0 || Long.compareUnsigned(program.memory.capacity(), -base) <= 0, "base + size");
        ReferenceRelocator relocator = new ReferenceRelocator(program, base - program.start, definitions);
        relocator.findTables();
        relocator.relocate(keepsUnresolved, tables);
        relocator.edit(tables);
        return program.memory.array();
    }

    private void findTables() {
        require(isEmpty(0x6ffffef8L, 0x6ffffdf6L), "prelink's conflicts");
        require(isEmpty(0x6ffffefeL, 0x6ffffdfbL), "Solaris's moves");
        require(!program.has(0x6ffffff9L) || program.value(0x6ffffff9L) != 0, "an image: DT_RELACOUNT");
        require(!program.has(0x6ffffffaL) || program.value(0x6ffffffaL) != 0, "an image: DT_RELCOUNT");
        add(Kind.RELR, false, 36, 35, 37);
        add(Kind.RELR, false, 0x6fffe000L, 0x6fffe001L, 0x6fffe003L);
        add(Kind.REL, false, 17, 18, 19);
        add(Kind.REL, true, 0x6000000fL, 0x60000010L, 0);
        add(Kind.RELA, false, 7, 8, 9);
        add(Kind.RELA, true, 0x60000011L, 0x60000012L, 0);
        long like = program.value(20);
        if (program.value(2) != 0) {
            require(like == 7 || like == 17, "DT_PLTREL");
        }
        add(like == 7 ? Kind.RELA : Kind.REL, false, JMPREL, 2, 0);
    }

    private boolean isEmpty(long addressTag, long sizeTag) {
        return !program.has(addressTag) || (program.has(sizeTag) && program.value(sizeTag) == 0);
    }

    private void add(Kind kind, boolean isPacked, long addressTag, long sizeTag, long entrySizeTag) {
        Table table = new Table(program, kind, isPacked, addressTag, sizeTag);
        require(!program.has(addressTag) || program.has(sizeTag), "size of a table");
        if (table.size == 0) {
            require(table.address == 0 || !program.has(sizeTag), "an image: a table without entries");
            return;
        }
        require(program.has(addressTag), "address of a table");
        program.requireInFile(table.address, table.size);
        if (entrySizeTag != 0) {
            require(program.value(entrySizeTag) == table.entrySize(), "entry size");
        }
        require(isPacked || table.size % table.entrySize() == 0, "size is a multiple");
        for (Table other : tables) {
            if (addressTag == JMPREL && !other.isPacked && other.kind == kind && other.contains(table)) {
                require((table.address - other.address) % table.entrySize() == 0, "JMPREL inside");
                inner = table;
                outer = other;
                return;
            }
            require(!overlap(other.address, other.size, table.address, table.size), "tables overlap");
        }
        if (isPacked) {
            readPacked(table);
        } else if (kind == Kind.RELR) {
            readRelr(table);
        } else {
            for (long at = table.address; at != table.address + table.size; at += table.entrySize()) {
                long info = program.word64(at + 8);
                long addend = kind == Kind.RELA ? program.word64(at + 16) : 0;
                table.entries.add(new Entry(program.word64(at), (int) info, info >>> 32, addend));
            }
        }
        tables.add(table);
    }

    private void readRelr(Table table) {
        long where = 0;
        boolean hasWhere = false;
        for (long at = table.address; at != table.address + table.size; at += 8) {
            long word = program.word64(at);
            if ((word & 1) == 0) {
                table.entries.add(new Entry(word, 8, 0, 0));
                require(Long.compareUnsigned(word, -8) < 0, "RELR wraps");
                where = word + 8;
                hasWhere = true;
                continue;
            }
            require(hasWhere, "RELR begins with a bitmap");
            for (int bit = 1; bit < 64; bit++) {
                if ((word >>> bit & 1) != 0) {
                    long place = where + 8L * (bit - 1);
                    require(Long.compareUnsigned(place, where) >= 0, "RELR wraps");
                    table.entries.add(new Entry(place, 8, 0, 0));
                }
            }
            require(Long.compareUnsigned(where, where + 63 * 8) < 0, "RELR wraps");
            where += 63 * 8;
        }
    }

    /** Android's packing: "APS2", then SLEB128 numbers in groups that share what is the same. */
    private void readPacked(Table table) {
        require(table.size >= 4 && program.word32(table.address) == 0x32535041, "APS2");
        long[] at = {table.address + 4};
        long end = table.address + table.size;
        long count = sleb(at, end);
        long place = sleb(at, end);
        long info = 0;
        long addend = 0;
        while (table.entries.size() < count) {
            long groupSize = sleb(at, end);
            long flags = sleb(at, end);
            boolean sharesInfo = (flags & 1) != 0;
            boolean sharesDelta = (flags & 2) != 0;
            boolean sharesAddend = (flags & 4) != 0;
            boolean hasAddend = (flags & 8) != 0;
            require(!hasAddend || table.kind == Kind.RELA, "addend in REL");
            require(groupSize > 0 && groupSize <= count - table.entries.size(), "group size");
            require(count < 10_000_000, "too many for this implementation");
            long delta = sharesDelta ? sleb(at, end) : 0;
            info = sharesInfo ? sleb(at, end) : info;
            if (!hasAddend) {
                addend = 0;
            } else if (sharesAddend) {
                addend += sleb(at, end);
            }
            for (long i = 0; i < groupSize; i++) {
                place += sharesDelta ? delta : sleb(at, end);
                info = sharesInfo ? info : sleb(at, end);
                if (hasAddend && !sharesAddend) {
                    addend += sleb(at, end);
                }
                table.entries.add(new Entry(place, (int) info, info >>> 32, addend));
            }
        }
    }

    private long sleb(long[] at, long end) {
        long value = 0;
        int shift = 0;
        while (true) {
            require(at[0] != end && shift < 70, "SLEB128");
            long digit = program.memory.get(program.at(at[0]++)) & 0xff;
            value |= shift < 64 ? (digit & 0x7f) << shift : 0;
            shift += 7;
            if (digit < 0x80) {
                return shift < 64 && (digit & 0x40) != 0 ? value | -1L << shift : value;
            }
        }
    }

    private void relocate(boolean keepsUnresolved, Tables how) {
        program.requireSoundSymbols();
        for (Table table : tables) {
            for (int i = 0; i < table.entries.size(); i++) {
                if (!relocate(table, table.entries.get(i))) {
                    require(keepsUnresolved, "unresolved");
                    table.left.add(i);
                }
            }
        }
        for (Table table : tables) {
            for (int i : how == Tables.KEEP ? List.<Integer>of() : table.left) {
                requireNoneApplied(table.entries.get(i));
            }
        }
    }

    /** What an entry that stays in its table would do to a word again after one that does not. */
    private void requireNoneApplied(Entry left) {
        for (Table table : tables) {
            for (int i = 0; i < table.entries.size(); i++) {
                Entry other = table.entries.get(i);
                require(
                        table.left.contains(i)
                                || other.type() == 0
                                || !overlap(left.place(), width(left), other.place(), width(other)),
                        "applied and left for one word");
            }
        }
    }

    /** Bytes that an entry relocates. */
    private long width(Entry entry) {
        return switch (entry.type()) {
            case 2, 10, 11, 32 -> 4;
            case 5 -> program.symbol(entry.symbol()).size();
            case 36 -> 16;
            default -> 8;
        };
    }

    /** Applies an entry; false if it has to wait for run time. */
    private boolean relocate(Table table, Entry entry) {
        int type = entry.type();
        if (type == 0) {
            return true;
        }
        require(
                Set.of(1, 2, 5, 6, 7, 8, 10, 11, 16, 17, 18, 24, 32, 33, 36, 37, 38)
                        .contains(type),
                "type");
        require(type != 5 || entry.symbol() != 0, "COPY of no symbol");
        long size = width(entry);
        if (size != 0) {
            checkPlace(entry.place(), size);
        }
        if (Set.of(5, 36, 37).contains(type)) {
            return false;
        }
        require(
                !program.needsFileBytes || program.loads.stream().anyMatch(load -> load.hasInFile(entry.place(), size)),
                "place without bytes in the file");
        int width = (int) size;
        boolean isRelative = type == 8 || type == 38;
        OptionalLong symbol = isRelative ? OptionalLong.of(bias) : symbolValue(entry);
        if (symbol.isEmpty()) {
            return false;
        }
        int at = program.at(entry.place());
        long inPlace = width == 8 ? program.memory.getLong(at) : program.memory.getInt(at);
        long addend = table.kind == Kind.RELA ? entry.addend() : inPlace;
        long value = switch (type) {
            case 6, 7 -> symbol.getAsLong();
            case 2, 24 -> symbol.getAsLong() + addend - (bias + entry.place());
            case 16 -> 1;
            case 18 -> symbol.getAsLong() + addend - tlsSize();
            default -> symbol.getAsLong() + addend;
        };
        if (width == 8) {
            program.memory.putLong(at, value);
        } else {
            require(value == (type == 2 || type == 11 ? (int) value : value & 0xffffffffL), "range");
            program.memory.putInt(at, (int) value);
        }
        return true;
    }

    /** S, Z or st_value, as the type asks; empty where only run time knows. */
    private OptionalLong symbolValue(Entry entry) {
        int type = entry.type();
        boolean isThreadLocal = type == 16 || type == 17 || type == 18;
        boolean isSize = type == 32 || type == 33;
        if (entry.symbol() == 0) {
            require(isThreadLocal, "symbol 0");
            tlsSize();
            return OptionalLong.of(0);
        }
        Symbol symbol = program.symbol(entry.symbol());
        if (symbol.isUndefined()) {
            boolean needsAddress = !isThreadLocal && !isSize;
            if (needsAddress && !definitions.isEmpty() && definitions.containsKey(program.name(symbol))) {
                return OptionalLong.of(definitions.get(program.name(symbol)));
            }
            return symbol.isWeak() && needsAddress ? OptionalLong.of(0) : OptionalLong.empty();
        }
        require(symbol.section() < 0xff00 || symbol.section() == 0xfff1, "section index");
        if (isSize) {
            return OptionalLong.of(symbol.size());
        }
        require(isThreadLocal == (symbol.type() == 6), "thread-local");
        if (isThreadLocal) {
            tlsSize();
        }
        if (symbol.type() == 10) {
            return OptionalLong.empty();
        }
        boolean isAddress = !isThreadLocal && symbol.section() != 0xfff1;
        return OptionalLong.of(symbol.value() + (isAddress ? bias : 0));
    }

    private long tlsSize() {
        require(program.tls.size() == 1, "one PT_TLS");
        long[] tls = program.tls.get(0);
        long align = Math.max(1, tls[2]);
        require(tls[2] >= 0 && ReferenceProgram.isAlignment(align), "p_align of PT_TLS");
        require((tls[0] & (align - 1)) == 0, "p_vaddr of PT_TLS");
        require(Long.compareUnsigned(tls[1], -align) <= 0, "p_memsz of PT_TLS");
        return (tls[1] + align - 1) & -align;
    }

    private void checkPlace(long place, long width) {
        Load load = program.loads.stream()
                .filter(candidate -> candidate.hasInMemory(place, width))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("place"));
        require((load.flags() & 2) != 0 || program.hasTextRelocations(), "place is read-only");
        require(!overlap(program.dynamicAddress, program.dynamicSize, place, width), "place in the dynamic section");
        for (Table table : tables) {
            require(!overlap(table.address, table.size, place, width), "place in a relocation table");
        }
        require(!overlap(program.value(5), program.value(10), place, width), "place in the string table");
        for (long[] part : program.reserved) {
            require(!overlap(part[0], part[1], place, width), "place in the headers");
        }
        if (program.has(6)) {
            long count = program.symbolCount() >= 0 ? program.symbolCount() : namedSymbols();
            require(!overlap(program.value(6), 24 * count, place, width), "place in the symbol table");
        }
    }

    /** Where no hash table counts the symbols: up to the highest that an entry names. */
    private long namedSymbols() {
        return tables.stream()
                .flatMap(table -> table.entries.stream())
                .mapToLong(entry -> entry.symbol() == 0 ? 0 : entry.symbol() + 1)
                .max()
                .orElse(0);
    }

    /** The same for a program that has not been relocated. */
    static long namedSymbols(ReferenceProgram program) {
        ReferenceRelocator relocator = new ReferenceRelocator(program, 0, Map.of());
        relocator.findTables();
        return relocator.namedSymbols();
    }

    private void edit(Tables how) {
        if (how == Tables.KEEP) {
            return;
        }
        for (Table table : tables) {
            require(!table.isPacked || table.left.isEmpty(), "packed entries left");
            compact(table, how == Tables.TRIM);
        }
    }

    private void compact(Table table, boolean clears) {
        int entrySize = table.entrySize();
        if (table == outer) {
            long first = (inner.address - outer.address) / entrySize;
            long after = first + inner.size / entrySize;
            long before = table.left.stream().filter(index -> index < first).count();
            long inside = table.left.stream()
                    .filter(index -> index >= first && index < after)
                    .count();
            program.setValue(inner.addressTag, outer.address + before * entrySize);
            program.setValue(inner.sizeTag, inside * entrySize);
        }
        long to = table.address;
        for (int index : table.left) {
            byte[] entry = new byte[entrySize];
            program.memory.get(program.at(table.address + (long) index * entrySize), entry);
            program.memory.put(program.at(to), entry);
            to += entrySize;
        }
        if (clears) {
            program.memory.put(program.at(to), new byte[(int) (table.address + table.size - to)]);
        }
        program.setValue(table.sizeTag, to - table.address);
        // The entries that these count have no symbol, so that none of them is left.
        switch ((int) table.addressTag) {
            case 7 -> program.setValue(0x6ffffff9L, 0); // DT_RELACOUNT
            case 17 -> program.setValue(0x6ffffffaL, 0); // DT_RELCOUNT
            case 0x6fffe000 -> program.setValue(0x6fffe005L, 0); // DT_ANDROID_RELRCOUNT
            default -> {}
        }
    }
}
