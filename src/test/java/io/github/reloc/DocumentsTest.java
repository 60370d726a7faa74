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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of the code is so. */
final class DocumentsTest {
    /** A name of a class, as prose has it: {@code InputFile}, {@code ReadelfTest}. */
    private static final Pattern CLASS_NAME = Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)+\\b");

    /** A link to a file beside the document. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]+)\\)");

    private static Set<String> classNames() throws IOException {
        try (Stream<Path> files = Stream.concat(Files.walk(Path.of("src/main")), Files.walk(Path.of("src/test/java")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/docs/architecture.md", "src/docs/audit.md"})
    void everyClassThatADocumentNamesIsThere(String document) throws IOException {
        String text = Files.readString(Path.of(document));

        assertThat(CLASS_NAME.matcher(text).results().map(match -> match.group()))
                .hasSizeGreaterThan(20)
                .isSubsetOf(classNames());
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
            assertThat(steps).allSatisfy(step -> assertThat(step.counted())
                    .as("%s: %s", step.file(), step.names())
                    .isEqualTo(step.stated()));
        }
        assertThat(AuditedPath.total(paths.get("a RELATIVE entry"))).isLessThanOrEqualTo(450);
        assertThat(AuditedPath.total(paths.get("a symbolic entry"))).isLessThanOrEqualTo(800);
    }
}
