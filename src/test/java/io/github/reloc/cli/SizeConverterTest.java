package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class SizeConverterTest {
    private static long convert(String value) {
        return new SizeConverter().convert(value);
    }

    @Test
    void bytes() {
        assertThat(convert("0")).isEqualTo(0);
        assertThat(convert("4096")).isEqualTo(4096);
        assertThat(convert("0x1000")).isEqualTo(4096);
    }

    @Test
    void multiples() {
        assertThat(convert("1K")).isEqualTo(1024);
        assertThat(convert("3M")).isEqualTo(3145728);
        assertThat(convert("4G")).isEqualTo(4294967296L);
        assertThat(convert("0x10M")).isEqualTo(16777216);
        assertThat(convert("1_024K")).isEqualTo(1048576);
    }

    @Test
    void oneTebibyteIsTheMost() {
        assertThat(convert("1T")).isEqualTo(1099511627776L);
        assertThat(convert("1024G")).isEqualTo(1099511627776L);
        assertThat(convert("1099511627776")).isEqualTo(1099511627776L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2T", "1025G", "1099511627777", "0xffffffffffffffff", "18446744073709551615T"})
    void more(String value) {
        assertThatThrownBy(() -> convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + value + "' is more than 1T");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "1KB", "1k", "1 K", "-1K", "1.5G", "1KM", "KK"})
    void notASize(String value) {
        assertThatThrownBy(() -> convert(value)).isInstanceOf(TypeConversionException.class);
    }
}
