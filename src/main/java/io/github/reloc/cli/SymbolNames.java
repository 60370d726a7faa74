package io.github.reloc.cli;

import io.github.reloc.elf.SymbolTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The names of symbols as a listing shows them, in UTF-8.
 *
 * <p>Entries name the same symbols again and again, so the names seen last are kept: that of symbol n in slot n modulo
 * the number of slots. Long ones are not, which bounds the memory to a megabyte.
 */
final class SymbolNames {
    private static final int SLOT_COUNT = 4096;
    private static final int MAX_KEPT_LENGTH = 256;

    private final SymbolTable symbols;
    private final byte[] @Nullable [] names = new byte[SLOT_COUNT][];
    private final int[] indices = new int[SLOT_COUNT];

    SymbolNames(SymbolTable symbols) {
        this.symbols = symbols;
    }

    /**
     * The name of a symbol, escaped, with its version; not to be changed.
     *
     * @param symbolIndex unsigned
     * @throws io.github.reloc.elf.Failure as {@link SymbolTable#displayName}
     */
    byte[] name(int symbolIndex) {
        int slot = symbolIndex & (SLOT_COUNT - 1);
        byte[] kept = names[slot];
        if (kept != null && indices[slot] == symbolIndex) {
            return kept;
        }
        byte[] name = symbols.displayName(symbolIndex).getBytes(StandardCharsets.UTF_8);
        if (name.length <= MAX_KEPT_LENGTH) {
            names[slot] = name;
            indices[slot] = symbolIndex;
        }
        return name;
    }
}
