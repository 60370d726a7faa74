package io.github.reloc.check;

import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.EntryResolver;
import io.github.reloc.relocation.RelocationConsumer;
import io.github.reloc.relocation.RelocationTable;
import io.github.reloc.relocation.RelocationTable.Format;
import io.github.reloc.relocation.RelocationTable.Kind;
import io.github.reloc.relocation.RelocationTables;
import io.github.reloc.relocation.RelocationType;
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
    private final List<Finding> findings;
    private final Program program;
    private final EntryResolver resolver;
    private final @Nullable SymbolTable symbols;

    private final UndefinedSymbols undefined = new UndefinedSymbols();
    private final UndefinedSymbols undefinedWeak = new UndefinedSymbols();
    private final Places inText = new Places();
    private final TargetSet targets = new TargetSet();
    private final Places overlapping = new Places();
    private final Places unaligned = new Places();
    private long leadingRelaCount;
    private long leadingRelCount;

    /** The segment of the last place; most often the next one is there too. */
    private Segment segment;

    private EntryRules(List<Finding> findings, Program program, RelocationTables tables) {
        this.findings = findings;
        this.program = program;
        LoadSegments segments = program.segments();
        // Any base would do; at this one the words are what they are at link time.
        ImageLayout asLinked = ImageLayout.whole(program, segments.startVirtualAddress());
        resolver = new EntryResolver(program, tables, asLinked, Map.of());
        symbols = program.symbols();
        segment = segments.list().get(0);
    }

    static void addTo(List<Finding> findings, Program program, RelocationTables tables) {
        EntryRules rules = new EntryRules(findings, program, tables);
        for (RelocationTable table : tables.list()) {
            if (table.container() == null) {
                rules.check(table);
            }
        }
        rules.addFindings();
    }

    private void check(RelocationTable table) {
        TablePass pass = new TablePass(table);
        table.forEach(program, pass);
        pass.runTime.forEach((type, places) -> add(
                Rule.RUN_TIME_RELOCATION,
                places.counted("entry", "entries") + " of " + table.kind() + " of type " + RelocationType.name(type),
                places));
        switch (table.kind()) {
            case RELA -> leadingRelaCount = pass.leadingRelativeCount;
            case REL -> leadingRelCount = pass.leadingRelativeCount;
            default -> {}
        }
    }

    private void addFindings() {
        add(Rule.UNDEFINED_SYMBOL, "not defined: ", undefined);
        add(Rule.UNDEFINED_WEAK_SYMBOL, "weak and not defined: ", undefinedWeak);
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
            findings.add(new Finding(Rule.WRONG_RELACOUNT, message, Place.of(program, address)));
        }
    }

    private void add(Rule rule, String heading, UndefinedSymbols names) {
        if (!names.isEmpty()) {
            findings.add(new Finding(rule, heading + names, Place.of(program, names.firstPlace())));
        }
    }

    private void add(Rule rule, String message, Places places) {
        if (!places.isEmpty()) {
            findings.add(new Finding(rule, message + ", at " + places, Place.of(program, places.first())));
        }
    }

    /** One table under the rules. */
    private final class TablePass implements RelocationConsumer {
        private final Kind kind;
        private final boolean isAddendInPlace;
        private final boolean isRelr;

        /** By type: the entries that need run time. */
        private final Map<Integer, Places> runTime = new TreeMap<>(Integer::compareUnsigned);

        private long leadingRelativeCount;

        TablePass(RelocationTable table) {
            kind = table.kind();
            isAddendInPlace = table.format().isAddendInPlace();
            isRelr = table.format() == Format.RELR;
        }

        @Override
        public void relocation(long index, long place, int type, int symbolIndex, long addend) {
            int fieldSize = resolver.requireTarget(kind, index, place, type);
            long a = isAddendInPlace && fieldSize != 0 ? program.memory().word(place, fieldSize) : addend;
            switch (resolver.resolve(kind, index, place, type, symbolIndex, a)) {
                case NOTHING -> {}
                case WORD -> {
                    if (RelocationType.usesSymbol(type)) {
                        lookUp(undefinedWeak, symbolIndex, place);
                    }
                }
                case UNDEFINED -> lookUp(undefined, symbolIndex, place);
                case RUN_TIME ->
                    runTime.computeIfAbsent(type, t -> new Places()).add(place);
            }
            if (type == RelocationType.R_X86_64_RELATIVE && index == leadingRelativeCount) {
                leadingRelativeCount++;
            }
            if (fieldSize != 0) {
                checkTarget(place, fieldSize);
            }
        }

        private void lookUp(UndefinedSymbols undefinedSymbols, int symbolIndex, long place) {
            if (symbolIndex != 0) {
                undefinedSymbols.add(Objects.requireNonNull(symbols), symbolIndex, place);
            }
        }

        private void checkTarget(long place, int fieldSize) {
            if (targets.add(place, fieldSize)) {
                overlapping.add(place);
            }
            if (isRelr && place % Long.BYTES != 0) {
                unaligned.add(place);
            }
            if (!segment.contains(place, fieldSize)) {
                segment = Objects.requireNonNull(program.segments().containing(place, fieldSize));
            }
            if (!segment.isWritable()) {
                inText.add(place);
            }
        }
    }
}
