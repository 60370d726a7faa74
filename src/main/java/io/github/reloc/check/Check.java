package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Says what stands in the way of relocating a program in full before it runs, and what makes the result weak. */
public final class Check {
    private Check() {}

    /**
     * Runs every rule over a program that is still to be relocated.
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
        return inOrder(findings);
    }

    /**
     * Says what is left to relocate in a program that is at its address.
     *
     * @throws Failure if the program is malformed, or has a table of relocations that is not read
     */
    public static Findings ofRelocated(Program program) {
        List<Finding> findings = new ArrayList<>();
        LeftRelocations.addTo(findings, program);
        return inOrder(findings);
    }

    /**
     * Says whether some loaders would relocate a program in full.
     *
     * @throws Failure if the program is malformed, or is none that could be relocated at all
     */
    public static Findings ofLoaders(Program program, Collection<Loader> loaders) {
        RelocationTables tables = new RelocationTables(program);
        tables.requireSound();
        // Says so where the program cannot be moved, whoever would do it.
        ImageLayout.whole(program, program.segments().startVirtualAddress());
        List<Finding> findings = new ArrayList<>();
        for (Loader loader : loaders) {
            LoaderRules.addTo(findings, program, tables, loader);
        }
        return inOrder(findings);
    }

    private static Findings inOrder(List<Finding> findings) {
        // A stable sort: what one rule has found stays in its order.
        findings.sort(Comparator.comparing(Finding::rule));
        return new Findings(findings);
    }
}
