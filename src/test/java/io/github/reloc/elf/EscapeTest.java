package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is expected is written with {@code ~} for a backslash. */
final class EscapeTest {
    private static void assertBytes(String expected, int... bytes) {
        StringBuilder name = new StringBuilder();
        for (int b : bytes) {
            name.append((char) b);
        }
        assertThat(Escape.bytes(name.toString())).isEqualTo(expected.replace('~', '\\'));
    }

    private static void assertCharacter(String expected, int codePoint) {
        String text = "a" + Character.toString(codePoint) + "b";
        String raw = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String escaped = "a" + expected.replace('~', '\\') + "b";
        assertThat(Escape.text(text)).isEqualTo(escaped);
        assertThat(Escape.bytes(raw)).isEqualTo(escaped);
    }

    @Test
    void printableAsciiIsKept() {
        for (int c = ' '; c <= 0x7d; c++) {
            assertCharacter(c == '\\' ? "~~" : Character.toString(c), c);
        }
        assertThat(Escape.text("~")).isEqualTo("~");
        assertThat(Escape.text("")).isEmpty();
    }

    @Test
    void otherScriptsAreKept() {
        for (String text : new String[] {"é", "ß", "λ", "и", "語", "🦀"}) {
            assertCharacter(text, text.codePointAt(0));
        }
    }

    @Test
    void controls() {
        assertCharacter("~u{0}", 0);
        assertCharacter("~u{a}", '\n');
        assertCharacter("~u{1b}", 0x1b);
        assertCharacter("~u{7f}", 0x7f);
        assertCharacter("~u{9b}", 0x9b);
    }

    @Test
    void bidirectionalControls() {
        for (int codePoint : new int[] {0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069}) {
            assertCharacter("~u{" + Integer.toHexString(codePoint) + "}", codePoint);
        }
    }

    @Test
    void charactersWithoutAShape() {
        for (int codePoint : new int[] {0xad, 0x200b, 0x2028, 0x2029, 0xfeff, 0xe000, 0xffff, 0xe0041, 0x10fffd}) {
            assertCharacter("~u{" + Integer.toHexString(codePoint) + "}", codePoint);
        }
    }

    @Test
    void halfACharacterOfTheCommandLine() {
        assertThat(Escape.text("a\ud800b")).isEqualTo("a\\u{d800}b");
        assertThat(Escape.text("\udc00")).isEqualTo("\\u{dc00}");
    }

    @Test
    void bytesThatBeginNothing() {
        assertBytes("a~x80~xbfb", 'a', 0x80, 0xbf, 'b');
        assertBytes("~xf8~xfe~xff", 0xf8, 0xfe, 0xff);
    }

    @Test
    void sequencesThatAreCutShort() {
        assertBytes("~xc3", 0xc3);
        assertBytes("~xc3A", 0xc3, 'A');
        assertBytes("~xe2~x82", 0xe2, 0x82);
        assertBytes("~xe2~x82A", 0xe2, 0x82, 'A');
        assertBytes("~xf0~x9f~xa6é", 0xf0, 0x9f, 0xa6, 0xc3, 0xa9);
    }

    @Test
    void overlongSequences() {
        assertBytes("~xc0~x80", 0xc0, 0x80);
        assertBytes("~xc1~x9b", 0xc1, 0x9b);
        assertBytes("~xe0~x80~x9b", 0xe0, 0x80, 0x9b);
        assertBytes("~xf0~x80~x80~x9b", 0xf0, 0x80, 0x80, 0x9b);
    }

    @Test
    void surrogatesAndWhatLiesPastUnicode() {
        assertBytes("~xed~xa0~x80", 0xed, 0xa0, 0x80);
        assertBytes("~xf4~x90~x80~x80", 0xf4, 0x90, 0x80, 0x80);
    }

    @Test
    void aBackslashCannotBeMistakenForAnEscape() {
        assertBytes("~~u{1b}~u{1b}", '\\', 'u', '{', '1', 'b', '}', 0x1b);
    }
}
