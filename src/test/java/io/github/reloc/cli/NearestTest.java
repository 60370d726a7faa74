package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NearestTest {
    private static final List<String> NAMES =
            List.of("apply", "verify", "-b", "--base", "--max-size", "--map", "-q", "--quiet", "rel", "rela");

    /** A letter is missing, added, wrong, or two are swapped. */
    @ParameterizedTest
    @CsvSource({
        "aply, apply",
        "appply, apply",
        "appky, apply",
        "appyl, apply",
        "vreify, verify",
        "verfy, verify",
        "--bse, --base",
        "--quite, --quiet",
        "--max-siez, --max-size",
        "--mxa-szie, --max-size",
        "rell, rel",
    })
    void mistakes(String word, String meant) {
        assertThat(Nearest.of(word, NAMES)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"APPLY, apply", "-base, --base", "---base, --base", "--b, -b", "-Q, -q", "--apply, apply"})
    void caseAndDashesDoNotMatter(String word, String meant) {
        assertThat(Nearest.of(word, NAMES)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"ver, verify", "--ba, --base", "--max, --max-size", "--max-, --max-size", "qu, --quiet"})
    void beginnings(String word, String meant) {
        assertThat(Nearest.of(word, NAMES)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x",
                "-x",
                "ab",
                "frob",
                "--ma",
                "aaply-base",
                "vrfy",
                "--mpa-szie",
                "re",
                "verification",
                "list"
            })
    void nothingNear(String word) {
        assertThat(Nearest.of(word, NAMES)).isNull();
    }

    /** Arguments can be as long as the system lets them. */
    @Test
    void longWords() {
        assertThat(Nearest.of("apply".repeat(100_000), NAMES)).isNull();
    }
}
