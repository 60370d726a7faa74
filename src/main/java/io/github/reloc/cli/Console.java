package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Standard error: one line for each thing there is to say, each beginning with the program's name. */
final class Console {
    /** Set by the launcher, where standard error is a terminal. */
    private static final String PROGRESS = "reloc.progress";

    private static final String ALWAYS = "always";
    private static final String UNLESS_DATA = "unless-data";

    private final PrintStream err;
    private final boolean isQuiet;
    private final boolean showsStackTraces;
    private @Nullable Progress progress;

    Console(PrintStream err, boolean isQuiet, boolean showsStackTraces) {
        this.err = err;
        this.isQuiet = isQuiet;
        this.showsStackTraces = showsStackTraces;
    }

    /**
     * Begins to show how far work on a file is, where standard error is a terminal, until something is said.
     *
     * @param writesData whether the work writes to standard output meanwhile, which then has to be a file
     */
    void showProgress(String subject, InputFile input, boolean writesData) {
        String rule = System.getProperty(PROGRESS, "");
        if (!isQuiet && (rule.equals(ALWAYS) || (rule.equals(UNLESS_DATA) && !writesData))) {
            progress = new Progress(input, Message.name(subject), err);
        }
    }

    /** Ends that; to be called before anything else is written to a terminal. */
    void endProgress() {
        if (progress != null) {
            progress.end();
            progress = null;
        }
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
    int report(Failure failure) {
        line(
                String.valueOf(failure.file()),
                failure.kind().verdict() + ": " + failure.getMessage() + Remedies.of(failure));
        if (showsStackTraces) {
            Message.printStackTrace(failure, err);
        }
        return ExitCode.of(failure.kind());
    }

    private void line(String subject, String message) {
        endProgress();
        err.println(Message.line("reloc: " + Message.name(subject) + ": ", message, ""));
    }
}
