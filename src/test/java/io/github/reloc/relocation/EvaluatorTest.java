package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_COPY;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPMOD64;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_PC32;
import static io.github.reloc.RelocationTypes.R_X86_64_PC64;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static io.github.reloc.RelocationTypes.R_X86_64_TLSDESC;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.relocation.Outcome.Kind;
import io.github.reloc.relocation.RelocationType.Field;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has no word, and what has one because of its symbol; the formulas are those of FormulasTest. */
final class EvaluatorTest {
    private static final long BASE = 0x7f0000;
    private static final int PT_TLS = 7;

    private static final int GLOBAL = 0x10;
    private static final int WEAK = 0x20;
    private static final int GLOBAL_TLS = 0x16;
    private static final int GLOBAL_IFUNC = 0x1a;

    private static Outcome without(Kind kind, Field field, long fieldSize) {
        return new Outcome(kind, field, fieldSize, 0, false);
    }

    private static Outcome evaluate(PieBuilder pie, int type, int symbol, long addend) {
        return evaluate(pie, type, symbol, addend, Map.of());
    }

    private static Outcome evaluate(PieBuilder pie, int type, int symbol, long addend, Map<String, Long> values) {
        return Evaluated.at(BASE, pie.rela(DATA + 8, type, symbol, addend), values)
                .get(0);
    }

    @Test
    void noneIsNothingWithoutALookAtItsSymbolAndPlace() {
        Outcome nothing = without(Kind.NOTHING, Field.NONE, 0);

        assertThat(evaluate(pie(), R_X86_64_NONE, 99, 5)).isEqualTo(nothing);
        assertThat(Evaluated.at(BASE, pie().rela(-1, R_X86_64_NONE, 0, 0))).containsExactly(nothing);
    }

    @Test
    void whatOnlyRunTimeKnows() {
        PieBuilder pie = pie().symbol("copied", GLOBAL, 0, 0, 0x20);

        assertThat(evaluate(pie, R_X86_64_COPY, 1, 0)).isEqualTo(without(Kind.RUN_TIME, Field.SYMBOL, 0x20));
        assertThat(evaluate(pie(), R_X86_64_TLSDESC, 0, 0)).isEqualTo(without(Kind.RUN_TIME, Field.DESCRIPTOR, 16));
        assertThat(evaluate(pie(), R_X86_64_TLSDESC, 99, 0)).isEqualTo(without(Kind.RUN_TIME, Field.DESCRIPTOR, 16));
        assertThat(evaluate(pie(), R_X86_64_IRELATIVE, 99, 0x180)).isEqualTo(without(Kind.RUN_TIME, Field.WORD64, 8));
    }

    @Test
    void anIndirectFunctionNeedsRunTime() {
        PieBuilder pie = pie().symbol("chosen", GLOBAL_IFUNC, 1, 0x180, 0);

        assertThat(evaluate(pie, R_X86_64_64, 1, 0)).isEqualTo(without(Kind.RUN_TIME, Field.WORD64, 8));
    }

    @Test
    void aSymbolThatTheFileDoesNotDefine() {
        PieBuilder pie = pie().header(PT_TLS, PF_R, 0, 0, 0, 8, 8)
                .symbol("gone", GLOBAL, 0, 0, 0)
                .symbol("local", GLOBAL_TLS, 0, 0, 0)
                .symbol("ifunc", GLOBAL_IFUNC, 0, 0, 0)
                .rela(DATA, R_X86_64_64, 1, 0)
                .rela(DATA, R_X86_64_32, 1, 0)
                .rela(DATA, R_X86_64_PC32, 1, 0)
                .rela(DATA, R_X86_64_SIZE64, 1, 0)
                .rela(DATA, R_X86_64_DTPMOD64, 2, 0)
                .rela(DATA, R_X86_64_GLOB_DAT, 3, 0);

        assertThat(Evaluated.at(BASE, pie))
                .containsExactly(
                        without(Kind.UNDEFINED, Field.WORD64, 8),
                        without(Kind.UNDEFINED, Field.WORD32, 4),
                        without(Kind.UNDEFINED, Field.SIGNED_WORD32, 4),
                        without(Kind.UNDEFINED, Field.WORD64, 8),
                        without(Kind.UNDEFINED, Field.WORD64, 8),
                        without(Kind.UNDEFINED, Field.WORD64, 8));
    }

    @Test
    void anUndefinedWeakSymbolDoesNotMoveButThePlaceDoes() {
        PieBuilder pie = pie().symbol("weak", WEAK, 0, 0, 0)
                .rela(DATA + 8, R_X86_64_64, 1, 5)
                .rela(DATA + 8, R_X86_64_PC64, 1, 5);

        assertThat(Evaluated.at(BASE, pie))
                .containsExactly(
                        new Outcome(Kind.WORD, Field.WORD64, 8, 5, false),
                        new Outcome(Kind.WORD, Field.WORD64, 8, 5 - 0x800008L, true));
    }

    @Test
    void aGivenValueDoesNotMoveButThePlaceDoes() {
        PieBuilder pie = pie().symbol("gone", GLOBAL, 0, 0, 0)
                .rela(DATA + 8, R_X86_64_64, 1, 5)
                .rela(DATA + 8, R_X86_64_PC64, 1, 5);

        assertThat(Evaluated.at(BASE, pie, Map.of("gone", 0x1000L)))
                .containsExactly(
                        new Outcome(Kind.WORD, Field.WORD64, 8, 0x1005, false),
                        new Outcome(Kind.WORD, Field.WORD64, 8, 0x1005 - 0x800008L, true));
    }

    /** The size of a place that is a copy comes from its symbol, so the symbol goes first. */
    @Test
    void theSymbolOfACopyGoesBeforeItsPlace() {
        assertMalformed(
                "RELA entry 0, R_X86_64_COPY (5) at 0x8000: it names a symbol, and there is no DT_SYMTAB"
                        + " (file offset 0x400)",
                () -> Evaluated.at(BASE, pie().rela(0x8000, R_X86_64_COPY, 1, 0)));
    }

    @Test
    void thePlaceGoesBeforeTheSymbol() {
        assertMalformed(
                "RELA entry 0, R_X86_64_64 (1) at 0x8000: its place lies outside the memory of any one PT_LOAD"
                        + " (file offset 0x400)",
                () -> Evaluated.at(BASE, pie().rela(0x8000, R_X86_64_64, 1, 0)));
    }

    @Test
    void theSymbolGoesBeforeTheTlsBlock() {
        assertMalformed(
                "RELA entry 0, R_X86_64_DTPMOD64 (16) at 0x10008: symbol name is not thread-local (file offset 0x400)",
                () -> evaluate(pie().symbol("name", GLOBAL, 1, 0, 0), R_X86_64_DTPMOD64, 1, 0));
    }
}
