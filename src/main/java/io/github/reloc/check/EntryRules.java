package io.github.reloc.check;

import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.ByteSet;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.relocation.RelocationType.Formula;
import io.github.reloc.relocation.RelocationType.Needs;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Format;
import io.github.reloc.table.RelocationTable.Kind;
import io.github.reloc.table.RelocationTables;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules over relocation entries, in one pass over all tables. What they find is counted and the first places are
 * kept, so that a file with millions of entries gives a handful of findings.
 */
final class EntryRules {
    private static final Advice LINK_STATICALLY = new Advice("link with -static-pie", null);

    private final List<Finding> findings;
    private final Program program;
    private final Evaluator evaluator;
    private final @Nullable SymbolTable symbols;

    private final UndefinedSymbols undefined = new UndefinedSymbols();

    /** Whether one of them is needed as an address, and not for its size or its offset in the TLS block. */
    private boolean lacksAddresses;

    private final UndefinedSymbols undefinedWeak = new UndefinedSymbols();
    private final Places inText = new Places();
    private final ByteSet targets = new ByteSet();
    private final Places overlapping = new Places();
    private final Places unaligned = new Places();
    private final NarrowFields narrow;
    private long leadingRelaCount;
    private long leadingRelCount;

    private EntryRules(List<Finding> findings, Program program, RelocationTables tables) {
        this.findings = findings;
        this.program = program;
        // Any base would do; at this one the words are what they are at link time.
        ImageLayout asLinked = ImageLayout.whole(program, program.segments().startVirtualAddress());
        evaluator = new Evaluator(program, tables, asLinked, Map.of(), program.memory());
        narrow = new NarrowFields(asLinked);
        symbols = program.symbols();
    }

    static void addTo(List<Finding> findings, Program program, RelocationTables tables) {
        EntryRules rules = new EntryRules(findings, program, tables);
        for (RelocationTable table : tables.applied()) {
            rules.check(table);
        }
        rules.addFindings();
    }

    private void check(RelocationTable table) {
        TablePass pass = new TablePass(table);
        table.forEach(program, pass);
        Advice advice = needsLibraries() ? LINK_STATICALLY : Rule.RUN_TIME_RELOCATION.advice();
        for (Map.Entry<Integer, Places> type : pass.runTime.entrySet()) {
            Places places = type.getValue();
            String message = places.counted("entry", "entries") + " of " + table.kind() + " of type "
                    + RelocationType.name(type.getKey()) + ", at " + places;
            findings.add(new Finding(Rule.RUN_TIME_RELOCATION, message, Location.of(program, places.first()), advice));
        }
        switch (table.kind()) {
            case RELA -> leadingRelaCount = pass.leadingRelativeCount;
            case REL -> leadingRelCount = pass.leadingRelativeCount;
            default -> {}
        }
    }

    private void addFindings() {
        add(Rule.UNDEFINED_SYMBOL, "not defined: ", undefined, adviceOnUndefined());
        add(Rule.UNDEFINED_WEAK_SYMBOL, "weak and not defined: ", undefinedWeak, Rule.UNDEFINED_WEAK_SYMBOL.advice());
        add(
                Rule.TEXT_RELOCATION,
                inText.counted("entry changes", "entries change") + " memory that is not writable",
                inText);
        add(
                Rule.OVERLAPPING_TARGETS,
                overlapping.counted("entry changes", "entries change") + " bytes that an earlier entry changes",
                overlapping);
        add(
                Rule.UNALIGNED_RELR,
                unaligned.counted("entry changes", "entries change") + " a word that is not aligned to 8 bytes",
                unaligned);
        Places narrowPlaces = narrow.places();
        if (!narrowPlaces.isEmpty()) {
            String message = narrowPlaces.counted("entry of 32 bits holds", "entries of 32 bits hold")
                    + " an address at load bases " + narrow.bases() + " alone";
            add(Rule.NARROW_FIELD, message, narrowPlaces);
        }
        checkCount(Elf.DT_RELACOUNT, Kind.RELA, leadingRelaCount);
        checkCount(Elf.DT_RELCOUNT, Kind.REL, leadingRelCount);
    }

