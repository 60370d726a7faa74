package io.github.reloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.AuditedPath.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of the code is so. */
final class DocumentsTest {
    /** A name of a class, as prose has it: {@code InputFile}, {@code ReadelfTest}. */
    private static final Pattern CLASS_NAME = Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)+\\b");

    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|record|enum|interface) (\\w+)");

    /** Units are written like names. */
    private static final Set<String> UNITS = Set.of("KiB");

    /** A link to a file beside the document. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]+)\\)");

    /** The names of all types that the sources in a folder declare. */
    private static Set<String> typeNames(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                DECLARATION.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/docs/architecture.md", "src/docs/audit.md"})
    void everyClassThatADocumentNamesIsThere(String document) throws IOException {
        Set<String> known = typeNames(Path.of("src/main/java"));
        known.addAll(typeNames(Path.of("src/test/java")));
        known.addAll(UNITS);

        assertThat(CLASS_NAME
                        .matcher(Files.readString(Path.of(document)))
                        .results()
                        .map(match -> match.group()))
                .hasSizeGreaterThan(20)
                .isSubsetOf(known);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                ".github/CONTRIBUTING.md",
                "src/docs/architecture.md",
                "src/docs/audit.md",
                "src/docs/check.md"
            })
    void everyFileThatADocumentLinksToIsThere(String document) throws IOException {
        Path path = Path.of(document);
        Path folder = path.toAbsolutePath().getParent();

        assertThat(LINK.matcher(Files.readString(path)).results().map(match -> folder.resolve(match.group(1))))
                .allSatisfy(linked -> assertThat(linked).exists());
    }

    @Test
    void thePathsOfAnEntryAreAsLongAsTheAuditorIsTold() throws IOException {
        Map<String, List<Step>> paths = AuditedPath.paths();

        assertThat(paths).containsOnlyKeys("a RELATIVE entry", "a RELR entry", "a symbolic entry");
        for (List<Step> steps : paths.values()) {
            assertThat(steps)
                    .allSatisfy(step -> assertThat(step.counted())
                            .as("%s: %s", step.file(), step.names())
                            .isEqualTo(step.stated()));
        }
        assertThat(AuditedPath.total(paths.get("a RELATIVE entry"))).isLessThanOrEqualTo(450);
        assertThat(AuditedPath.total(paths.get("a symbolic entry"))).isLessThanOrEqualTo(800);
    }
}
