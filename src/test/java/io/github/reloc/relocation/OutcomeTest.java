package io.github.reloc.relocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.relocation.Outcome.Kind;
import io.github.reloc.relocation.RelocationType.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutcomeTest {
    private static boolean fits(Field field, long word) {
        return new Outcome(Kind.WORD, field, field.size(), word, false).fits();
    }

    @Test
    void anUnsignedFieldOf32Bits() {
        assertThat(fits(Field.WORD32, -1)).isFalse();
        assertThat(fits(Field.WORD32, 0)).isTrue();
        assertThat(fits(Field.WORD32, 0x7fff_ffffL)).isTrue();
        assertThat(fits(Field.WORD32, 0x8000_0000L)).isTrue();
        assertThat(fits(Field.WORD32, 0xffff_ffffL)).isTrue();
        assertThat(fits(Field.WORD32, 0x1_0000_0000L)).isFalse();
        assertThat(fits(Field.WORD32, Long.MAX_VALUE)).isFalse();
        assertThat(fits(Field.WORD32, Long.MIN_VALUE)).isFalse();
    }

    @Test
    void aSignedFieldOf32Bits() {
        assertThat(fits(Field.SIGNED_WORD32, Long.MIN_VALUE)).isFalse();
        assertThat(fits(Field.SIGNED_WORD32, -0x8000_0001L)).isFalse();
        assertThat(fits(Field.SIGNED_WORD32, -0x8000_0000L)).isTrue();
        assertThat(fits(Field.SIGNED_WORD32, -1)).isTrue();
        assertThat(fits(Field.SIGNED_WORD32, 0)).isTrue();
        assertThat(fits(Field.SIGNED_WORD32, 0x7fff_ffffL)).isTrue();
        assertThat(fits(Field.SIGNED_WORD32, 0x8000_0000L)).isFalse();
        assertThat(fits(Field.SIGNED_WORD32, 0xffff_ffffL)).isFalse();
        assertThat(fits(Field.SIGNED_WORD32, Long.MAX_VALUE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE})
    void aFieldOf64BitsHoldsEveryWord(long word) {
        assertThat(fits(Field.WORD64, word)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WORD")
    void allButOneKindHaveNoWord(Kind kind) {
        Outcome outcome = Outcome.without(kind, Field.WORD32, 4);

        assertThat(outcome.isWord()).isFalse();
        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.field()).isEqualTo(Field.WORD32);
        assertThat(outcome.fieldSize()).isEqualTo(4);
        assertThat(outcome.word()).isZero();
        assertThat(outcome.dependsOnBase()).isFalse();
        assertThat(outcome.fits()).isTrue();
    }

    @Test
    void aWord() {
        assertThat(new Outcome(Kind.WORD, Field.WORD64, 8, 0, false).isWord()).isTrue();
    }
}
