package io.github.reloc.elf;

import org.jspecify.annotations.Nullable;

/**
 * The dynamic symbol table, {@code DT_SYMTAB}, with the names and versions of its symbols.
 *
 * <p>The constructor has checked the size of an entry and that the table, as far as a hash table gives its length, lies
 * in the file-backed part of one segment. Where none does, the end of that part is the bound.
 */
public final class SymbolTable {
    private final InputFile input;
    private final long virtualAddress;
    private final long fileOffset;
    private final long limit;
    private final boolean isCounted;
    private final StringTable strings;
    private final SymbolVersions versions;

    /**
     * Finds the table of a file that has one; its symbols are read when they are asked for.
     *
     * @throws Failure if it is malformed
     */
    SymbolTable(Program program) {
        DynamicTable dynamic = program.dynamic();
        input = program.input();
        virtualAddress = dynamic.value(Elf.DT_SYMTAB, 0);
        long entrySize = dynamic.required(Elf.DT_SYMENT, Elf.DT_SYMTAB);
        if (entrySize != Elf.SYM_SIZE) {
            throw Failure.malformed(
                    "DT_SYMENT " + Unsigned.hex(entrySize) + " is not " + Elf.SYM_SIZE,
                    dynamic.valueFileOffset(Elf.DT_SYMENT));
        }
        long count = SymbolCount.of(dynamic, program.memory());
        isCounted = count >= 0;
        Segment segment =
                program.segments().fileBacking(virtualAddress, isCounted ? count * Elf.SYM_SIZE : Elf.SYM_SIZE);
        if (segment == null) {
            throw Failure.malformed(
                    "DT_SYMTAB " + Unsigned.hex(virtualAddress)
                            + (isCounted ? " with " + count + " symbols" : "")
                            + " does not lie in the file-backed part of one PT_LOAD",
                    dynamic.valueFileOffset(Elf.DT_SYMTAB));
        }
        fileOffset = segment.toFileOffset(virtualAddress);
        limit = isCounted ? count : (segment.fileSize() - (virtualAddress - segment.virtualAddress())) / Elf.SYM_SIZE;
        strings = new StringTable(dynamic, program.segments(), input);
        versions = new SymbolVersions(dynamic, program.memory(), strings);
    }

    public long virtualAddress() {
        return virtualAddress;
    }

    public long fileOffset() {
        return fileOffset;
    }

    /** Whether a hash table gives the number of symbols. */
    public boolean isCounted() {
        return isCounted;
    }

    /** In bytes: of a table that is not {@linkplain #isCounted counted}, all the room that there is for one. */
    public long size() {
        return limit * Elf.SYM_SIZE;
    }

    public StringTable strings() {
        return strings;
    }

    /**
     * The symbol at an index.
     *
     * @param index unsigned
     * @throws Failure if the table has no such symbol
     */
    public Symbol get(int index) {
        long number = Integer.toUnsignedLong(index);
        if (number >= limit) {
            throw Failure.malformed("symbol index " + number + " is past the end of DT_SYMTAB, which has "
                    + (isCounted ? "" : "room for ") + limit + " symbols");
        }
        return Symbol.read(input, fileOffset + number * Elf.SYM_SIZE);
    }

    /**
     * The name of a symbol without its version, raw as {@link StringTable#get} gives it; empty where it has none.
     *
     * @throws Failure if the name is malformed
     */
    public String name(Symbol symbol) {
        return symbol.nameOffset() == 0 ? "" : strings.get(symbol.nameOffset());
    }

    /**
     * The name of a symbol as it is shown: escaped, and with its version as binutils writes it, {@code name@VERSION}, or
     * {@code name@@VERSION} for the default version of a symbol that the file defines. A symbol without a name is shown
     * as {@code <symbol 5>}.
     *
     * @param index unsigned
     * @throws Failure if the table has no such symbol, or a name or version of it is malformed
     */
    public String displayName(int index) {
        Symbol symbol = get(index);
        return symbol.nameOffset() == 0
                ? "<symbol " + Integer.toUnsignedString(index) + ">"
                : Escape.bytes(name(symbol) + version(index, StringTable.MAX_LENGTH));
    }

    /** What follows the name of a symbol: {@code @VERSION}, {@code @@VERSION} or nothing, raw; the version may be cut. */
    String version(int index, int maxLength) {
        return versions.suffix(index, get(index), maxLength);
    }

    /**
     * The symbol whose object or function holds an address, as {@code name+0x8}, or null where none is known.
     *
     * @throws Failure if a name or version is malformed
     */
    public @Nullable String displayNameAt(long address) {
        // Without a count, what stands behind the last symbol would be taken for symbols.
        for (int index = 1; isCounted && index < limit; index++) {
            Symbol symbol = get(index);
            if (symbol.isAddress() && symbol.size() != 0 && Unsigned.less(address - symbol.value(), symbol.size())) {
                long distance = address - symbol.value();
                return displayName(index) + (distance == 0 ? "" : "+" + Unsigned.hex(distance));
            }
        }
        return null;
    }
}
