package io.github.reloc.elf;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of symbols, for print alone: relocations bind by index.
 *
 * <p>{@code DT_VERSYM} has 2 bytes for each symbol: bits 0 to 14 a version index, bit 15 set where the version is not
 * the default one. Index 0 is local, 1 is global without a version; the others are named by two linked lists.
 *
 * <p>{@code DT_VERDEF}, versions that the file defines. Layout of {@code Elf64_Verdef}, 20 bytes: vd_flags: 2 bytes @
 * 2; vd_ndx: 2 @ 4; vd_cnt: 2 @ 6; vd_aux: 4 @ 12; vd_next: 4 @ 16; its name is the first word (vda_name) of the {@code
 * Elf64_Verdaux} at vd_aux.
 *
 * <p>{@code DT_VERNEED}, versions that it needs of others. Layout of {@code Elf64_Verneed}, 16 bytes: vn_cnt: 2 bytes @
 * 2; vn_aux: 4 @ 8; vn_next: 4 @ 12; then vn_cnt times {@code Elf64_Vernaux}, 16 bytes: vna_other (the index): 2 @ 6;
 * vna_name: 4 @ 8; vna_next: 4 @ 12.
 *
 * <p>Source: LSB, "Symbol Versioning".
 */
final class SymbolVersions {
    private static final int VERSYM_SIZE = 2;
    private static final int VERSYM_HIDDEN = 0x8000;
    private static final int VER_NDX_GLOBAL = 1;

    private static final int VERDEF_SIZE = 20;
    private static final int VD_NDX_OFFSET = 4;
    private static final int VD_AUX_OFFSET = 12;
    private static final int VD_NEXT_OFFSET = 16;
    private static final int VERDAUX_SIZE = 8;

    private static final int VERNEED_SIZE = 16;
    private static final int VN_CNT_OFFSET = 2;
    private static final int VN_AUX_OFFSET = 8;
    private static final int VN_NEXT_OFFSET = 12;
    private static final int VERNAUX_SIZE = 16;
    private static final int VNA_OTHER_OFFSET = 6;
    private static final int VNA_NAME_OFFSET = 8;
    private static final int VNA_NEXT_OFFSET = 12;

    /** An index has 15 bits; a list with more entries than indices is made to waste time. */
    private static final int MAX_COUNT = 0x7fff;

    private final DynamicTable dynamic;
    private final LinkedMemory memory;
    private final StringTable strings;
    // By version index: where in the string table the name is. Not the name: thousands could share a long one.
    private final Map<Integer, Long> defined = new HashMap<>();
    private final Map<Integer, Long> needed = new HashMap<>();
    private boolean isRead;
    private @Nullable Failure failure;

    SymbolVersions(DynamicTable dynamic, LinkedMemory memory, StringTable strings) {
        this.dynamic = dynamic;
        this.memory = memory;
        this.strings = strings;
    }

    /**
     * What follows a symbol's name: {@code @VERSION}, {@code @@VERSION} or nothing.
     *
     * @param maxLength where the version is cut
     * @throws Failure if a version table is malformed
     */
    String suffix(int symbolIndex, Symbol symbol, int maxLength) {
        if (!dynamic.has(Elf.DT_VERSYM)) {
            return "";
        }
        read();
        long entry = Unsigned.sum(dynamic.value(Elf.DT_VERSYM, 0), Integer.toUnsignedLong(symbolIndex) * VERSYM_SIZE);
        require(entry, VERSYM_SIZE, Elf.DT_VERSYM);
        int version = memory.word16(entry);
        int index = version & ~VERSYM_HIDDEN;
        if (index <= VER_NDX_GLOBAL) {
            return "";
        }
        Long definition = symbol.isDefined() ? defined.get(index) : null;
        if (definition != null) {
            return ((version & VERSYM_HIDDEN) != 0 ? "@" : "@@") + strings.get(definition, maxLength);
        }
        Long need = needed.get(index);
        if (need == null) {
            throw Failure.malformed(
                    "symbol " + Integer.toUnsignedString(symbolIndex) + " has version index " + index
                            + ", which neither DT_VERDEF nor DT_VERNEED names",
                    dynamic.valueFileOffset(Elf.DT_VERSYM));
        }
        return "@" + strings.get(need, maxLength);
    }

