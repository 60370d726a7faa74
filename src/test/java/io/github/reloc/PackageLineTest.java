package io.github.reloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages form a line: each imports only what stands to its right, and libraries only where they belong. */
final class PackageLineTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/reloc");
    private static final List<String> LINE = List.of("cli", "check", "relocation", "image", "table", "elf");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
    private static final Pattern OURS = Pattern.compile("io\\.github\\.reloc\\.(\\w+)\\..*");

    private static boolean isAllowed(String imported, String importer, String file) {
        Matcher ours = OURS.matcher(imported);
        if (ours.matches()) {
            return LINE.contains(ours.group(1)) && LINE.indexOf(ours.group(1)) >= LINE.indexOf(importer);
        }
        if (imported.startsWith("net.fornwall.jelf.")) {
            return importer.equals("elf") && file.equals("HeaderReader.java");
        }
        return importer.equals("cli") || imported.matches("(java|org\\.jspecify)\\..*");
    }

    @Test
    void eachPackageImportsOnlyWhatStandsToItsRight() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).hasSizeGreaterThan(30);
            for (Path source : sources) {
                String importer = SOURCES.relativize(source).getName(0).toString();
                assertThat(LINE).contains(importer);
                assertThat(IMPORT.matcher(Files.readString(source)).results().map(match -> match.group(1)))
                        .as("imports of %s", source)
                        .allMatch(imported -> isAllowed(
                                imported, importer, source.getFileName().toString()));
            }
        }
    }
}
