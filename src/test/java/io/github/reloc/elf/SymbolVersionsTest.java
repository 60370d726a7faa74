package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

/**
 * Symbol 1, {@code foo}, is defined, symbol 2, {@code bar}, is not; the strings {@code V1}, {@code V2} and {@code V3}
 * are at offsets 9, 12 and 15. The version tables lie in the data segment.
 */
final class SymbolVersionsTest {
    private static final long VERSYM = DATA;
    private static final long VERDEF = DATA + 0x100;
    private static final long VERNEED = DATA + 0x200;
    private static final int V1 = 9;
    private static final int V2 = 12;
    private static final int V3 = 15;

    private static PieBuilder symbols() {
        return pie().symbol("foo", 0x12, 1, 0, 0)
                .symbol("bar", 0x12, 0, 0, 0)
                .string("V1")
                .string("V2")
                .string("V3");
    }

    private static PieBuilder versions(int ofFoo, int ofBar) {
        return symbols().tag(Elf.DT_VERSYM, VERSYM).word16(VERSYM, 0, ofFoo, ofBar);
    }

    private static PieBuilder defines(PieBuilder pie, int count) {
        return pie.tag(Elf.DT_VERDEF, VERDEF).tag(Elf.DT_VERDEFNUM, count);
    }

    private static PieBuilder needs(PieBuilder pie, int count) {
        return pie.tag(Elf.DT_VERNEED, VERNEED).tag(Elf.DT_VERNEEDNUM, count);
    }

    /** An {@code Elf64_Verdef} with its one {@code Elf64_Verdaux} behind it, 28 bytes. */
    private static PieBuilder definition(PieBuilder pie, long address, int index, int name, int next) {
        return pie.word16(address, 1, 0, index, 1).word32(address + 8, 0, 20, next, name, 0);
    }

    /** An {@code Elf64_Verneed}, 16 bytes; its list begins behind it. */
    private static PieBuilder need(PieBuilder pie, long address, int count, int next) {
        return pie.word16(address, 1, count).word32(address + 4, 0, 16, next);
    }

    /** An {@code Elf64_Vernaux}, 16 bytes. */
    private static PieBuilder neededVersion(PieBuilder pie, long address, int index, int name, int next) {
        return pie.word32(address, 0).word16(address + 4, 0, index).word32(address + 8, name, next);
    }

    private static String name(PieBuilder pie, int symbol) {
        try (Program program = pie.open()) {
            return program.symbols().displayName(symbol);
        }
    }

    @Test
    void noVersionTable() {
        assertThat(name(symbols(), 1)).isEqualTo("foo");
    }

    @Test
    void localAndGlobalSymbolsHaveNoVersion() {
        assertThat(name(versions(0, 1), 1)).isEqualTo("foo");
        assertThat(name(versions(0, 1), 2)).isEqualTo("bar");
        assertThat(name(versions(0x8001, 1), 1)).as("hidden").isEqualTo("foo");
    }

    @Test
    void theDefaultVersionOfADefinedSymbolHasTwoSigns() {
        assertThat(name(definition(defines(versions(2, 1), 1), VERDEF, 2, V1, 0), 1))
                .isEqualTo("foo@@V1");
    }

    @Test
    void aHiddenVersionOfADefinedSymbolHasOneSign() {
        assertThat(name(definition(defines(versions(0x8002, 1), 1), VERDEF, 2, V1, 0), 1))
                .isEqualTo("foo@V1");
    }

    @Test
    void aNeededVersionHasOneSign() {
        PieBuilder pie = need(needs(versions(1, 2), 1), VERNEED, 1, 0);

        assertThat(name(neededVersion(pie, VERNEED + 16, 2, V2, 0), 2)).isEqualTo("bar@V2");
    }

    @Test
    void anUndefinedSymbolIsOfANeededVersionWhereBothHaveItsIndex() {
        PieBuilder pie = definition(defines(versions(2, 2), 1), VERDEF, 2, V1, 0);
        neededVersion(need(needs(pie, 1), VERNEED, 1, 0), VERNEED + 16, 2, V2, 0);

        assertThat(name(pie, 1)).isEqualTo("foo@@V1");
        assertThat(name(pie, 2)).isEqualTo("bar@V2");
    }

    @Test
    void definitionsAreAList() {
        PieBuilder pie = defines(versions(4, 1), 3);
        definition(pie, VERDEF, 2, V1, 28);
        definition(pie, VERDEF + 28, 3, V2, 32);
        definition(pie, VERDEF + 60, 4, V3, 0);

        assertThat(name(pie, 1)).isEqualTo("foo@@V3");
    }

