package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.image.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Files as the command line names them: a path, or {@code -} for standard input or output. */
final class FileArguments {
    static final String STANDARD_STREAM = "-";

    /** What a failure calls standard output, where data goes that is no file of an argument. */
    static final String STANDARD_OUTPUT = "standard output";

    private static final Path WORKING_FOLDER = Path.of("/proc/self/cwd");

    /** The system would take it for a folder; to Java the slash at the end is nothing. */
    private static final String FOLDER_NAME = "a name with / at its end is that of a directory";

    private FileArguments() {}

    static PositionalParamSpec parameter(int index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(String.valueOf(index))
                .paramLabel(label)
                .type(String.class)
                .required(true)
                .description(description)
                .build();
    }

    /**
     * The file of a name.
     *
     * @throws Command.UsageException if no file can have this name here
     */
    private static Path path(String name) {
        if (name.isEmpty()) {
            throw new Command.UsageException("the name of a file is empty");
        }
        try {
            Path path = Path.of(name);
            requireWorkingFolder(name, path);
            return path;
        } catch (InvalidPathException e) {
            throw new Command.UsageException("no file can have the name '" + name + "': " + e.getReason());
        }
    }

    /**
     * Java goes from the working folder by its name, where it has that right, and else from another one.
     *
     * @throws Failure if a relative name would be that of another file
     */
    private static void requireWorkingFolder(String name, Path path) {
        String folder = System.getProperty("user.dir", "");
        if (path.isAbsolute() || isAscii(folder)) {
            return;
        }
        try {
            if (Files.isSameFile(Path.of(folder), WORKING_FOLDER)) {
                return;
            }
        } catch (IOException | InvalidPathException e) {
            // There is no such folder.
        }
        throw Failure.input(
                name,
                "the name of the working directory is not valid in the locale's encoding, "
                        + GivenArguments.encoding());
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80 || text.charAt(i) == '?') {
                return false;
            }
        }
        return true;
    }

    /** A name as a URI: relative where the name is, with the bytes that a URI does not allow percent-encoded. */
    static String uri(String name) {
        String uri = path(name).toUri().toString();
        if (path(name).isAbsolute()) {
            return uri;
        }
        // URI.relativize would resolve dots too, and a folder may be a link.
        String relative = uri.substring(Path.of("").toUri().toString().length());
        // Before a colon, the name of a file would be taken for a scheme.
        return relative.indexOf(':') < 0 ? relative : "./" + relative;
    }

    /** A name without its folder. */
    static String lastName(String name) {
        Path last = path(name).getFileName();
        return last == null ? name : last.toString();
    }

    /**
     * Opens a file to read.
     *
     * @throws Failure if it cannot be read
     */
    static InputFile openFile(String name, InputStream standardInput) {
        if (name.endsWith("/")) {
            throw Failure.input(name, FOLDER_NAME);
        }
        return name.equals(STANDARD_STREAM) ? InputFile.spool(standardInput) : InputFile.open(path(name));
    }

    /**
     * Opens a program to read.
     *
     * @throws Failure if it cannot be read, or is not an ELF file that this program understands
     */
    static Program open(String name, InputStream standardInput) {
        InputFile input = openFile(name, standardInput);
        try {
            return new Program(input);
        } catch (Failure e) {
            input.close();
            throw e.in(name);
        } catch (RuntimeException e) {
            input.close();
            throw e;
        }
    }

    /**
     * Prepares a file to write.
     * @throws Failure if it cannot be written
     */
    static OutputFile create(String name, OutputStream standardOutput) {
        requireFileName(name);
        return name.equals(STANDARD_STREAM) ? OutputFile.to(standardOutput) : OutputFile.to(path(name));
    }

    /** The same for an executable. */
    static OutputFile createExecutable(String name, OutputStream standardOutput) {
        requireFileName(name);
        return name.equals(STANDARD_STREAM) ? OutputFile.to(standardOutput) : OutputFile.toExecutable(path(name));
    }

    private static void requireFileName(String name) {
        if (name.endsWith("/")) {
            throw Failure.output(name, FOLDER_NAME);
        }
    }

    /**
     * Checks that two arguments do not name one file, by whatever spelling or link. Standard input and output are never
     * the same.
     *
     * @throws Command.UsageException if they do
     */
    static void requireDifferent(String firstLabel, String first, String secondLabel, String second) {
        if (first.equals(STANDARD_STREAM) || second.equals(STANDARD_STREAM)) {
            return;
        }
        boolean isSame = located(path(first)).equals(located(path(second)));
        try {
            isSame |= Files.isSameFile(path(first), path(second));
        } catch (IOException e) {
            // One of them is not there; what is missing is said later.
        }
        if (isSame) {
            throw new Command.UsageException(firstLabel + " and " + secondLabel + " are the same file, " + second);
        }
    }

    /** A path by which a file that is not there yet can be compared: its folder is there. */
    private static Path located(Path path) {
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        try {
            return folder == null || name == null
                    ? absolute
                    : folder.toRealPath().resolve(name);
        } catch (IOException e) {
            return absolute.normalize();
        }
    }

    /**
     * Checks that two arguments do not both stand for standard input, which can be read once.
     *
     * @throws Command.UsageException if they do
     */
    static void requireOneStandardInput(String firstLabel, String first, String secondLabel, String second) {
        if (first.equals(STANDARD_STREAM) && second.equals(STANDARD_STREAM)) {
            throw new Command.UsageException(firstLabel + " and " + secondLabel + " cannot both be standard input");
        }
    }
}
