package io.github.reloc.check;

import io.github.reloc.check.EntryVerdicts.Reason;
import io.github.reloc.check.Reading.Counting;
import io.github.reloc.check.Reading.Trait;
import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.LinkerSymbols;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.SectionHeaders;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Format;
import io.github.reloc.table.RelocationTable.Kind;
import io.github.reloc.table.RelocationTables;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether a loader would relocate a program in full: the rules over the program as a whole, and over its tables. */
final class LoaderRules {
    private static final String IMAGE_BASE = "__executable_start";

    private final List<Finding> findings;
    private final Program program;
    private final DynamicTable dynamic;
    private final Loader loader;
    private final Reading reading;
    private final List<Section> sections;
    private long relativeCount;

    private LoaderRules(List<Finding> findings, Program program, Loader loader) {
        this.findings = findings;
        this.program = program;
        this.dynamic = program.dynamic();
        this.loader = loader;
        this.reading = loader.reading();
        this.sections = SectionHeaders.read(program.input());
    }

    static void addTo(List<Finding> findings, Program program, RelocationTables tables, Loader loader) {
        LoaderRules rules = new LoaderRules(findings, program, loader);
        if (rules.takesProgram()) {
            rules.checkBias();
            for (RelocationTable table : tables.applied()) {
                rules.checkTable(table);
            }
            rules.checkCount();
        }
    }

    /** Whether it goes as far as the tables. */
    private boolean takesProgram() {
        int before = findings.size();
        if (reading.has(Trait.REFUSES_X86_64)) {
            refuse("every program for x86-64 (e_machine is " + Elf.EM_X86_64 + ")", null);
        } else if (reading.has(Trait.MOVES_ET_DYN_ALONE) && program.header().type() != Elf.ET_DYN) {
            refuse("to move a program of type ET_EXEC", null);
        } else {
            checkTags();
            checkSections();
        }
        return findings.size() == before;
    }

    private void checkTags() {
        Set<Long> refused = new TreeSet<>(Long::compareUnsigned);
        dynamic.forEachTag(tag -> {
            boolean isKnown =
                    reading.knownTags().isEmpty() || reading.knownTags().contains(tag);
            if (!isKnown || reading.refusedTags().contains(tag)) {
                refused.add(tag);
            }
        });
        if (!refused.isEmpty()) {
            refuse((refused.size() == 1 ? "the dynamic tag " : "the dynamic tags ") + names(refused), null);
        }
        Set<Long> missing = new TreeSet<>(reading.neededTags());
        missing.removeIf(dynamic::has);
        if (!missing.isEmpty()) {
            refuse("a program without " + names(missing), null);
        }
        if (reading.has(Trait.NEEDS_PIE_FLAG) && (dynamic.value(Elf.DT_FLAGS_1, 0) & Elf.DF_1_PIE) == 0) {
            refuse("a program without DF_1_PIE in DT_FLAGS_1", null);
        }
    }

    private static Names names(Set<Long> tags) {
        Names names = new Names();
        for (long tag : tags) {
            String name = DynamicTag.name(tag);
            names.add(() -> name == null ? Unsigned.hex(tag) : name);
        }
        return names;
    }

    private void checkSections() {
        Names missing = new Names();
        for (String name : reading.neededSections()) {
            if (SectionHeaders.named(name, sections, program.input()).isEmpty()) {
                missing.add(() -> name);
            }
        }
        if (missing.count() != 0) {
            refuse("a program without sections named " + missing, null);
        }
        if (reading.has(Trait.REFUSES_IMAGE_BASE)) {
            Long base =
                    LinkerSymbols.values(program.input(), sections, IMAGE_BASE).get(IMAGE_BASE);
            if (base != null && base != 0) {
                refuse("a program whose " + IMAGE_BASE + " is " + Unsigned.hex(base), null);
            }
        }
    }

    private void checkBias() {
        long start = program.segments().startVirtualAddress();
        if (reading.has(Trait.BASE_IS_BIAS) && start != 0) {
            add(
                    Rule.LOADER_MISCOMPUTES,
                    "takes the load base for the bias, and the program is linked at " + Unsigned.hex(start),
                    Location.of(program, start));
        }
    }

    private void checkTable(RelocationTable table) {
        EntryVerdicts verdicts = new EntryVerdicts(program, loader, table, relativeLimit(table.kind()));
        if (reading.refusedTables().contains(table.kind())) {
            verdicts.all(Reason.TABLE_REFUSED);
        } else if (!reading.tables().contains(table.kind())) {
            verdicts.all(Reason.TABLE_NOT_READ);
        } else if (table.kind() == Kind.JMPREL && table.format() == Format.REL) {
            verdicts.all(Reason.JMPREL_LIKE_REL);
        } else if (!isInSections(table)) {
            verdicts.all(Reason.NOT_IN_SECTIONS);
        } else {
            verdicts.each();
        }
        relativeCount += verdicts.relativeCount();
        verdicts.addTo(findings);
    }

    /** How many entries of a table the dynamic section says that there are, or are relative; 0 where it does not say. */
    private long relativeLimit(Kind kind) {
        return switch (kind) {
            case RELA -> dynamic.value(Elf.DT_RELACOUNT, 0);
            case REL -> dynamic.value(Elf.DT_RELCOUNT, 0);
            default -> 0;
        };
    }

    /** Whether the loader finds a table where it looks for it. */
    private boolean isInSections(RelocationTable table) {
        if (reading.sectionNames().isEmpty()) {
            return true;
        }
        SeenRanges ranges = new SeenRanges();
        for (String name : reading.sectionNames()) {
            for (Section section : SectionHeaders.named(name, sections, program.input())) {
                if (!Unsigned.sumWraps(section.virtualAddress(), section.size())) {
                    ranges.add(section.virtualAddress(), section.size());
                }
            }
        }
        return ranges.add(table.virtualAddress(), table.size()).isEmpty();
    }

    private void checkCount() {
        long stated = dynamic.value(Elf.DT_RELACOUNT, 0);
        Location location = dynamic.has(Elf.DT_RELACOUNT)
                ? Location.of(program, dynamic.valueVirtualAddress(Elf.DT_RELACOUNT))
                : null;
        if (reading.has(Trait.NEEDS_RELACOUNT) && stated == 0) {
            refuse("a program without DT_RELACOUNT", location);
        } else if (reading.counting() == Counting.EXACT) {
            long counted = reading.has(Trait.COUNTS_SECTIONS) ? sectionEntryCount() : relativeCount;
            if (stated != counted) {
                String is = dynamic.has(Elf.DT_RELACOUNT) ? "is " + Long.toUnsignedString(stated) : "is absent";
                refuse("a program whose DT_RELACOUNT " + is + ", where it counts " + counted, location);
            }
        }
    }

    /** Entries in sections of type SHT_RELA, as far as these lie in the file. */
    private long sectionEntryCount() {
        long count = 0;
        for (Section section : sections) {
            if (section.type() == Elf.SHT_RELA) {
                count += Long.divideUnsigned(section.size(), Elf.RELA_SIZE);
            }
        }
        return count;
    }

    private void refuse(String what, @Nullable Location location) {
        add(Rule.LOADER_REFUSES, "refuses " + what, location);
    }

    private void add(Rule rule, String message, @Nullable Location location) {
        findings.add(new Finding(rule, loader.id() + " " + message, location));
    }
}
