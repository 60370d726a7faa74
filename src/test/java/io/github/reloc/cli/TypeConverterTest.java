package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class TypeConverterTest {
    private static int convert(String value) {
        return new TypeConverter().convert(value);
    }

    @Test
    void names() {
        assertThat(convert("R_X86_64_RELATIVE")).isEqualTo(8);
        assertThat(convert("RELATIVE")).isEqualTo(8);
        assertThat(convert("glob_dat")).isEqualTo(6);
    }

    @Test
    void numbers() {
        assertThat(convert("0x63")).isEqualTo(0x63);
        assertThat(convert("99")).isEqualTo(99);
        assertThat(convert("0xffffffff")).isEqualTo(-1);
    }

    @Test
    void namesThatLookLikeNumbers() {
        assertThat(convert("64")).as("R_X86_64_64").isEqualTo(1);
        assertThat(convert("32")).as("R_X86_64_32").isEqualTo(10);
        assertThat(convert("0x40")).isEqualTo(64);
    }

    @Test
    void neither() {
        for (String value : new String[] {"R_386_RELATIVE", "", "-1", "08", "\u017fize64", "\u0663"}) {
            assertThatThrownBy(() -> convert(value))
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessage("'" + value + "' is not a relocation type of x86-64");
        }
    }

    @Test
    void aNumberOfMoreThan32Bits() {
        assertThatThrownBy(() -> convert("0x100000008"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'0x100000008' does not fit the 32 bits of a relocation type");
    }
}
