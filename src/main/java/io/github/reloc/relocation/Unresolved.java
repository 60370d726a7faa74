package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.RelocationType.Needs;
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
    private final boolean needsLibraries;
    private final RelocationCounts.ByType counts = new RelocationCounts.ByType();
    private final List<String> examples = new ArrayList<>();
    private boolean lacksAddresses;

    /**
     * None yet.
     *
     * @param needsLibraries whether the program counts on a loader that finds shared libraries for it
     */
    Unresolved(SymbolValues symbols, boolean needsLibraries) {
        this.symbols = symbols;
        this.needsLibraries = needsLibraries;
    }

    void add(Entry entry, Outcome outcome) {
        counts.add(entry.type());
        RelocationType type = Objects.requireNonNull(RelocationType.of(entry.type()));
        // A value that is given is an address: it says neither how large a symbol is, nor where in the TLS block.
        lacksAddresses |=
                outcome.kind() == Outcome.Kind.UNDEFINED && type.formula().needs() == Needs.ADDRESS;
        if (examples.size() < MAX_EXAMPLES) {
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
        if (needsLibraries) {
            message.append("a program that needs shared libraries: link it with -static-pie; ");
        }
        message.append(total)
                .append(total == 1 ? " entry needs" : " entries need")
                .append(" run time (");
        String separator = "";
        for (Map.Entry<Integer, Long> type : counts.toMap().entrySet()) {
            message.append(separator).append(type.getValue()).append(' ').append(RelocationType.name(type.getKey()));
            separator = ", ";
        }
        message.append("): ").append(String.join(", ", examples)).append(total > examples.size() ? ", …" : "");
        Failure failure = Failure.unresolved(message.toString());
        if (needsLibraries) {
            throw failure;
        }
        failure = failure.remedy(Remedy.KEEP_UNRESOLVED);
        throw lacksAddresses ? failure.remedy(Remedy.GIVE_SYMBOL_VALUES) : failure;
    }
}
