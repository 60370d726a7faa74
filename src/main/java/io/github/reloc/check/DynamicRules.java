package io.github.reloc.check;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.SectionHeaders;
import io.github.reloc.elf.StringTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.AddressNote;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules over the dynamic section and the tables that it names, as wholes. */
final class DynamicRules {
    private final List<Finding> findings;
    private final Program program;
    private final List<RelocationTable> tables;
    private final List<RelocationTable> applied;

    private DynamicRules(List<Finding> findings, Program program, RelocationTables tables) {
        this.findings = findings;
        this.program = program;
        this.tables = tables.list();
        this.applied = tables.applied();
    }

    static void addTo(List<Finding> findings, Program program, RelocationTables tables) {
        DynamicRules rules = new DynamicRules(findings, program, tables);
        rules.checkNeeded();
        rules.checkIdempotence();
        rules.checkSections();
        rules.checkRelro();
        rules.checkNotes();
    }

    private void checkNeeded() {
        DynamicTable dynamic = program.dynamic();
        if (!dynamic.has(Elf.DT_NEEDED)) {
            return;
        }
        dynamic.required(Elf.DT_STRTAB, Elf.DT_NEEDED);
        StringTable strings = StringTable.of(program);
        Names names = new Names();
        dynamic.forEachValue(Elf.DT_NEEDED, offset -> names.add(() -> Escape.bytes(strings.get(offset))));
        add(Rule.NEEDED_LIBRARY, "DT_NEEDED names " + names, dynamic.valueVirtualAddress(Elf.DT_NEEDED));
    }

    private void checkIdempotence() {
        for (RelocationTable table : applied) {
            if (table.format().isAddendInPlace()) {
                long count = table.count(program);
                String message = table.kind() + " has " + count
                        + (count == 1 ? " entry that adds" : " entries that add") + " to the word in place";
                add(Rule.TABLE_NOT_IDEMPOTENT, message, table.virtualAddress());
            }
        }
    }

    /** The one rule that looks at sections: a table that the dynamic section does not name has no other trace. */
    private void checkSections() {
        for (Section section : SectionHeaders.read(program.input())) {
            long start = section.virtualAddress();
            boolean isLoaded = section.isAllocated()
                    && section.size() != 0
                    && program.segments().fileBacking(start, section.size()) != null;
            if (isLoaded && section.isRelocationTable() && !isInTables(start, start + section.size())) {
                add(
                        Rule.RELOCATION_OUTSIDE_TABLES,
                        "section " + section.index() + ", " + section.size() + " bytes at " + Unsigned.hex(start)
                                + ", is not in the tables of the dynamic section",
                        start);
            }
        }
    }

    private void checkRelro() {
        if (!tables.isEmpty() && program.header().first(Elf.PT_GNU_RELRO) == null) {
            // It is missing, so there is no place.
            findings.add(new Finding(Rule.NO_RELRO, "there is no PT_GNU_RELRO, and there are entries to apply", null));
        }
    }

    private void checkNotes() {
        List<AddressNote> notes = new ArrayList<>(AddressNote.find(program));
        notes.removeIf(note -> !note.isAddressOf(program));
        for (RelocationTable table : notes.isEmpty() ? List.<RelocationTable>of() : applied) {
            table.forEach(
                    program,
                    entry -> notes.removeIf(note ->
                            Unsigned.less(entry.place() - note.virtualAddress(), note.size()) && entry.type() != 0));
        }
        for (AddressNote note : notes) {
            add(Rule.ADDRESS_IN_NOTE, note + ", holds " + Unsigned.hex(note.linked()), note.virtualAddress());
        }
    }

    /** Whether the tables cover a range between them: a linker may put RELA and JMPREL in one section. */
    private boolean isInTables(long start, long end) {
        long covered = start;
        for (RelocationTable table = tableAt(covered); table != null; table = tableAt(covered)) {
            covered = table.virtualAddress() + table.size();
            if (!Unsigned.less(covered, end)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable RelocationTable tableAt(long virtualAddress) {
        for (RelocationTable table : tables) {
            if (Unsigned.contains(table.virtualAddress(), table.size(), virtualAddress, 1)) {
                return table;
            }
        }
        return null;
    }

    private void add(Rule rule, String message, long virtualAddress) {
        findings.add(new Finding(rule, message, Location.of(program, virtualAddress)));
    }
}
