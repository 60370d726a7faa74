package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import java.io.PrintStream;

/** Standard error: one line for each thing there is to say, each beginning with the program's name. */
final class Console {
    private final PrintStream err;
    private final boolean isQuiet;
    private final boolean showsStackTraces;

    Console(PrintStream err, boolean isQuiet, boolean showsStackTraces) {
        this.err = err;
        this.isQuiet = isQuiet;
        this.showsStackTraces = showsStackTraces;
    }

    /** What was done; not said when quiet. */
    void info(String subject, String message) {
        if (!isQuiet) {
            line(subject, message);
        }
    }

    /** Something that may be meant, but often is not; not said when quiet. */
    void warn(String subject, String message) {
        info(subject, "warning: " + message);
    }

    /**
     * Why the work ended.
     *
     * @return the exit code for it
     */
    int report(String subject, Failure failure) {
        line(subject, failure.kind().verdict() + ": " + failure.getMessage());
        if (showsStackTraces) {
            failure.printStackTrace(err);
        }
        return ExitCode.of(failure.kind());
    }

    private void line(String subject, String message) {
        err.println("reloc: " + Escape.text(subject) + ": " + message);
    }
}
