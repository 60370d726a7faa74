package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class AddressConverterTest {
    private static void assertRefused(String message, String value) {
        assertThatThrownBy(() -> new AddressConverter().convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage(message);
    }

    @Test
    void hexadecimalAfter0x() {
        assertThat(AddressConverter.parse("0x7f0000")).isEqualTo(0x7f0000);
        assertThat(AddressConverter.parse("0X7F0000")).isEqualTo(0x7f0000);
        assertThat(AddressConverter.parse("0xAbCdEf")).isEqualTo(0xabcdef);
        assertThat(AddressConverter.parse("0x0")).isEqualTo(0);
    }

    @Test
    void decimalElse() {
        assertThat(AddressConverter.parse("0")).isEqualTo(0);
        assertThat(AddressConverter.parse("4096")).isEqualTo(0x1000);
    }

    @Test
    void all64Bits() {
        assertThat(AddressConverter.parse("0xffffffffffffffff")).isEqualTo(-1);
        assertThat(AddressConverter.parse("0xffff_8000_0000_0000")).isEqualTo(-0x800000000000L);
        assertThat(AddressConverter.parse("18446744073709551615")).isEqualTo(-1);
        assertThat(AddressConverter.parse("9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void zerosAfter0xAreFine() {
        assertThat(AddressConverter.parse("0x0000000000000000001000")).isEqualTo(0x1000);
    }

    @Test
    void moreThan64Bits() {
        assertRefused("'0x10000000000000000' does not fit 64 bits", "0x10000000000000000");
        assertRefused("'18446744073709551616' does not fit 64 bits", "18446744073709551616");
    }

    @Test
    void underscoresBetweenDigits() {
        assertThat(AddressConverter.parse("0x7f_0000")).isEqualTo(0x7f0000);
        assertThat(AddressConverter.parse("8_323_072")).isEqualTo(0x7f0000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_1", "1_", "1__0", "0x_1", "0x1_", "0_x1", "_", "0x_"})
    void underscoresElsewhere(String value) {
        assertRefused("'" + value + "' is not an address, as 0x7f0000 or 8323072 would be", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"010", "00", "0_1", "08"})
    void leadingZero(String value) {
        assertRefused(
                "'" + value + "' has a leading zero; write hexadecimal with 0x and decimal without zeros before it",
                value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+1", "0x-1", "-0x1000", "0x+1"})
    void sign(String value) {
        assertRefused("'" + value + "' is not an address, as 0x7f0000 or 8323072 would be", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " 1", "1 ", "0x 1", "1 000", "\u00a01"})
    void blank(String value) {
        assertRefused("'" + value + "' is not an address, as 0x7f0000 or 8323072 would be", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x", "0X", "0xg", "0x1.8", "0x1000h", "1000h", "0o7", "x10"})
    void notANumber(String value) {
        assertRefused("'" + value + "' is not an address, as 0x7f0000 or 8323072 would be", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7f0000", "7F0000", "7f_0000", "007f0000", "ff", "1e3"})
    void hexadecimalWithout0x(String value) {
        assertRefused("'" + value + "' is not an address; did you mean '0x" + value + "'?", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"٤٠٩٦", "４０９６", "0xａ"})
    void digitsOfOtherScripts(String value) {
        assertRefused("'" + value + "' is not an address, as 0x7f0000 or 8323072 would be", value);
    }
}
