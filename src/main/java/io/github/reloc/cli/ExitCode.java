package io.github.reloc.cli;

import io.github.reloc.elf.Failure;

/** What the program says to the script that called it. */
final class ExitCode {
    static final int DONE = 0;
    static final int NO = 1;
    static final int USAGE = 2;
    static final int MALFORMED = 3;
    static final int UNSUPPORTED = 4;
    static final int INPUT_OUTPUT = 5;
    static final int BUG = 70;

    private ExitCode() {}

    static int of(Failure.Kind kind) {
        return switch (kind) {
            case NOT_ELF, MALFORMED -> MALFORMED;
            case UNSUPPORTED, UNRESOLVED -> UNSUPPORTED;
            case INPUT, OUTPUT, MEMORY -> INPUT_OUTPUT;
        };
    }
}
