package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.reloc.relocation.TableRule;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class ChoiceConverterTest {
    private final ChoiceConverter<TableRule> converter =
            new ChoiceConverter<>(new TableRule[] {TableRule.SAFE, TableRule.KEEP});

    @Test
    void inAnyCase() {
        assertThat(converter.convert("safe")).isEqualTo(TableRule.SAFE);
        assertThat(converter.convert("KEEP")).isEqualTo(TableRule.KEEP);
        assertThat(converter.convert("Keep")).isEqualTo(TableRule.KEEP);
    }

    /** The last two have a long s and a Kelvin sign, whose upper and lower case are S and k. */
    @Test
    void noneOfThem() {
        for (String value : new String[] {"trim", "", "x", "a safe"}) {
            assertRefused(value, "");
        }
        for (String value : new String[] {"saf", "saef", "safe ", "\u017fafe"}) {
            assertRefused(value, "; did you mean 'safe'?");
        }
        assertRefused("ke", "; did you mean 'keep'?");
        assertRefused("\u212aeep", "; did you mean 'keep'?");
    }

    private void assertRefused(String value, String suggestion) {
        assertThatThrownBy(() -> converter.convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + value + "' is not one of safe, keep" + suggestion);
    }
}
