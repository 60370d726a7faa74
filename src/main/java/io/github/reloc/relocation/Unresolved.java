package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.Formulas.Outcome;
import io.github.reloc.relocation.RelocationTable.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The entries that run time must resolve, gathered for one message: a count of each type, and the first few. */
final class Unresolved {
    private static final int MAX_EXAMPLES = 3;

    private final SymbolValues symbols;
    private final RelocationCounts.ByType counts = new RelocationCounts.ByType();
    private final List<String> examples = new ArrayList<>();
    private boolean hasUndefinedSymbols;

    Unresolved(SymbolValues symbols) {
        this.symbols = symbols;
    }

    void add(Kind table, long index, long place, int type, int symbolIndex, Outcome outcome) {
        counts.add(type);
        hasUndefinedSymbols |= outcome == Outcome.UNDEFINED;
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(table + " entry " + index + " at " + Unsigned.hex(place) + " "
                    + (symbolIndex != 0 && RelocationType.usesSymbol(type)
                            ? symbols.name(symbolIndex)
                            : RelocationType.name(type)));
        }
    }

    /**
     * Ends the work if there is any.
     *
     * @throws Failure that says all there is to say of them
     */
    void requireNone() {
        if (examples.isEmpty()) {
            return;
        }
        long total = counts.total();
        StringBuilder message = new StringBuilder();
        message.append(total)
                .append(total == 1 ? " entry needs" : " entries need")
                .append(" run time (");
        String separator = "";
        for (Map.Entry<Integer, Long> type : counts.toMap().entrySet()) {
            message.append(separator).append(type.getValue()).append(' ').append(RelocationType.name(type.getKey()));
            separator = ", ";
        }
        message.append("): ").append(String.join(", ", examples)).append(total > examples.size() ? ", …" : "");
        message.append("; --unresolved keep leaves them to the program's start-up");
        if (hasUndefinedSymbols) {
            message.append(", --defsym NAME=ADDR gives a symbol a value");
        }
        throw Failure.unresolved(message.toString());
    }
}
