package io.github.reloc.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stands under the name of a file and is none. */
public final class Irregular {
    // Of st_mode: which bits say what it is, and what they are for a directory and a FIFO. Source: Linux, stat.h.
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFIFO = 0x1000;

    private Irregular() {}

    /** The failure to open it, to read or to write. A FIFO is what a shell makes of {@code <(command)}, too. */
    public static Failure found(Failure.Kind kind, Path path) throws IOException {
        return switch ((int) Files.getAttribute(path, "unix:mode") & S_IFMT) {
            case S_IFDIR -> Failure.ofFile(kind, path.toString(), "a directory, not a regular file");
            case S_IFIFO ->
                Failure.ofFile(kind, path.toString(), "a pipe, not a regular file")
                        .remedy(Failure.Remedy.GIVE_STREAM);
            default -> Failure.ofFile(kind, path.toString(), "not a regular file");
        };
    }
}
