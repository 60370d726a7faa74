package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What this program is, as the build writes it into a file beside this class: the version, and on a line of its own the commit. */
final class Version {
    private Version() {}

    /** The version alone. */
    static String get() {
        String built = built();
        int end = built.indexOf('\n');
        return end < 0 ? built : built.substring(0, end);
    }

    /** What a report of a bug needs: version, commit, and the Java that runs it, a line each. */
    static String text() {
        String built = built();
        int end = built.indexOf('\n');
        String commit = end < 0 ? "unknown" : built.substring(end + 1);
        return "reloc " + get() + "\ncommit " + commit + "\nJava " + property("java.runtime.version") + ", "
                + property("java.vendor") + ", " + property("java.home") + "\n";
    }

    private static String property(String name) {
        return Escape.text(System.getProperty(name, "unknown"));
    }

    private static String built() {
        // By our class, because on the boot class path there is no other loader that knows where we came from.
        try (InputStream resource = Version.class.getResourceAsStream("version.txt")) {
            return resource == null ? "unknown" : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
