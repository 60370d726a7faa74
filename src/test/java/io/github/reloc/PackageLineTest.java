package io.github.reloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages form a line: each imports only what stands to its right, and libraries only where they belong. */
final class PackageLineTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/reloc");
    private static final List<String> LINE =
            List.of("cli", "check", "relocation", "executable", "image", "table", "elf");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
    private static final Pattern OURS = Pattern.compile("io\\.github\\.reloc\\.(\\w+)\\..*");

    private static final Pattern COMMENT_OR_STRING =
            Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'])'|//.*|/\\*(?s:.*?)\\*/");

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

    /** What a class of cli uses, directly or not: never the class itself. */
    @Test
    void noFileOfTheFrontEndNeedsItselfByWayOfOthers() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve("cli"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.put(
                        name, COMMENT_OR_STRING.matcher(Files.readString(file)).replaceAll(""));
            }
        }
        for (String name : sources.keySet()) {
            Set<String> needed = new TreeSet<>();
            List<String> toVisit = new ArrayList<>(List.of(name));
            while (!toVisit.isEmpty()) {
                String user = toVisit.remove(toVisit.size() - 1);
                for (String other : sources.keySet()) {
                    boolean isUsed = !other.equals(user)
                            && Pattern.compile("(?<![.\\w])" + other + "\\b")
                                    .matcher(sources.get(user))
                                    .find();
                    if (isUsed && needed.add(other)) {
                        toVisit.add(other);
                    }
                }
            }
            assertThat(needed).as("what %s needs", name).doesNotContain(name);
        }
    }
}
