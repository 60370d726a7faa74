package io.github.reloc.cli;

import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.ObjectFile;
import java.io.InputStream;
import java.nio.file.Path;

/** The IN of a command: a path, or {@code -} for standard input. */
final class Inputs {
    static final String STANDARD_STREAM = "-";

    private Inputs() {}

    static ObjectFile open(String name, InputStream standardInput) {
        InputFile input = name.equals(STANDARD_STREAM) ? InputFile.spool(standardInput) : InputFile.open(Path.of(name));
        try {
            return new ObjectFile(input);
        } catch (RuntimeException e) {
            input.close();
            throw e;
        }
    }
}