    /** Reads the lists once, whether or not they are sound: every entry may ask. */
    private void read() {
        if (!isRead) {
            isRead = true;
            try {
                readDefined();
                readNeeded();
            } catch (Failure e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void readDefined() {
        if (!dynamic.has(Elf.DT_VERDEF)) {
            return;
        }
        long count = count(Elf.DT_VERDEFNUM, Elf.DT_VERDEF);
        long entry = dynamic.value(Elf.DT_VERDEF, 0);
        for (long i = 0; i < count; i++) {
            require(entry, VERDEF_SIZE, Elf.DT_VERDEF);
            long auxiliary = offset(entry, entry + VD_AUX_OFFSET);
            require(auxiliary, VERDAUX_SIZE, Elf.DT_VERDEF);
            defined.put(memory.word16(entry + VD_NDX_OFFSET), nameOffset(auxiliary));
            int next = memory.word32(entry + VD_NEXT_OFFSET);
            if (next == 0) {
                break;
            }
            entry = Unsigned.sum(entry, Integer.toUnsignedLong(next));
        }
    }

    private void readNeeded() {
        if (!dynamic.has(Elf.DT_VERNEED)) {
            return;
        }
        long count = count(Elf.DT_VERNEEDNUM, Elf.DT_VERNEED);
        long entry = dynamic.value(Elf.DT_VERNEED, 0);
        int total = 0;
        for (long i = 0; i < count; i++) {
            require(entry, VERNEED_SIZE, Elf.DT_VERNEED);
            int auxiliaryCount = memory.word16(entry + VN_CNT_OFFSET);
            long auxiliary = offset(entry, entry + VN_AUX_OFFSET);
            for (int k = 0; k < auxiliaryCount; k++) {
                require(auxiliary, VERNAUX_SIZE, Elf.DT_VERNEED);
                if (++total > MAX_COUNT) {
                    throw tooMany(Elf.DT_VERNEED);
                }
                needed.put(
                        memory.word16(auxiliary + VNA_OTHER_OFFSET) & ~VERSYM_HIDDEN,
                        nameOffset(auxiliary + VNA_NAME_OFFSET));
                int next = memory.word32(auxiliary + VNA_NEXT_OFFSET);
                if (next == 0) {
                    break;
                }
                auxiliary = Unsigned.sum(auxiliary, Integer.toUnsignedLong(next));
            }
            int next = memory.word32(entry + VN_NEXT_OFFSET);
            if (next == 0) {
                break;
            }
            entry = Unsigned.sum(entry, Integer.toUnsignedLong(next));
        }
    }

    /** The address that a field of 32 bits counts from another address. */
    private long offset(long from, long field) {
        return Unsigned.sum(from, Integer.toUnsignedLong(memory.word32(field)));
    }

    private long nameOffset(long nameField) {
        return Integer.toUnsignedLong(memory.word32(nameField));
    }

    private long count(long countTag, long tableTag) {
        long count = dynamic.required(countTag, tableTag);
        if (!Unsigned.lessOrEqual(count, MAX_COUNT)) {
            throw tooMany(tableTag);
        }
        return count;
    }

    private Failure tooMany(long tag) {
        return Failure.malformed(
                DynamicTag.name(tag) + " has more than " + MAX_COUNT + " versions", dynamic.valueFileOffset(tag));
    }

    private void require(long virtualAddress, int size, long tag) {
        if (!memory.containsFromFile(virtualAddress, size)) {
            throw Failure.malformed(
                    DynamicTag.name(tag) + ": an entry at " + Unsigned.hex(virtualAddress)
                            + " does not lie in the file-backed part of one PT_LOAD",
                    dynamic.valueFileOffset(tag));
        }
    }
}
