package io.github.reloc.relocation;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the entries of a built file come to at a load base, each by itself. */
final class Evaluated {
    private Evaluated() {}

    static List<Outcome> at(long loadBase, PieBuilder pie) {
        return at(loadBase, pie, Map.of());
    }

    static List<Outcome> at(long loadBase, PieBuilder pie, Map<String, Long> symbolValues) {
        List<Outcome> outcomes = new ArrayList<>();
        try (Program program = pie.open()) {
            RelocationTables tables = new RelocationTables(program);
            ImageLayout layout = ImageLayout.whole(program, loadBase);
            Evaluator evaluator = new Evaluator(program, tables, layout, symbolValues, program.memory());
            tables.forEach(entry -> outcomes.add(evaluator.evaluate(entry)));
        }
        return outcomes;
    }

    /** As {@link #at(long, PieBuilder)}, whether or not the values fit their fields. */
    static List<Outcome> unboundedAt(long loadBase, PieBuilder pie) {
        List<Outcome> outcomes = new ArrayList<>();
        try (Program program = pie.open()) {
            RelocationTables tables = new RelocationTables(program);
            ImageLayout layout = ImageLayout.whole(program, loadBase);
            Evaluator evaluator = new Evaluator(program, tables, layout, Map.of(), program.memory());
            tables.forEach(entry -> outcomes.add(evaluator.evaluateUnbounded(entry)));
        }
        return outcomes;
    }
}
