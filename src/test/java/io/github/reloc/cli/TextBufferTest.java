package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextBufferTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TextBuffer buffer = new TextBuffer(out);

    private void assertWritten(String expected) throws IOException {
        buffer.flush();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    @Test
    void anAddressHas16Digits() throws IOException {
        buffer.address(0).text(" ").address(0x1234).text(" ").address(-1);

        assertWritten("0x0000000000000000 0x0000000000001234 0xffffffffffffffff");
    }

    @Test
    void aNumberHasTheDigitsItTakes() throws IOException {
        buffer.number(0).text(" ").number(0xf).text(" ").number(0x10).text(" ").number(-1);

        assertWritten("0x0 0xf 0x10 0xffffffffffffffff");
    }

    /** Each number of digits, with each digit in each place. */
    @Test
    void everyDigitInEveryPlace() throws IOException {
        StringBuilder expected = new StringBuilder();
        for (int place = 0; place < 64; place += 4) {
            for (long digit = 1; digit < 16; digit++) {
                long value = digit << place | (0x0123456789abcdefL & ((1L << place) - 1));
                buffer.number(value).address(value).newLine();
                expected.append("0x").append(Long.toHexString(value));
                expected.append(String.format("0x%016x", value)).append('\n');
            }
        }

        assertWritten(expected.toString());
    }

    @Test
    void aColumnIsCountedFromTheStartOfTheLine() throws IOException {
        buffer.text("ab").column(6).text("c").newLine();
        buffer.text("abcd").column(6).text("c");

        assertWritten("ab    c\nabcd  c");
    }

    @Test
    void twoBlanksAtLeastBeforeAColumn() throws IOException {
        buffer.text("abcde").column(6).text("f").column(3).text("g");

        assertWritten("abcde  f  g");
    }

    @Test
    void otherScriptsAreEncoded() throws IOException {
        buffer.text("é").text("abc語").text("🦀");

        assertWritten("éabc語🦀");
    }

    @Test
    void aTextThatIsLargerThanTheBuffer() throws IOException {
        String large = "0123456789".repeat(20_000);
        buffer.text("a").text(large).text("é" + large);

        assertWritten("a" + large + "é" + large);
    }

    @Test
    void manyLinesAreHandedOnNowAndThen() throws IOException {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            buffer.text("line").column(8).number(i).newLine();
            expected.append("line    0x").append(Integer.toHexString(i)).append('\n');
        }

        assertThat(out.size()).isGreaterThan(0);
        assertWritten(expected.toString());
    }

    @Test
    void aLineThatBeginsAfterAFlush() throws IOException {
        buffer.text("abc").newLine();
        buffer.flush();
        buffer.text("ab").column(4).text("c");

        assertWritten("abc\nab  c");
    }

    @Test
    void columnsAreRightAfterAFlush() throws IOException {
        buffer.text("x".repeat(40_000)).newLine();
        buffer.text("ab").column(4).text("c");

        assertWritten("x".repeat(40_000) + "\nab  c");
    }
}
