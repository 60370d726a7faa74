package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says what stands in the way of relocating a program in full before it runs, and what makes the result weak. */
public final class Check {
    private Check() {}

    /**
     * Runs every rule.
     *
     * @throws Failure if the program is malformed, or is none that could be relocated at all
     */
    public static Findings run(Program program) {
        RelocationTables tables = new RelocationTables(program);
        tables.requireSound();
        List<Finding> findings = new ArrayList<>();
        SegmentRules.addTo(findings, program);
        DynamicRules.addTo(findings, program, tables);
        EntryRules.addTo(findings, program, tables);
        // A stable sort: what one rule has found stays in its order.
        findings.sort(Comparator.comparing(Finding::rule));
        return new Findings(findings);
    }
}
