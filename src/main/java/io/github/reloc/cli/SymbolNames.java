package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.SymbolTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The names of symbols as a listing shows them, in UTF-8. What is malformed of one is shown as {@code <corrupt>}, as
 * binutils does, so that it does not cost the entries behind it.
 *
 * <p>Entries name the same symbols again and again, so the names seen last are kept: that of symbol n in slot n modulo
 * the number of slots. Long ones are not, which bounds the memory to a megabyte.
 */
final class SymbolNames {
    private static final int SLOT_COUNT = 4096;
    private static final int MAX_KEPT_LENGTH = 256;

    private static final String CORRUPT = "<corrupt>";

    private final Program program;
    private @Nullable SymbolTable symbols;
    private boolean isLookedFor;
    private @Nullable Failure fault;
    private final byte[] @Nullable [] names = new byte[SLOT_COUNT][];
    private final int[] indices = new int[SLOT_COUNT];

    SymbolNames(Program program) {
        this.program = program;
    }

    /** What was wrong with the first name that could not be shown as it is, or null. */
    @Nullable
    Failure fault() {
        return fault;
    }

    /**
     * The name of a symbol, escaped, with its version; not to be changed.
     *
     * @param symbolIndex unsigned
     */
    byte[] name(int symbolIndex) {
        int slot = symbolIndex & (SLOT_COUNT - 1);
        byte[] kept = names[slot];
        if (kept != null && indices[slot] == symbolIndex) {
            return kept;
        }
        byte[] name = text(symbolIndex).getBytes(StandardCharsets.UTF_8);
        if (name.length <= MAX_KEPT_LENGTH) {
            names[slot] = name;
            indices[slot] = symbolIndex;
        }
        return name;
    }

    private String text(int symbolIndex) {
        SymbolTable table = table(symbolIndex);
        if (table == null) {
            return CORRUPT;
        }
        try {
            return table.displayName(symbolIndex);
        } catch (Failure e) {
            note(e);
            return textWithoutVersion(table, symbolIndex);
        }
    }

    /** Looked for once: what is malformed is not read again for each entry. */
    private @Nullable SymbolTable table(int symbolIndex) {
        if (!isLookedFor) {
            isLookedFor = true;
            try {
                symbols = program.symbols();
                if (symbols == null) {
                    note(Failure.malformed("an entry names symbol " + Integer.toUnsignedString(symbolIndex)
                            + ", and there is no DT_SYMTAB"));
                }
            } catch (Failure e) {
                note(e);
            }
        }
        return symbols;
    }

    private static String textWithoutVersion(SymbolTable table, int symbolIndex) {
        try {
            return Escape.bytes(table.name(table.get(symbolIndex))) + "@" + CORRUPT;
        } catch (Failure e) {
            return CORRUPT;
        }
    }

    private void note(Failure e) {
        if (e.kind() != Failure.Kind.MALFORMED) {
            throw e;
        }
        if (fault == null) {
            fault = e;
        }
    }
}
