package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
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

    /** Two names that look the same would be told apart by nobody. */
    @Test
    void charactersThatAreIgnoredWhereTheyAreNotKnown() {
        for (int codePoint : new int[] {0x34f, 0x115f, 0x180b, 0x180e, 0x3164, 0xfe0f, 0xfff8, 0xe0100}) {
            assertCharacter("~u{" + Integer.toHexString(codePoint) + "}", codePoint);
        }
    }

    @Test
    void noncharacters() {
        for (int codePoint : new int[] {0xfdd0, 0xfdef, 0xfffe, 0x1ffff, 0x8fffe, 0xdffff}) {
            assertCharacter("~u{" + Integer.toHexString(codePoint) + "}", codePoint);
        }
    }

    /** Java 17 knows Unicode 13, and Java 25 knows Unicode 16. */
    @Test
    void charactersThatAVirtualMachineDoesNotKnowAreKept() {
        assertCharacter("\ud83e\udee8", 0x1fae8); // Unicode 15: shaking face
        assertCharacter("\ud83e\udee9", 0x1fae9); // Unicode 16: face with bags under eyes
        assertCharacter("\ud83e\udeff", 0x1faff); // not assigned in Unicode 16
    }

    @Test
    void rangesEndWhereTheyEnd() {
        for (int codePoint : new int[] {
            0xa0, 0xac, 0xae, 0x34e, 0x350, 0x5ff, 0x606, 0x61b, 0x1161, 0x180a, 0x1810, 0x200a, 0x2010, 0x2027, 0x202f,
            0x205f, 0x2070, 0xd7ff, 0xf900, 0xfdcf, 0xfdf0, 0xfe10, 0xffef, 0xfffc, 0xfffd, 0x13440, 0x1d17b, 0xdfffd
        }) {
            assertCharacter(Character.toString(codePoint), codePoint);
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

    /** Of each length the first and the last character. */
    @Test
    void whatHasUtf8() {
        assertBytes("~u{80}", 0xc2, 0x80);
        assertBytes("\u07ff", 0xdf, 0xbf);
        assertBytes("\u0800", 0xe0, 0xa0, 0x80);
        assertBytes("\ud7ff", 0xed, 0x9f, 0xbf);
        assertBytes("~u{ffff}", 0xef, 0xbf, 0xbf);
        assertBytes("\ud800\udc00", 0xf0, 0x90, 0x80, 0x80);
        assertBytes("~u{10ffff}", 0xf4, 0x8f, 0xbf, 0xbf);
    }

    /** An exception for each takes five thousand times as long, and 500 bytes. */
    @Test
    void byteThatIsNotUtf8TakesNoMoreThanItsEscape() {
        String name = "\u00ff".repeat(4096);
        Escape.bytes(name);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getThreadAllocatedBytes(Thread.currentThread().getId());

        String escaped = Escape.bytes(name);

        assertThat(thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                .isLessThan(16 * 4096);
        assertThat(escaped).isEqualTo("\\xff".repeat(4096));
    }

    private static void assertLine(String expected, String text) {
        assertThat(Escape.line(text.replace('~', '\\'))).isEqualTo(expected.replace('~', '\\'));
    }

    @Test
    void lineKeepsWhatIsEscapedAndEscapesTheRest() {
        assertLine("a~~b~u{1b}~xff", "a~~b~u{1b}~xff");
        assertLine("a~u{1b}[31m~u{a}é~~", "a\u001b[31m\né~~");
    }

    private static void assertShort(String expected, String escaped, int maxLength) {
        assertThat(Escape.shorten(escaped.replace('~', '\\'), maxLength)).isEqualTo(expected.replace('~', '\\'));
    }

    @Test
    void middleOfALongNameIsLeftOut() {
        assertShort("abcdefghijk", "abcdefghijk", 11);
        assertShort("abc...ijk", "abcdefghijk", 9);
        assertShort("abc...ijk", "abcdefghijk", 10);
    }

    @Test
    void noEscapeIsCut() {
        assertShort("ab...ij", "ab~xffefgh~u{1}ij", 9);
        assertShort("ab...yz", "ab~u{10ffff}cdefghijklm~u{10ffff}yz", 15);
        assertShort("a~~...~~z", "a~~bcdefghijk~~z", 9);
        assertShort("a...z", "a~~bcdefghijk~~z", 7);
    }

    @Test
    void noCharacterIsCut() {
        assertShort("a...b", "a\ud83e\udd80cdefghijk\ud83e\udd80b", 7);
    }

    /** What is no escape is no trap either. */
    @Test
    void backslashWithoutItsEscape() {
        assertShort("a...~", "abcdefghijk~", 5);
        assertThat(Escape.shorten("\\u{".repeat(100), 9)).hasSizeBetween(3, 9).contains("...");
    }
}
