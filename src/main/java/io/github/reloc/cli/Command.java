package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import java.io.InputStream;
import java.io.OutputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A subcommand. */
interface Command {
    /** Its options and parameters, as picocli parses and describes them. */
    CommandSpec spec();

    /**
     * Does the work.
     *
     * @param parsed what was given for {@link #spec}
     * @param in what {@code -} means for a file to read
     * @param out where data goes
     * @param console where everything else goes
     * @return the exit code
     * @throws Failure if the input cannot be read, or is not something this command can work on
     * @throws UsageException if the arguments contradict each other
     */
    int run(ParseResult parsed, InputStream in, OutputStream out, Console console);

    /** Arguments that each are well-formed, and together mean nothing. */
    final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }
}
