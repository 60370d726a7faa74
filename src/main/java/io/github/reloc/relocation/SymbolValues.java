package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.SymbolTable;
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
    private final Set<String> used = new HashSet<>();
    private @Nullable SymbolTable table;
    private long value;
    private boolean isMoving;

    /**
     * The symbols of a file.
     *
     * @param given values for undefined symbols, by name, with or without version; they do not move with the program
     */
    SymbolValues(Program program, long bias, Map<String, Long> given) {
        this.program = program;
        this.bias = bias;
        this.given = given;
    }

    /** The names among those given that no relocation has asked for. */
    Set<String> unused() {
        Set<String> unused = new HashSet<>(given.keySet());
        unused.removeAll(used);
        return unused;
    }

    /**
     * Looks for S, the address of a symbol; then {@link #value} has it.
     *
     * @return whether it is known before run time
     * @throws Failure if the symbol is malformed, or loaders disagree about it
     */
    boolean findAddress(int symbolIndex) {
        Symbol symbol = symbol(symbolIndex);
        if (!symbol.isDefined()) {
            return findUndefined(symbolIndex, symbol);
        }
        if (symbol.isThreadLocal()) {
            throw Failure.unsupported("symbol " + name(symbolIndex) + " is thread-local and has no address");
        }
        if (symbol.isIndirectFunction()) {
            return false;
        }
        isMoving = !symbol.isAbsolute();
        value = isMoving ? bias + symbol.value() : symbol.value();
        return true;
    }

    private boolean findUndefined(int symbolIndex, Symbol symbol) {
        isMoving = false;
        if (!given.isEmpty()) {
            String name = table().name(symbol);
            String key = given.containsKey(name) ? name : name(symbolIndex);
            Long address = given.get(key);
            if (address != null) {
                used.add(key);
                value = address;
                return true;
            }
        }
        value = 0;
        return symbol.isWeak();
    }

    /**
     * Looks for Z, the size of a symbol in bytes; then {@link #value} has it.
     *
     * @return whether it is known before run time
     * @throws Failure if the symbol is malformed
     */
    boolean findSize(int symbolIndex) {
        Symbol symbol = symbol(symbolIndex);
        value = symbol.size();
        return symbol.isDefined();
    }

    /**
     * Looks for the offset of a thread-local symbol in the TLS block; then {@link #value} has it. Symbol 0 is the start
     * of the block.
     *
     * @return whether it is known before run time
     * @throws Failure if the symbol is malformed, or not thread-local
     */
    boolean findThreadLocal(int symbolIndex) {
        value = 0;
        if (symbolIndex == 0) {
            return true;
        }
        Symbol symbol = symbol(symbolIndex);
        if (!symbol.isDefined()) {
            return false;
        }
        if (!symbol.isThreadLocal()) {
            throw Failure.malformed("symbol " + name(symbolIndex) + " is not thread-local");
        }
        value = symbol.value();
        return true;
    }

    /** Whether a symbol, other than symbol 0, is one that the file does not define. */
    boolean isUndefined(int symbolIndex) {
        return !symbol(symbolIndex).isDefined();
    }

    /** What was found last. */
    long value() {
        return value;
    }

    /** Whether the address that was found last moves with the program. */
    boolean isMoving() {
        return isMoving;
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
