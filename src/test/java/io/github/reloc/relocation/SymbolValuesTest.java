package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_COPY;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import io.github.reloc.relocation.RelocationType.Needs;
import io.github.reloc.relocation.SymbolValues.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SymbolValuesTest {
    private static final long BIAS = 0x7f0000;
    private static final int PT_TLS = 7;

    /** st_info: binding in the upper 4 bits (1 global, 2 weak), type in the lower (2 function, 6 TLS, 10 IFUNC). */
    private static final int GLOBAL = 0x10;

    private static final int WEAK = 0x20;
    private static final int GLOBAL_TLS = 0x16;
    private static final int WEAK_TLS = 0x26;
    private static final int GLOBAL_IFUNC = 0x1a;

    private static final int UNDEFINED = 0;
    private static final int SECTION = 1;
    private static final int ABSOLUTE = 0xfff1;

    /** The first of the reserved section indices, SHN_LORESERVE. */
    private static final int RESERVED = 0xff00;

    /** What a formula takes of symbol 1. */
    private static @Nullable Value find(Needs needs, int info, int sectionIndex, Map<String, Long> given) {
        try (Program program =
                pie().symbol("name", info, sectionIndex, 0x180, 0x40).open()) {
            return new SymbolValues(program, BIAS, given).find(needs, 1);
        }
    }

    private static @Nullable Value address(int info, int sectionIndex) {
        return find(Needs.ADDRESS, info, sectionIndex, Map.of());
    }

    private static @Nullable Value size(int info, int sectionIndex) {
        return find(Needs.SIZE, info, sectionIndex, Map.of());
    }

    private static @Nullable Value tlsOffset(int info, int sectionIndex) {
        return find(Needs.TLS_OFFSET, info, sectionIndex, Map.of());
    }

    /** The start of a failure's message, about one entry at the start of the data segment. */
    private static String entry(String type) {
        return "RELA entry 0, R_X86_64_" + type + " at 0x10000: ";
    }

    private static void evaluate(PieBuilder pie, int type, int symbol) {
        Evaluated.at(BIAS, pie.header(PT_TLS, PF_R, 0, 0, 0, 8, 8).rela(DATA, type, symbol, 0));
    }

    // S

    @Test
    void theAddressOfADefinedSymbolMoves() {
        assertThat(address(GLOBAL, SECTION)).isEqualTo(new Value(0x7f0180, true));
        assertThat(address(WEAK, SECTION)).isEqualTo(new Value(0x7f0180, true));
    }

    @Test
    void anAbsoluteSymbolDoesNotMove() {
        assertThat(address(GLOBAL, ABSOLUTE)).isEqualTo(new Value(0x180, false));
        assertThat(address(WEAK, ABSOLUTE)).isEqualTo(new Value(0x180, false));
    }

    @Test
    void theLastSectionIndexThatIsNotReserved() {
        assertThat(address(GLOBAL, RESERVED - 1)).isEqualTo(new Value(0x7f0180, true));
    }

    @Test
    void anUndefinedWeakSymbolIs0() {
        assertThat(address(WEAK, UNDEFINED)).isEqualTo(new Value(0, false));
    }

    @Test
    void otherUndefinedSymbolsAreNotKnown() {
        assertThat(address(GLOBAL, UNDEFINED)).isNull();
        assertThat(address(0, UNDEFINED)).as("local").isNull();
        assertThat(address(GLOBAL_TLS, UNDEFINED)).isNull();
    }

    @Test
    void whatAnIndirectFunctionReturnsIsNotKnown() {
        assertThat(address(GLOBAL_IFUNC, SECTION)).isNull();
        assertThat(address(GLOBAL_IFUNC, ABSOLUTE)).isNull();
    }

    // Values from outside

    @Test
    void aGivenValueIsForUndefinedSymbols() {
        Map<String, Long> given = Map.of("name", 0x1234L);
        Value value = new Value(0x1234, false);

        assertThat(find(Needs.ADDRESS, GLOBAL, UNDEFINED, given)).isEqualTo(value);
        assertThat(find(Needs.ADDRESS, WEAK, UNDEFINED, given)).isEqualTo(value);
        assertThat(find(Needs.ADDRESS, GLOBAL, SECTION, given)).isEqualTo(new Value(0x7f0180, true));
        assertThat(find(Needs.SIZE, GLOBAL, UNDEFINED, given)).isNull();
        assertThat(find(Needs.TLS_OFFSET, GLOBAL_TLS, UNDEFINED, given)).isNull();
    }

    @Test
    void aGivenValueIsForItsNameAlone() {
        Map<String, Long> given = Map.of("nam", 1L, "name2", 2L, "", 3L);

        assertThat(find(Needs.ADDRESS, GLOBAL, UNDEFINED, given)).isNull();
        assertThat(find(Needs.ADDRESS, WEAK, UNDEFINED, given)).isEqualTo(new Value(0, false));
    }

    /** {@code name@VERSION}, by a DT_VERSYM that says 2 of symbol 1, and a DT_VERNEED that has 2. */
    private static PieBuilder versioned() {
        return pie().symbol("name", GLOBAL, UNDEFINED, 0, 0)
                .symbol("other", GLOBAL, UNDEFINED, 0, 0)
                .string("VERSION") // at 1 + 5 + 6
                .tag(0x6ffffff0L, DATA + 0x100)
                .word16(DATA + 0x100, 0, 2, 1)
                .tag(0x6ffffffeL, DATA + 0x200)
                .tag(0x6fffffffL, 1)
                .word16(DATA + 0x200, 1, 1) // vn_version, vn_cnt
                .word32(DATA + 0x204, 1, 16, 0) // vn_file, vn_aux, vn_next
                .word32(DATA + 0x210, 0) // vna_hash
                .word16(DATA + 0x214, 0, 2) // vna_flags, vna_other
                .word32(DATA + 0x218, 12, 0); // vna_name, vna_next
    }

    @Test
    void aNameCanBeGivenWithItsVersion() {
        try (Program program = versioned().open()) {
            SymbolValues symbols =
                    new SymbolValues(program, BIAS, Map.of("name@VERSION", 0x1234L, "other@VERSION", 0x5678L));

            assertThat(symbols.name(1)).isEqualTo("name@VERSION");
            assertThat(symbols.find(Needs.ADDRESS, 1)).isEqualTo(new Value(0x1234, false));
            assertThat(symbols.find(Needs.ADDRESS, 2)).isNull();
            assertThat(symbols.unused()).containsExactly("other@VERSION");
        }
    }

    @Test
    void aNameCanBeGivenWithoutItsVersion() {
        try (Program program = versioned().open()) {
            SymbolValues symbols = new SymbolValues(program, BIAS, Map.of("name", 0x1234L));

            assertThat(symbols.find(Needs.ADDRESS, 1)).isEqualTo(new Value(0x1234, false));
            assertThat(symbols.unused()).isEmpty();
        }
    }

    @Test
    void aGivenNameIsUnusedUntilItsAddressIsAskedFor() {
        PieBuilder pie = pie().symbol("undefined", GLOBAL, UNDEFINED, 0, 0)
                .symbol("weak", WEAK, UNDEFINED, 0, 0)
                .symbol("defined", GLOBAL, SECTION, 0, 0);
        try (Program program = pie.open()) {
            SymbolValues symbols =
                    new SymbolValues(program, BIAS, Map.of("undefined", 1L, "weak", 2L, "defined", 3L, "none", 4L));
            assertThat(symbols.unused()).containsExactlyInAnyOrder("undefined", "weak", "defined", "none");

            symbols.find(Needs.ADDRESS, 1);
            symbols.find(Needs.SIZE, 2);
            symbols.find(Needs.ADDRESS, 3);
            assertThat(symbols.unused()).containsExactlyInAnyOrder("weak", "defined", "none");

            symbols.find(Needs.ADDRESS, 2);
            assertThat(symbols.unused()).containsExactlyInAnyOrder("defined", "none");
        }
    }

    // Z

    @Test
    void theSizeOfADefinedSymbolIsKnown() {
        assertThat(size(GLOBAL, SECTION)).isEqualTo(new Value(0x40, false));
        assertThat(size(GLOBAL, ABSOLUTE)).isEqualTo(new Value(0x40, false));
        assertThat(size(GLOBAL_TLS, SECTION)).isEqualTo(new Value(0x40, false));
        assertThat(size(GLOBAL_IFUNC, SECTION)).isEqualTo(new Value(0x40, false));
    }

    @Test
    void theSizeOfAnUndefinedSymbolIsNotKnown() {
        assertThat(size(GLOBAL, UNDEFINED)).isNull();
        assertThat(size(WEAK, UNDEFINED)).isNull();
    }

    // The offset in the TLS block

    @Test
    void theOffsetOfAThreadLocalSymbolIsItsValue() {
        assertThat(tlsOffset(GLOBAL_TLS, SECTION)).isEqualTo(new Value(0x180, false));
        assertThat(tlsOffset(WEAK_TLS, SECTION)).isEqualTo(new Value(0x180, false));
    }

    @Test
    void theOffsetOfAnUndefinedSymbolIsNotKnown() {
        assertThat(tlsOffset(GLOBAL_TLS, UNDEFINED)).isNull();
        assertThat(tlsOffset(WEAK_TLS, UNDEFINED)).isNull();
        assertThat(tlsOffset(GLOBAL, UNDEFINED)).isNull();
    }

    @Test
    void symbol0IsTheStartOfTheTlsBlockEvenWithoutSymbols() {
        try (Program program = pie().open()) {
            assertThat(new SymbolValues(program, BIAS, Map.of()).find(Needs.TLS_OFFSET, 0))
                    .isEqualTo(new Value(0, false));
        }
    }

    // Nothing

    @Test
    void whoNeedsNothingIsToldNothingOfAnySymbol() {
        try (Program program = pie().open()) {
            SymbolValues symbols = new SymbolValues(program, BIAS, Map.of());

            assertThat(symbols.find(Needs.NOTHING, 0)).isEqualTo(new Value(0, false));
            assertThat(symbols.find(Needs.NOTHING, 77)).isEqualTo(new Value(0, false));
        }
    }

    // Failures

    @Test
    void symbol0HasNoAddressAndNoSize() {
        String fault = "it names symbol 0, on whose value loaders disagree (file offset 0x400)";

        assertUnsupported(entry("64 (1)") + fault, () -> evaluate(pie().symbols(), R_X86_64_64, 0));
        assertUnsupported(entry("64 (1)") + fault, () -> evaluate(pie(), R_X86_64_64, 0));
        assertUnsupported(entry("SIZE64 (33)") + fault, () -> evaluate(pie().symbols(), R_X86_64_SIZE64, 0));
        assertUnsupported(entry("COPY (5)") + fault, () -> evaluate(pie().symbols(), R_X86_64_COPY, 0));
    }

    @Test
    void withoutASymbolTable() {
        String fault = "it names a symbol, and there is no DT_SYMTAB (file offset 0x400)";

        assertMalformed(entry("64 (1)") + fault, () -> evaluate(pie(), R_X86_64_64, 1));
        assertMalformed(entry("SIZE64 (33)") + fault, () -> evaluate(pie(), R_X86_64_SIZE64, 1));
        assertMalformed(entry("TPOFF64 (18)") + fault, () -> evaluate(pie(), R_X86_64_TPOFF64, 1));
        assertMalformed(entry("COPY (5)") + fault, () -> evaluate(pie(), R_X86_64_COPY, 1));
    }

    @Test
    void aSymbolPastTheEnd() {
        PieBuilder pie = pie().symbol("name", GLOBAL, SECTION, 0, 0);

        assertMalformed(
                entry("64 (1)")
                        + "symbol index 2 is past the end of DT_SYMTAB, which has 2 symbols (file offset 0x400)",
                () -> evaluate(pie, R_X86_64_64, 2));
    }

    @Test
    void aSymbolIndexIsUnsigned() {
        assertMalformed(
                entry("SIZE64 (33)")
                        + "symbol index 4294967295 is past the end of DT_SYMTAB, which has 1 symbols (file offset 0x400)",
                () -> evaluate(pie().symbols(), R_X86_64_SIZE64, -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {RESERVED, ABSOLUTE - 1, ABSOLUTE + 1, 0xffff})
    void aReservedSectionIndex(int sectionIndex) {
        String fault = "symbol name has the reserved section index 0x" + Integer.toHexString(sectionIndex)
                + " (file offset 0x400)";
        assertUnsupported(
                entry("64 (1)") + fault,
                () -> evaluate(pie().symbol("name", GLOBAL, sectionIndex, 0, 0), R_X86_64_64, 1));
        assertUnsupported(
                entry("SIZE64 (33)") + fault,
                () -> evaluate(pie().symbol("name", GLOBAL, sectionIndex, 0, 0), R_X86_64_SIZE64, 1));
        assertUnsupported(
                entry("TPOFF64 (18)") + fault,
                () -> evaluate(pie().symbol("name", GLOBAL_TLS, sectionIndex, 0, 0), R_X86_64_TPOFF64, 1));
    }

    @Test
    void aThreadLocalSymbolHasNoAddress() {
        assertUnsupported(
                entry("64 (1)") + "symbol name is thread-local and has no address (file offset 0x400)",
                () -> evaluate(pie().symbol("name", GLOBAL_TLS, SECTION, 0, 0), R_X86_64_64, 1));
    }

    @Test
    void aSymbolThatIsNotThreadLocalHasNoOffset() {
        assertMalformed(
                entry("TPOFF64 (18)") + "symbol name is not thread-local (file offset 0x400)",
                () -> evaluate(pie().symbol("name", GLOBAL, SECTION, 0, 0), R_X86_64_TPOFF64, 1));
        assertMalformed(
                entry("TPOFF64 (18)") + "symbol name is not thread-local (file offset 0x400)",
                () -> evaluate(pie().symbol("name", GLOBAL, ABSOLUTE, 0, 0), R_X86_64_TPOFF64, 1));
    }

    @Test
    void aSymbolWithoutANameIsNamedByItsNumber() {
        assertUnsupported(
                entry("64 (1)") + "symbol <symbol 1> is thread-local and has no address (file offset 0x400)",
                () -> evaluate(pie().symbol("", GLOBAL_TLS, SECTION, 0, 0), R_X86_64_64, 1));
    }
}
