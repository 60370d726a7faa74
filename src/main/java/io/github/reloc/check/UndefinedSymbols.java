package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.SymbolTable;
import java.util.HashSet;
import java.util.Set;

/** The symbols that entries name and the file does not define, each once however many entries name it. */
final class UndefinedSymbols {
    /** By index, unsigned: at most one for each entry, however large the symbol table says it is. */
    private final Set<Integer> seen = new HashSet<>();

    private final Names names = new Names();
    private long firstPlace;

    /**
     * Looks at the symbol of an entry.
     *
     * @param place the virtual address that the entry relocates
     */
    void add(SymbolTable symbols, int symbolIndex, long place) {
        if (!symbols.get(symbolIndex).isDefined() && seen.add(symbolIndex)) {
            if (names.count() == 0) {
                firstPlace = place;
            }
            names.add(() -> name(symbols, symbolIndex));
        }
    }

    /** Where a name is malformed, nothing but the message misses it; the symbol is a finding all the same. */
    private static String name(SymbolTable symbols, int symbolIndex) {
        try {
            return symbols.displayName(symbolIndex);
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.MALFORMED) {
                throw e;
            }
            return "<symbol " + Integer.toUnsignedString(symbolIndex) + ">";
        }
    }

    boolean isEmpty() {
        return names.count() == 0;
    }

    /** The virtual address that the first entry relocates which names one of them. */
    long firstPlace() {
        return firstPlace;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
