package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.reloc.PieBuilder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * In a file with symbols 0 and 1 and no relocations: DT_HASH 0x400, DT_SYMTAB 0x418, DT_STRTAB 0x448; the values of
 * their tags, and of DT_SYMENT between the last two, are at 0x208, 0x218, 0x238 and 0x228 of the file.
 */
final class SymbolTableTest {
    private static final int GLOBAL_FUNCTION = 0x12;

    private static void read(PieBuilder pie, Consumer<SymbolTable> test) {
        try (Program program = pie.open()) {
            test.accept(program.symbols());
        }
    }

    private static void assertMalformedTable(String message, PieBuilder pie) {
        try (Program program = pie.open()) {
            assertMalformed(message, () -> program.symbols());
        }
    }

    private static PieBuilder oneSymbol() {
        return pie().symbol("foo", GLOBAL_FUNCTION, 0xfff1, 0x8000000000000001L, 0x20);
    }

    @Test
    void aFileWithoutSymbols() {
        read(pie(), symbols -> assertThat(symbols).isNull());
    }

    @Test
    void aSymbolIsReadAsItIs() {
        read(oneSymbol(), symbols -> {
            assertThat(symbols.get(1)).isEqualTo(new Symbol(1, GLOBAL_FUNCTION, 0xfff1, 0x8000000000000001L, 0x20));
            assertThat(symbols.get(1).isDefined()).isTrue();
            assertThat(symbols.displayName(1)).isEqualTo("foo");
        });
    }

    @Test
    void aSymbolOfSection0IsUndefined() {
        read(
                pie().symbol("foo", GLOBAL_FUNCTION, 0, 0, 0),
                symbols -> assertThat(symbols.get(1).isDefined()).isFalse());
    }

    @Test
    void aSymbolWithoutAName() {
        read(oneSymbol().symbol("", GLOBAL_FUNCTION, 1, 0, 0), symbols -> {
            assertThat(symbols.displayName(0)).isEqualTo("<symbol 0>");
            assertThat(symbols.displayName(2)).isEqualTo("<symbol 2>");
            assertThat(symbols.name(symbols.get(2))).isEmpty();
        });
    }

    @Test
    void whereTheTablesAre() {
        read(oneSymbol().linkedAt(0x400000), symbols -> {
            assertThat(symbols.virtualAddress()).isEqualTo(0x400418);
            assertThat(symbols.size()).isEqualTo(2 * 24);
            assertThat(symbols.strings().virtualAddress()).isEqualTo(0x400448);
            assertThat(symbols.strings().size()).isEqualTo(5);
            assertThat(symbols.displayName(1)).isEqualTo("foo");
        });
    }

    @Test
    void anIndexPastTheEnd() {
        read(
                oneSymbol(),
                symbols -> assertMalformed(
                        "symbol index 2 is past the end of DT_SYMTAB, which has 2 symbols", () -> symbols.get(2)));
    }

    @Test
    void anIndexIsUnsigned() {
        read(
                oneSymbol(),
                symbols -> assertMalformed(
                        "symbol index 4294967295 is past the end of DT_SYMTAB, which has 2 symbols",
                        () -> symbols.get(-1)));
    }

    @Test
    void withoutAHashTableTheEndOfTheSegmentIsTheBound() {
        // The segment ends at 0x450, after the string table: room for 56 / 24 symbols.
        read(
                oneSymbol().dropTag(Elf.DT_HASH),
                symbols -> assertMalformed(
                        "symbol index 2 is past the end of DT_SYMTAB, which has room for 2 symbols",
                        () -> symbols.get(2)));
    }

    @Test
    void entriesOfAnotherSize() {
        assertMalformedTable(
                "DT_SYMENT 0x18000 is not 24 (file offset 0x228)", oneSymbol().setTag(Elf.DT_SYMENT, 0x18000));
    }

    @Test
    void withoutTheSizeOfAnEntry() {
        assertMalformedTable(
                "DT_SYMTAB without DT_SYMENT (file offset 0x218)", oneSymbol().dropTag(Elf.DT_SYMENT));
    }

    @Test
    void withoutAStringTable() {
        assertMalformedTable(
                "DT_SYMTAB without DT_STRTAB (file offset 0x218)", oneSymbol().dropTag(Elf.DT_STRTAB));
    }

    @Test
    void withoutTheSizeOfTheStringTable() {
        assertMalformedTable(
                "DT_STRTAB without DT_STRSZ (file offset 0x238)", oneSymbol().dropTag(Elf.DT_STRSZ));
    }

    @Test
    void moreSymbolsThanTheSegmentHolds() {
        // nchain of DT_HASH
        assertMalformedTable(
                "DT_SYMTAB 0x418 with 4294967295 symbols does not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x218)",
                oneSymbol().patch32(0x404, -1));
    }

    @Test
    void outsideEverySegment() {
        assertMalformedTable(
                "DT_SYMTAB 0x8000 with 2 symbols does not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x218)",
                oneSymbol().setTag(Elf.DT_SYMTAB, 0x8000));
    }

    @Test
    void outsideEverySegmentAndNotCounted() {
        assertMalformedTable(
                "DT_SYMTAB 0x8000 does not lie in the file-backed part of one PT_LOAD (file offset 0x208)",
                oneSymbol().dropTag(Elf.DT_HASH).setTag(Elf.DT_SYMTAB, 0x8000));
    }

    @Test
    void symbolsFarApartAreToldApart() {
        PieBuilder pie = pie();
        for (int i = 1; i < 3000; i++) {
            pie.symbol("s" + i, GLOBAL_FUNCTION, 1, i, 0);
        }
        // Those seen last are kept, by index modulo a power of two: each one after its neighbours in that.
        read(pie.data(0x100000, 8, 8), symbols -> {
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 1; i < 500; i++) {
                    for (int index = i; index < 3000; index += 512) {
                        assertThat(symbols.get(index).value()).isEqualTo(index);
                        assertThat(symbols.displayName(index)).isEqualTo("s" + index);
                    }
                }
            }
        });
    }

    /** Every entry may ask; to count the symbols of a hash table takes time. */
    @Test
    void aMalformedTableIsLookedAtOnce() {
        try (Program program = oneSymbol().setTag(Elf.DT_SYMENT, 0).open()) {
            Throwable first = catchThrowable(() -> program.symbols());

            assertThat(first).isInstanceOf(Failure.class);
            assertThat(catchThrowable(() -> program.symbols())).isSameAs(first);
        }
    }
}
