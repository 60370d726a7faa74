package io.github.reloc.robustness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** What the fuzz targets have in common: where they begin, and how one input is tried. */
final class Target {
    /** Far more than any input takes. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Target() {}

    /** A command on one file, with options that the seed picks; throws what breaks a promise of {@link Oracle}. */
    @FunctionalInterface
    interface Command {
        int run(Oracle oracle, byte[] file, long seed) throws IOException;
    }

    /** Well-formed files, to begin with. */
    static Stream<byte[]> seeds() throws IOException {
        return Seeds.all().values().stream();
    }

    /** Tries a file: it chooses its own options, so that a finding is one file and nothing else. */
    static void check(Path folder, byte[] file, Command command) throws IOException {
        long start = System.nanoTime();
        command.run(new Oracle(folder), file, Arrays.hashCode(file));
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        if (taken.compareTo(LIMIT) > 0) {
            throw new AssertionError("took " + taken);
        }
    }
}