    /** A count that is too small, as some linkers write it, makes a loader slower and nothing else. */
    private void checkCount(long tag, Kind table, long actual) {
        long count = program.dynamic().value(tag, 0);
        if (Unsigned.less(actual, count)) {
            String message = DynamicTag.name(tag) + " is " + Long.toUnsignedString(count) + ", but " + table
                    + " begins with only " + actual + " of type R_X86_64_RELATIVE";
            long address = program.dynamic().valueVirtualAddress(tag);
            findings.add(new Finding(Rule.WRONG_RELACOUNT, message, Location.of(program, address)));
        }
    }

    /** Whether the program counts on a loader that finds shared libraries for it. */
    private boolean needsLibraries() {
        return program.dynamic().has(Elf.DT_NEEDED);
    }

    /** A symbol can be given an address, but neither a size nor an offset in the TLS block. */
    private Advice adviceOnUndefined() {
        Advice advice = Rule.UNDEFINED_SYMBOL.advice();
        if (needsLibraries()) {
            return LINK_STATICALLY;
        }
        return lacksAddresses ? advice : new Advice(advice.fix(), null);
    }

    private void add(Rule rule, String heading, UndefinedSymbols names, Advice advice) {
        if (!names.isEmpty()) {
            findings.add(new Finding(rule, heading + names, Location.of(program, names.firstPlace()), advice));
        }
    }

    private void add(Rule rule, String message, Places places) {
        if (!places.isEmpty()) {
            findings.add(new Finding(rule, message + ", at " + places, Location.of(program, places.first())));
        }
    }

    /** One table under the rules. */
    private final class TablePass implements Entry.Consumer {
        private final boolean isRelr;

        /** By type: the entries that need run time. */
        private final Map<Integer, Places> runTime = new TreeMap<>(Integer::compareUnsigned);

        private long leadingRelativeCount;

        TablePass(RelocationTable table) {
            isRelr = table.format() == Format.RELR;
        }

        @Override
        public void accept(Entry entry) {
            Outcome outcome = evaluator.evaluateUnbounded(entry);
            switch (outcome.kind()) {
                case NOTHING -> {}
                case WORD -> checkWord(entry, outcome);
                case UNDEFINED -> {
                    lookUp(undefined, entry);
                    RelocationType type = Objects.requireNonNull(RelocationType.of(entry.type()));
                    lacksAddresses |= type.formula().needs() == Needs.ADDRESS;
                }
                case RUN_TIME ->
                    runTime.computeIfAbsent(entry.type(), type -> new Places()).add(entry.place());
            }
            if (entry.type() == Elf.R_X86_64_RELATIVE && entry.index() == leadingRelativeCount) {
                leadingRelativeCount++;
            }
            if (outcome.fieldSize() != 0) {
                checkTarget(entry.place(), outcome.fieldSize());
            }
        }

        private void checkWord(Entry entry, Outcome outcome) {
            RelocationType type = Objects.requireNonNull(RelocationType.of(entry.type()));
            if (type.usesSymbol()) {
                lookUp(undefinedWeak, entry);
            }
            if (outcome.dependsOnBase() && outcome.fieldSize() == Integer.BYTES) {
                narrow.add(entry.place(), outcome, type.formula() == Formula.S_PLUS_A_MINUS_P);
            } else if (!outcome.fits()) {
                // At any base, and here it is said why.
                evaluator.evaluate(entry);
            }
        }

        private void lookUp(UndefinedSymbols undefinedSymbols, Entry entry) {
            if (entry.symbolIndex() != 0) {
                undefinedSymbols.add(Objects.requireNonNull(symbols), entry.symbolIndex(), entry.place());
            }
        }

        private void checkTarget(long place, long fieldSize) {
            if (targets.add(place, fieldSize)) {
                overlapping.add(place);
            }
            if (isRelr && place % Long.BYTES != 0) {
                unaligned.add(place);
            }
            Segment segment = Objects.requireNonNull(program.segments().containing(place, fieldSize));
            if (!segment.isWritable()) {
                inText.add(place);
            }
        }
    }
}
