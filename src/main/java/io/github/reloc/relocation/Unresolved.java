package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

    void add(Entry entry, Outcome outcome) {
        counts.add(entry.type());
        hasUndefinedSymbols |= outcome.kind() == Outcome.Kind.UNDEFINED;
        if (examples.size() < MAX_EXAMPLES) {
            RelocationType type = Objects.requireNonNull(RelocationType.of(entry.type()));
            boolean isNamed = entry.symbolIndex() != 0 && type.usesSymbol();
            examples.add(entry + " at " + Unsigned.hex(entry.place()) + " "
                    + (isNamed ? symbols.name(entry.symbolIndex()) : type.name()));
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
        Failure failure = Failure.unresolved(message.toString()).remedy(Remedy.KEEP_UNRESOLVED);
        throw hasUndefinedSymbols ? failure.remedy(Remedy.GIVE_SYMBOL_VALUES) : failure;
    }
}
