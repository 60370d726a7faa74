package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.ObjectFile;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The IN of a command: a path, or {@code -} for standard input. */
final class Inputs {
    static final String STANDARD_STREAM = "-";

    private Inputs() {}

    /**
     * The file of a name.
     *
     * @throws Command.UsageException if no file can have this name here
     */
    static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new Command.UsageException("no file can have the name '" + Escape.text(name) + "': " + e.getReason());
        }
    }

    /**
     * Opens the input.
     *
     * @throws Failure if it cannot be read, or is not an ELF file that this program understands
     */
    static ObjectFile open(String name, InputStream standardInput) {
        InputFile input = name.equals(STANDARD_STREAM) ? InputFile.spool(standardInput) : InputFile.open(path(name));
        try {
            return new ObjectFile(input);
        } catch (RuntimeException e) {
            input.close();
            throw e;
        }
    }
}
