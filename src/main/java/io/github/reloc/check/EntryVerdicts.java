package io.github.reloc.check;

import io.github.reloc.check.Reading.Counting;
import io.github.reloc.check.Reading.Trait;
import io.github.reloc.check.Reading.Undefined;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.relocation.RelocationType.Needs;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Format;
import io.github.reloc.table.RelocationTable.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a loader makes of the entries of one table. */
final class EntryVerdicts {
    /** Why an entry is not applied as the ABI has it. */
    enum Reason {
        TABLE_NOT_READ(Rule.LOADER_SKIPS, "it does not read this table"),
        NOT_IN_SECTIONS(Rule.LOADER_SKIPS, "the table is in no section in which it looks for one"),
        TABLE_REFUSED(Rule.LOADER_REFUSES, "it takes no such table"),
        JMPREL_LIKE_REL(Rule.LOADER_REFUSES, "the table is laid out like REL"),
        BEHIND_COUNT(Rule.LOADER_SKIPS, "it goes by the count in the dynamic section, which ends before"),
        AMONG_RELATIVE(Rule.LOADER_REFUSES, "DT_RELACOUNT counts it as relative"),
        SKIPPED_TYPE(Rule.LOADER_SKIPS, "it passes over this type"),
        REFUSED_TYPE(Rule.LOADER_REFUSES, "it takes no such type in this table"),
        ADDEND_0(Rule.LOADER_SKIPS, "it passes over an addend of 0"),
        NEGATIVE_ADDEND(Rule.LOADER_SKIPS, "it passes over an addend that is negative"),
        READ_ONLY_TARGET(Rule.LOADER_REFUSES, "the target is not writable"),
        WORD_IN_PLACE(Rule.LOADER_MISCOMPUTES, "it adds to the word in place, which is not the addend"),
        TLS_ADDEND(Rule.LOADER_MISCOMPUTES, "it ignores the addend"),
        GOT_ADDEND(Rule.LOADER_MISCOMPUTES, "it does not ignore the addend"),
        ABSOLUTE_SYMBOL(Rule.LOADER_MISCOMPUTES, "it adds the bias to an absolute symbol"),
        INDIRECT_FUNCTION(Rule.LOADER_MISCOMPUTES, "it does not call the indirect function that is the symbol"),
        UNDEFINED_REFUSED(Rule.LOADER_REFUSES, "the symbol is not defined"),
        UNDEFINED_IS_BIAS(Rule.LOADER_MISCOMPUTES, "it takes the bias for a symbol that is not defined"),
        UNDEFINED_LEFT(Rule.LOADER_MISCOMPUTES, "it leaves the word as it is where the symbol is not defined");

        private final Rule rule;
        private final String words;

        Reason(Rule rule, String words) {
            this.rule = rule;
            this.words = words;
        }
    }

    /** Stands for every number that is not a type. */
    private static final int UNKNOWN = -1;

    private final Program program;
    private final Loader loader;
    private final Reading reading;
    private final RelocationTable table;
    private final long count;
    private final @Nullable SymbolTable symbols;

    /** By reason and type. */
    private final Map<Reason, Map<Integer, Places>> places = new EnumMap<>(Reason.class);

    private long relativeCount;

    /**
     * No verdicts yet.
     *
     * @param count what the dynamic section says of the table's relative entries; 0 where it does not
     */
    EntryVerdicts(Program program, Loader loader, RelocationTable table, long count) {
        this.program = program;
        this.loader = loader;
        this.reading = loader.reading();
        this.table = table;
        this.count = count;
        this.symbols = program.symbols();
    }

    /** Gives every entry the same reason. */
    void all(Reason reason) {
        table.forEach(program, entry -> add(reason, entry));
    }

    /** Judges every entry. */
    void each() {
        table.forEach(program, this::judge);
    }

    /** How many relative entries the loader has applied. */
    long relativeCount() {
        return relativeCount;
    }

    private void judge(Entry entry) {
        Reason reason = reason(entry);
        if (reason != null) {
            add(reason, entry);
        } else if (entry.type() == Elf.R_X86_64_RELATIVE) {
            relativeCount++;
        }
    }

    private @Nullable Reason reason(Entry entry) {
        if (entry.table().format() == Format.RELR) {
            return null;
        }
        boolean isCounted = Unsigned.less(entry.index(), count);
        if (reading.counting() == Counting.COUNT && !isCounted) {
            return Reason.BEHIND_COUNT;
        }
        RelocationType type = RelocationType.of(entry.type());
        if (reading.counting() == Counting.LEADING
                && isCounted
                && type != RelocationType.R_X86_64_RELATIVE
                && type != RelocationType.R_X86_64_RELATIVE64) {
            return Reason.AMONG_RELATIVE;
        }
        if (type == null) {
            return reading.refusesOtherTypes() ? Reason.REFUSED_TYPE : Reason.SKIPPED_TYPE;
        }
        if (reading.has(Trait.JUMP_SLOTS_IN_JMPREL_ALONE)
                && (type == RelocationType.R_X86_64_JUMP_SLOT) != (entry.table().kind() == Kind.JMPREL)) {
            return Reason.REFUSED_TYPE;
        }
        if (!reading.applied().contains(type)) {
            return reading.refusesOtherTypes() && !reading.skipped().contains(type)
                    ? Reason.REFUSED_TYPE
                    : Reason.SKIPPED_TYPE;
        }
        if (reading.has(Trait.NEEDS_WRITABLE_TARGETS) && !isWritable(entry.place())) {
            return Reason.READ_ONLY_TARGET;
        }
        if (type == RelocationType.R_X86_64_RELATIVE) {
            return relative(entry);
        }
        Symbol symbol = symbol(entry, type);
        return symbol == null ? tls(entry, type) : symbolic(entry, type, symbol);
    }

