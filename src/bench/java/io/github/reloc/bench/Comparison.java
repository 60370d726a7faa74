package io.github.reloc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command of reloc that is measured against another command, and against the same one of an older reloc if there is
 * one: in turn, so that all of them see the same machine.
 */
final class Comparison {
    private final Command command;
    private final Command reference;
    private final @Nullable Command older;

    private final List<Measurement> runs = new ArrayList<>();
    private final List<Measurement> references = new ArrayList<>();
    private final List<Measurement> olders = new ArrayList<>();
    private long smallHeapMemory;

    Comparison(Command command, Command reference, @Nullable Command older) {
        this.command = command;
        this.reference = reference;
        this.older = older;
    }

    /** Runs all of them a number of times, and once before that for the files to be in memory. */
    void measure(Path measure, int count) throws IOException, InterruptedException {
        for (int i = 0; i <= count; i++) {
            Measurement referenceRun = reference.run(measure, "");
            Measurement run = command.run(measure, "");
            Measurement olderRun = older == null ? run : older.run(measure, "");
            if (i != 0) {
                references.add(referenceRun);
                runs.add(run);
                olders.add(olderRun);
            }
        }
        smallHeapMemory = command.run(measure, "-Xmx128m").memory();
    }

    /** The result as a row of a table in Markdown, under the titles of {@link #titles}. */
    String row() {
        String toOlder =
                older == null ? "" : format(" %.2f |", Measurement.medianRatio(runs, olders, Measurement::wall));
        return format(
                "| %s | %s | %.0f ms | **%.2f** | %.2f | %.0f MB | %.0f MB |%s",
                command.name(),
                reference.name(),
                Measurement.median(runs, Measurement::wall) / 1e6,
                Measurement.medianRatio(runs, references, Measurement::wall),
                Measurement.medianRatio(runs, references, Measurement::cpu),
                runs.stream().mapToLong(Measurement::memory).max().orElse(0) / 1e6,
                smallHeapMemory / 1e6,
                toOlder);
    }

    /** The titles of the table, and the line below them. */
    static String titles(boolean hasOlder) {
        return "| reloc | against | wall | wall ratio | CPU ratio | peak memory | with -Xmx128m |"
                + (hasOlder ? " to older |" : "")
                + "\n|---|---|--:|--:|--:|--:|--:|"
                + (hasOlder ? "--:|" : "");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
