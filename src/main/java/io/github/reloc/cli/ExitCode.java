package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** What the help says of them, by code. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(text(DONE), "Done; verify: identical; diff: the same; check: nothing found.");
        meanings.put(text(NO), "The answer is no: verify or diff found a difference, check found something.");
        meanings.put(text(USAGE), "Wrong usage.");
        meanings.put(text(MALFORMED), "Not an ELF file, or a malformed one.");
        meanings.put(
                text(UNSUPPORTED), "Well-formed, but it cannot be relocated as asked: unsupported, or unresolved.");
        meanings.put(text(INPUT_OUTPUT), "Input or output failed.");
        meanings.put(text(BUG), "A bug in reloc.");
        return meanings;
    }

    private static String text(int code) {
        return Integer.toString(code);
    }

    static int of(Failure.Kind kind) {
        return switch (kind) {
            case NOT_ELF, MALFORMED -> MALFORMED;
            case UNSUPPORTED, UNRESOLVED -> UNSUPPORTED;
            case INPUT, OUTPUT, MEMORY -> INPUT_OUTPUT;
        };
    }
}
