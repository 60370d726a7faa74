package io.github.reloc.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RuleTest {
    private static final String HEADING = "### ";

    @Test
    void namesStay() {
        assertThat(Arrays.stream(Rule.values()).map(Rule::id))
                .containsExactly(
                        "run-time-relocation",
                        "undefined-symbol",
                        "relocation-left",
                        "loader-skips",
                        "loader-refuses",
                        "loader-miscomputes",
                        "interpreter",
                        "needed-library",
                        "text-relocation",
                        "writable-executable-segment",
                        "executable-stack",
                        "mixed-page-permissions",
                        "executable-first-page",
                        "relocation-outside-tables",
                        "nothing-to-look-at",
                        "table-not-idempotent",
                        "overlapping-targets",
                        "unaligned-relr",
                        "narrow-field",
                        "wrong-relacount",
                        "no-relro",
                        "address-in-note",
                        "undefined-weak-symbol");
    }

    @Test
    void theGravestComeFirst() {
        assertThat(Rule.values()).isSortedAccordingTo(Comparator.comparing(Rule::severity));
    }

    @Test
    void eachRuleHasASectionInTheDocumentation() throws IOException {
        List<String> sections = Files.readAllLines(Path.of("src/docs/check.md")).stream()
                .filter(line -> line.startsWith(HEADING))
                .map(line -> line.substring(HEADING.length()))
                .toList();
        assertThat(sections)
                .containsExactlyElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::id).toList());
    }
}
