package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An argument is altered if its bytes cannot be had back. */
final class GivenArgumentsTest {
    /** The bytes of a line are the chars of a string; a bar ends an argument. */
    private static String firstAltered(String line, Charset encoding, String... args) {
        byte[] bytes = line.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
        return String.valueOf(GivenArguments.firstAltered(args, bytes, encoding));
    }

    @Test
    void bytesThatTheEncodingKnows() {
        assertThat(firstAltered("java|Main|-|\u00c3\u00a9|", StandardCharsets.UTF_8, "-", "\u00e9"))
                .isEqualTo("null");
        assertThat(firstAltered("java|Main|\u00e9|", StandardCharsets.ISO_8859_1, "\u00e9"))
                .isEqualTo("null");
        assertThat(firstAltered("java|Main|", StandardCharsets.UTF_8)).isEqualTo("null");
    }

    @Test
    void emptyArguments() {
        assertThat(firstAltered("java|Main||a||", StandardCharsets.UTF_8, "", "a", ""))
                .isEqualTo("null");
    }

    /** A name may hold what stands for bytes that are unknown. */
    @Test
    void charactersThatStandForOthersMayBeMeant() {
        assertThat(firstAltered("java|\u00ef\u00bf\u00bd|", StandardCharsets.UTF_8, "\ufffd"))
                .isEqualTo("null");
        assertThat(firstAltered("java|what?|", StandardCharsets.US_ASCII, "what?"))
                .isEqualTo("null");
    }

    @Test
    void bytesThatTheEncodingDoesNotKnow() {
        assertThat(firstAltered("java|a|ou\u00ff.img|", StandardCharsets.UTF_8, "a", "ou\ufffd.img"))
                .isEqualTo("ou\ufffd.img");
        assertThat(firstAltered("java|\u00c3\u00a9|", StandardCharsets.US_ASCII, "??"))
                .isEqualTo("??");
    }

    @ParameterizedTest
    @CsvSource({"a b, 0", "a \ufffd, 1"})
    void withoutACommandLine(String arguments, int altered) {
        assertThat(
                        firstAltered("", StandardCharsets.UTF_8, arguments.split(" "))
                                        .equals("null")
                                ? 0
                                : 1)
                .isEqualTo(altered);
    }
}
