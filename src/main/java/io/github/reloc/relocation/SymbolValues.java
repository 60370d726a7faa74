package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.GivenNames;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.relocation.RelocationType.Needs;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the symbols of the file come to: S and Z of the formulas.
 *
 * <p>The image binds to itself, by index: what the file defines is used, and nothing else is looked for. An undefined
 * symbol has the value it was given from outside, a weak one without that is 0, any other is left for run time.
 */
final class SymbolValues {
    private final Program program;
    private final long bias;
    private final Map<String, Long> given;
    private final GivenNames givenNames;
    private final Set<String> used = new HashSet<>();
    private @Nullable SymbolTable table;

    /**
     * What a formula takes from a symbol.
     *
     * @param value S, Z, or the offset in the TLS block
     * @param moves whether it is an address that moves with the program
     */
    record Value(long value, boolean moves) {
        private static final Value NONE = new Value(0, false);
    }

    /**
     * The symbols of a file.
     *
     * @param given values for undefined symbols, by name, with or without version; they do not move with the program
     */
    SymbolValues(Program program, long bias, Map<String, Long> given) {
        this.program = program;
        this.bias = bias;
        this.given = given;
        this.givenNames = new GivenNames(given.keySet());
    }

    /** The names among those given that no relocation has asked for. */
    Set<String> unused() {
        Set<String> unused = new HashSet<>(given.keySet());
        unused.removeAll(used);
        return unused;
    }

    /**
     * What a formula needs of a symbol, or null where it is not known before run time.
     *
     * @throws Failure if the symbol is malformed, or loaders disagree about it
     */
    @Nullable
    Value find(Needs needs, int symbolIndex) {
        return switch (needs) {
            case NOTHING -> Value.NONE;
            case ADDRESS -> address(symbolIndex);
            case SIZE -> isDefined(symbolIndex) ? new Value(size(symbolIndex), false) : null;
            case TLS_OFFSET -> tlsOffset(symbolIndex);
        };
    }

    /** S: known of what the file defines, but for what an indirect function returns, and of what was given. */
    private @Nullable Value address(int symbolIndex) {
        Symbol symbol = symbol(symbolIndex);
        if (!symbol.isDefined()) {
            return undefined(symbolIndex, symbol);
        }
        if (symbol.isThreadLocal()) {
            throw Failure.unsupported("symbol " + name(symbolIndex) + " is thread-local and has no address");
        }
        if (symbol.isIndirectFunction()) {
            return null;
        }
        return symbol.isAbsolute() ? new Value(symbol.value(), false) : new Value(bias + symbol.value(), true);
    }

    private @Nullable Value undefined(int symbolIndex, Symbol symbol) {
        String name = givenNames.of(table(), symbolIndex);
        Long address = name == null ? null : given.get(name);
        if (name != null && address != null) {
            used.add(name);
            return new Value(address, false);
        }
        return symbol.isWeak() ? Value.NONE : null;
    }

    /** Symbol 0 is the start of the TLS block. */
    private @Nullable Value tlsOffset(int symbolIndex) {
        if (symbolIndex == 0) {
            return Value.NONE;
        }
        Symbol symbol = symbol(symbolIndex);
        if (!symbol.isDefined()) {
            return null;
        }
        if (!symbol.isThreadLocal()) {
            throw Failure.malformed("symbol " + name(symbolIndex) + " is not thread-local");
        }
        return new Value(symbol.value(), false);
    }

    /** {@code st_size} in bytes. */
    long size(int symbolIndex) {
        return symbol(symbolIndex).size();
    }

    /** Whether the file defines a symbol, other than symbol 0. */
    boolean isDefined(int symbolIndex) {
        return symbol(symbolIndex).isDefined();
    }

    /** A symbol's name as it is shown. */
    String name(int symbolIndex) {
        return table().displayName(symbolIndex);
    }

    private Symbol symbol(int symbolIndex) {
        if (symbolIndex == 0) {
            throw Failure.unsupported("it names symbol 0, on whose value loaders disagree");
        }
        Symbol symbol = table().get(symbolIndex);
        if (symbol.isReserved()) {
            throw Failure.unsupported("symbol " + name(symbolIndex) + " has the reserved section index 0x"
                    + Integer.toHexString(symbol.sectionIndex()));
        }
        return symbol;
    }

    private SymbolTable table() {
        if (table == null) {
            table = program.symbols();
        }
        if (table == null) {
            throw Failure.malformed("it names a symbol, and there is no DT_SYMTAB");
        }
        return table;
    }
}