    private @Nullable Symbol symbol(Entry entry, RelocationType type) {
        return type.usesSymbol() && entry.symbolIndex() != 0 && symbols != null
                ? symbols.get(entry.symbolIndex())
                : null;
    }

    private @Nullable Reason relative(Entry entry) {
        if (entry.table().format().isAddendInPlace()) {
            return null;
        }
        long addend = entry.statedAddend();
        if (reading.has(Trait.SKIPS_ADDEND_0) && addend == 0) {
            return Reason.ADDEND_0;
        }
        if (reading.has(Trait.SKIPS_NEGATIVE_ADDENDS) && addend < 0) {
            return Reason.NEGATIVE_ADDEND;
        }
        return reading.has(Trait.ADDS_TO_WORD) && !isWord(entry.place(), addend) ? Reason.WORD_IN_PLACE : null;
    }

    private @Nullable Reason tls(Entry entry, RelocationType type) {
        boolean isIgnored = reading.has(Trait.IGNORES_TLS_ADDEND)
                && type == RelocationType.R_X86_64_TPOFF64
                && entry.statedAddend() != 0;
        return isIgnored ? Reason.TLS_ADDEND : null;
    }

    private @Nullable Reason symbolic(Entry entry, RelocationType type, Symbol symbol) {
        if (type.formula().needs() != Needs.ADDRESS) {
            return tls(entry, type);
        }
        if (!symbol.isDefined()) {
            return undefined(entry, type, symbol);
        }
        if (symbol.isIndirectFunction() && !reading.applied().contains(RelocationType.R_X86_64_IRELATIVE)) {
            return Reason.INDIRECT_FUNCTION;
        }
        if (symbol.isAbsolute() && reading.has(Trait.MOVES_ABSOLUTE_SYMBOLS)) {
            return Reason.ABSOLUTE_SYMBOL;
        }
        boolean isInGot = type.formula() == RelocationType.Formula.S;
        return isInGot && reading.has(Trait.ADDS_GOT_ADDEND) && entry.statedAddend() != 0 ? Reason.GOT_ADDEND : null;
    }

    private @Nullable Reason undefined(Entry entry, RelocationType type, Symbol symbol) {
        Undefined treatment = symbol.isWeak() ? reading.undefinedWeakSymbol() : reading.undefinedSymbol();
        return switch (treatment) {
            case REFUSED -> Reason.UNDEFINED_REFUSED;
            case BIAS -> Reason.UNDEFINED_IS_BIAS;
            case LOOKED_UP -> null;
            case LEFT -> symbol.isWeak() && isValueWithoutSymbol(entry, type) ? null : Reason.UNDEFINED_LEFT;
        };
    }

    /** Whether the word in place is what the entry would make of it with a symbol that is 0. */
    private boolean isValueWithoutSymbol(Entry entry, RelocationType type) {
        boolean ignoresAddend = type.formula() == RelocationType.Formula.S;
        return isWord(entry.place(), ignoresAddend ? 0 : entry.statedAddend());
    }

    private boolean isWord(long place, long value) {
        return program.memory().contains(place, Long.BYTES) && program.memory().word64(place) == value;
    }

    private boolean isWritable(long place) {
        Segment segment = program.segments().containing(place, Long.BYTES);
        return segment != null && segment.isWritable();
    }

    /** Whether the word is what it should be without the entry. */
    private boolean isNeedless(Entry entry) {
        RelocationType type = RelocationType.of(entry.type());
        Symbol symbol = type == null ? null : symbol(entry, type);
        boolean isWeak = symbol != null && !symbol.isDefined() && symbol.isWeak();
        return type == RelocationType.R_X86_64_NONE || (type != null && isWeak && isValueWithoutSymbol(entry, type));
    }

    private void add(Reason reason, Entry entry) {
        if (reason.rule == Rule.LOADER_SKIPS && isNeedless(entry)) {
            return;
        }
        int type = RelocationType.of(entry.type()) == null ? UNKNOWN : entry.type();
        places.computeIfAbsent(reason, unused -> new TreeMap<>(Integer::compareUnsigned))
                .computeIfAbsent(type, unused -> new Places())
                .add(entry.place());
    }

    /** Adds a finding for each reason and type. */
    void addTo(List<Finding> findings) {
        places.forEach((reason, byType) -> byType.forEach((type, found) -> {
            String message = loader.id() + " " + verb(reason.rule) + " " + found.counted("entry", "entries") + " of "
                    + table.kind() + " of "
                    + (type == UNKNOWN ? "a type that is not known" : "type " + RelocationType.name(type)) + ", at "
                    + found + ": " + reason.words;
            findings.add(new Finding(reason.rule, message, Location.of(program, found.first())));
        }));
    }

    private static String verb(Rule rule) {
        return switch (rule) {
            case LOADER_SKIPS -> "skips";
            case LOADER_REFUSES -> "refuses";
            default -> "sets wrong";
        };
    }
}
