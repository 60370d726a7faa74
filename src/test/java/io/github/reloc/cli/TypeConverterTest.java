package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class TypeConverterTest {
    private static List<Integer> convert(String value) {
        return new TypeConverter().convert(value).numbers();
    }

    @Test
    void names() {
        assertThat(convert("R_X86_64_RELATIVE")).containsExactly(8);
        assertThat(convert("RELATIVE")).containsExactly(8);
        assertThat(convert("glob_dat")).containsExactly(6);
    }

    @Test
    void numbers() {
        assertThat(convert("0x63")).containsExactly(0x63);
        assertThat(convert("99")).containsExactly(99);
        assertThat(convert("0xffffffff")).containsExactly(-1);
    }

    /** R_X86_64_8, R_X86_64_16, R_X86_64_32 and R_X86_64_64 are types of their own. */
    @Test
    void whatIsANameAndANumberMeansBoth() {
        assertThat(convert("8")).containsExactly(14, 8);
        assertThat(convert("16")).containsExactly(12, 16);
        assertThat(convert("32")).containsExactly(10, 32);
        assertThat(convert("64")).containsExactly(1, 64);
        assertThat(convert("0x8")).containsExactly(8);
        assertThat(convert("R_X86_64_8")).containsExactly(14);
    }

    private static void assertRefused(String value, String suggestion) {
        assertThatThrownBy(() -> convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + value + "' is not a relocation type of x86-64" + suggestion);
    }

    @Test
    void neither() {
        for (String value : new String[] {"", "-1", "08", "\u0663", "frob", "x".repeat(100_000)}) {
            assertRefused(value, "");
        }
    }

    @Test
    void theNearestNameIsOffered() {
        assertRefused("RELATIV", "; did you mean 'RELATIVE'?");
        assertRefused("irelativ", "; did you mean 'IRELATIVE'?");
        assertRefused("R_X86_64_JMP_SLOT", "; did you mean 'R_X86_64_JUMP_SLOT'?");
        assertRefused("R_386_RELATIVE", "; did you mean 'R_X86_64_RELATIVE'?");
        assertRefused("\u017fize64", "; did you mean 'SIZE64'?");
    }

    @Test
    void aNumberOfMoreThan32Bits() {
        assertThatThrownBy(() -> convert("0x100000008"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'0x100000008' does not fit the 32 bits of a relocation type");
    }
}
