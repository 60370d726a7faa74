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
        for (String value : new String[] {"trim", "", "saf", "safe ", "\u017fafe", "\u212aeep"}) {
            assertThatThrownBy(() -> converter.convert(value))
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessage("'" + value + "' is none of safe, keep");
        }
    }
}
