package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LinkerSymbols;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.SectionHeaders;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.RelocationType;
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
 * What is left to relocate in a program that is at its address, whoever would do it.
 *
 * <p>A loader finds tables through the dynamic section. A program that is linked for a fixed address has none, or has
 * entries that it does not name: the start-up code of a C library finds them between two symbols that the linker puts
 * around them, and nothing but section headers has a trace of them where the symbols are stripped.
 */
final class LeftRelocations {
    private static final String RELA_START = "__rela_iplt_start";
    private static final String RELA_END = "__rela_iplt_end";
    private static final String REL_START = "__rel_iplt_start";
    private static final String REL_END = "__rel_iplt_end";

    private final List<Finding> findings;
    private final Program program;
    private final List<Section> sections;
    private final SeenRanges seen = new SeenRanges();
    private long faultyCount;
    private @Nullable String firstFault;
    private @Nullable Location firstFaultLocation;

    private LeftRelocations(List<Finding> findings, Program program) {
        this.findings = findings;
        this.program = program;
        this.sections = SectionHeaders.read(program.input());
    }

    /**
     * Adds what is found.
     *
     * @throws Failure if a table that the dynamic section names is malformed, or there is one that is not read
     */
    static void addTo(List<Finding> findings, Program program) {
        LeftRelocations left = new LeftRelocations(findings, program);
        if (program.hasDynamic()) {
            left.checkTables();
        }
        left.checkSymbols(RELA_START, RELA_END, Kind.RELA, Format.RELA);
        left.checkSymbols(REL_START, REL_END, Kind.REL, Format.REL);
        left.checkSections();
        left.checkWhetherThereIsAnything();
    }

    private void checkTables() {
        RelocationTables tables = new RelocationTables(program);
        tables.requireSound();
        for (RelocationTable table : tables.applied()) {
            Count count = new Count();
            table.forEach(program, count);
            count.addFindings("of " + table.kind());
            seen.add(table.virtualAddress(), table.size());
        }
    }

    private void checkSymbols(String startName, String endName, Kind kind, Format format) {
        Map<String, Long> symbols = LinkerSymbols.values(program.input(), sections, startName, endName);
        Long start = symbols.get(startName);
        Long end = symbols.get(endName);
        // A linker that has nothing to put between them gives both one address, and a hostile file any.
        if (start == null || end == null || !Unsigned.less(start, end) || !isLoaded(start, end - start)) {
            return;
        }
        Count count = new Count();
        checkRange(start, end - start, kind, format, count);
        count.addFindings("from " + startName + " to " + endName);
    }

    private void checkSections() {
        Count count = new Count();
        for (Section section : sections) {
            long start = section.virtualAddress();
            boolean isLoaded = section.isAllocated() && section.size() != 0 && isLoaded(start, section.size());
            if (isLoaded) {
                checkSection(section, count);
            }
        }
        count.addFindings("in allocated sections");
        if (faultyCount != 0) {
            String message = faultyCount + (faultyCount == 1 ? " part" : " parts")
                    + " of allocated sections of relocations cannot be read, " + firstFault;
            findings.add(new Finding(Rule.RELOCATION_LEFT, message, firstFaultLocation));
        }
    }

    private boolean isLoaded(long virtualAddress, long size) {
        return program.segments().fileBacking(virtualAddress, size) != null;
    }

    private void checkSection(Section section, Count count) {
        long start = section.virtualAddress();
        long size = section.size();
        switch (section.type()) {
            case Elf.SHT_RELA -> checkRange(start, size, Kind.RELA, Format.RELA, count);
            case Elf.SHT_REL -> checkRange(start, size, Kind.REL, Format.REL, count);
            case Elf.SHT_RELR -> checkRange(start, size, Kind.RELR, Format.RELR, count);
            case Elf.SHT_ANDROID_RELR -> checkRange(start, size, Kind.ANDROID_RELR, Format.RELR, count);
            case Elf.SHT_ANDROID_RELA -> checkRange(start, size, Kind.ANDROID_RELA, Format.PACKED_RELA, count);
            case Elf.SHT_ANDROID_REL -> checkRange(start, size, Kind.ANDROID_REL, Format.PACKED_REL, count);
            case Elf.SHT_CREL -> addFault(start, "of type SHT_CREL");
            default -> {}
        }
    }

    /** Counts the entries of a loaded range, but for those that have been counted. */
    private void checkRange(long start, long size, Kind kind, Format format, Count count) {
        for (SeenRanges.Range range : seen.add(start, size)) {
            long odd = range.size() % format.entrySize();
            if (odd != 0) {
                addFault(range.start(), range.size() + " bytes not being a multiple of " + format.entrySize());
            }
            Segment segment = Objects.requireNonNull(program.segments().fileBacking(range.start(), range.size()));
            long fileOffset = segment.toFileOffset(range.start());
            RelocationTable table = new RelocationTable(
                    kind, format, range.start(), range.size(), fileOffset, range.size() - odd, null, null);
            try {
                table.forEach(program, count);
            } catch (Failure e) {
                if (e.kind() != Failure.Kind.MALFORMED) {
                    throw e;
                }
                addFault(range.start(), "for " + e.getMessage());
            }
        }
    }

    /** Nothing says that these bytes are nothing, so they are something that is left. */
    private void addFault(long virtualAddress, String fault) {
        if (firstFault == null) {
            firstFault = "the first at " + Unsigned.hex(virtualAddress) + ", " + fault;
            firstFaultLocation = Location.of(program, virtualAddress);
        }
        faultyCount++;
    }

    private void checkWhetherThereIsAnything() {
        if (program.hasDynamic()) {
            return;
        }
        for (Section section : sections) {
            if (section.type() != Elf.SHT_NULL) {
                return;
            }
        }
        findings.add(new Finding(
                Rule.NOTHING_TO_LOOK_AT,
                "there is no dynamic section, no section header and so no symbol that could name a relocation",
                null));
    }

    /** Entries by type. */
    private final class Count implements Entry.Consumer {
        /** Stands for every number that is not a type, of which there may be billions. */
        private static final int UNKNOWN = -1;

        private final Map<Integer, Places> placesByType = new TreeMap<>(Integer::compareUnsigned);

        @Override
        public void accept(Entry entry) {
            RelocationType type = RelocationType.of(entry.type());
            if (type != RelocationType.R_X86_64_NONE) {
                placesByType
                        .computeIfAbsent(type == null ? UNKNOWN : type.number(), number -> new Places())
                        .add(entry.place());
            }
        }

        void addFindings(String where) {
            placesByType.forEach((type, places) -> {
                String message = places.counted("entry", "entries") + " " + where + " of "
                        + (type == UNKNOWN ? "a type that is not known" : "type " + RelocationType.name(type))
                        + ", at " + places;
                findings.add(new Finding(Rule.RELOCATION_LEFT, message, Location.of(program, places.first())));
            });
        }
    }
}