    @Test
    void needsAreAListOfLists() {
        PieBuilder pie = needs(versions(1, 4), 2);
        need(pie, VERNEED, 2, 48);
        neededVersion(pie, VERNEED + 16, 2, V1, 16);
        neededVersion(pie, VERNEED + 32, 3, V2, 0);
        need(pie, VERNEED + 48, 1, 0);
        neededVersion(pie, VERNEED + 64, 4, V3, 0);

        assertThat(name(pie, 2)).isEqualTo("bar@V3");
    }

    @Test
    void anIndexThatNothingNames() {
        assertMalformed(
                "symbol 1 has version index 7, which neither DT_VERDEF nor DT_VERNEED names (file offset 0x258)",
                () -> name(definition(defines(versions(7, 1), 1), VERDEF, 2, V1, 0), 1));
    }

    @Test
    void aListWithoutItsCount() {
        // After the five tags of the symbol table come DT_VERSYM, at 0x250, and DT_VERDEF, at 0x260.
        assertMalformed(
                "DT_VERDEF without DT_VERDEFNUM (file offset 0x268)",
                () -> name(versions(2, 1).tag(Elf.DT_VERDEF, VERDEF), 1));
    }

    @Test
    void moreDefinitionsThanIndices() {
        assertMalformed(
                "DT_VERDEF has more than 32767 versions (file offset 0x268)",
                () -> name(defines(versions(2, 1), 0x8000), 1));
    }

    @Test
    void moreNeedsThanIndices() {
        assertMalformed(
                "DT_VERNEED has more than 32767 versions (file offset 0x268)",
                () -> name(needs(versions(2, 1), -1), 1));
    }

    @Test
    void aListThatRunsInACircleEnds() {
        // vn_next leads to an entry that leads back to the first, by a sum that wraps 32 bits but not 64: out of
        // memory.
        PieBuilder pie = need(needs(versions(1, 2), 0x7fff), VERNEED, 0, 16);
        need(pie, VERNEED + 16, 0, -16);

        assertMalformed(
                "DT_VERNEED: an entry at 0x100010200 does not lie in the file-backed part of one PT_LOAD (file offset 0x268)",
                () -> name(pie, 2));
    }

    @Test
    void listsThatShareTheirEntriesAreBoundTogether() {
        // 2 lists of 20,000 entries each, every one of which is the next 8 bytes: 40,000 are too many.
        PieBuilder pie = needs(versions(1, 2), 2).data(DATA, 0x60000, 0x60000);
        pie.word16(VERNEED, 1, 20_000).word32(VERNEED + 4, 0, 32, 16);
        pie.word16(VERNEED + 16, 1, 20_000).word32(VERNEED + 20, 0, 16, 0);
        for (int i = 0; i < 20_000; i++) {
            neededVersion(pie, VERNEED + 32 + 16L * i, 2, V1, 16);
        }

        assertMalformed("DT_VERNEED has more than 32767 versions (file offset 0x268)", () -> name(pie, 2));
    }

    @Test
    void aListThatLeavesItsSegment() {
        assertMalformed(
                "DT_VERDEF: an entry at 0x11100 does not lie in the file-backed part of one PT_LOAD (file offset 0x268)",
                () -> name(
                        definition(defines(versions(2, 1), 2).data(DATA, 0x1000, 0x1000), VERDEF, 2, V1, 0x1000), 1));
    }

    @Test
    void theVersionOfASymbolOutsideItsSegment() {
        assertMalformed(
                "DT_VERSYM: an entry at 0x12000 does not lie in the file-backed part of one PT_LOAD (file offset 0x258)",
                () -> name(symbols().tag(Elf.DT_VERSYM, 0x11ffe), 1));
    }

    /** Every entry may ask, and a list may have thousands of versions before it breaks. */
    @Test
    void malformedVersionsAreReadOnce() {
        try (Program program = versions(2, 2)
                .tag(Elf.DT_VERNEED, 0x80000)
                .tag(Elf.DT_VERNEEDNUM, 1)
                .open()) {
            SymbolTable symbols = program.symbols();
            Throwable first = catchThrowable(() -> symbols.displayName(1));

            assertThat(first).isInstanceOf(Failure.class);
            assertThat(catchThrowable(() -> symbols.displayName(2))).isSameAs(first);
        }
    }
}
