package io.github.reloc.elf;

import static io.github.reloc.SectionBytes.SHT_STRTAB;
import static io.github.reloc.SectionBytes.SHT_SYMTAB;
import static io.github.reloc.SectionBytes.STRINGS;
import static io.github.reloc.SectionBytes.SYMBOLS;
import static io.github.reloc.SectionBytes.toFileOffset;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.SectionBytes;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LinkerSymbolsTest {
    private static final int SHN_ABS = 0xfff1;

    @Test
    void valuesByName() {
        assertThat(values(two().symbolTable())).containsExactlyInAnyOrderEntriesOf(Map.of("first", 0x10L, "last", -1L));
    }

    @Test
    void aNameThatIsNotThere() {
        assertThat(values(sections()
                        .symbol("firs", 1, 1)
                        .symbol("firstly", 1, 2)
                        .symbol("at last", 1, 3)
                        .symbolTable()))
                .isEmpty();
    }

    @Test
    void aSymbolThatIsNotDefined() {
        assertThat(values(sections().symbol("first", 0, 1).symbolTable())).isEmpty();
    }

    @Test
    void theFirstOfTwoCounts() {
        assertThat(values(sections().symbol("first", 1, 1).symbol("first", 1, 2).symbolTable()))
                .containsExactly(Map.entry("first", 1L));
    }

    @Test
    void theFirstSymbolMeansNothing() {
        SectionBytes sections = two().symbolTable();
        sections.pie().word32(SYMBOLS, 7).word16(SYMBOLS + 6, 1).word64(SYMBOLS + 8, 5);
        assertThat(values(sections)).containsEntry("last", -1L);
    }

    @Test
    void noSectionHeaders() {
        assertThat(values(PieBuilder.pie())).isEmpty();
    }

    @Test
    void noSymbolTable() {
        assertThat(values(two())).isEmpty();
    }

    @Test
    void aTableThatDoesNotLieInTheFile() {
        long strings = toFileOffset(STRINGS);
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, -24, 48, 2).section(SHT_STRTAB, 0, 0, strings, 16, 0)))
                .isEmpty();
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, 0x1000, -1, 2).section(SHT_STRTAB, 0, 0, strings, 16, 0)))
                .isEmpty();
    }

    @Test
    void stringsThatDoNotLieInTheFile() {
        long symbols = toFileOffset(SYMBOLS);
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, symbols, 72, 2).section(SHT_STRTAB, 0, 0, 0x1fff, 2, 0)))
                .isEmpty();
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, symbols, 72, 2).section(SHT_STRTAB, 0, 0, -1, -1, 0)))
                .isEmpty();
    }

    @Test
    void stringsOfASectionThatIsNotThere() {
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, toFileOffset(SYMBOLS), 72, 2)))
                .isEmpty();
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, toFileOffset(SYMBOLS), 72, -1)))
                .isEmpty();
    }

    @Test
    void aNameThatEndsOutsideOfItsStrings() {
        long symbols = toFileOffset(SYMBOLS);
        // "first" with its zero byte ends at 7.
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, symbols, 72, 2)
                        .section(SHT_STRTAB, 0, 0, toFileOffset(STRINGS), 7, 0)))
                .containsOnlyKeys("first");
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, symbols, 72, 2)
                        .section(SHT_STRTAB, 0, 0, toFileOffset(STRINGS), 6, 0)))
                .isEmpty();
    }

    /** The third is the only one past its end. */
    @Test
    void aTableThatEndsInsideASymbol() {
        assertThat(values(two().section(SHT_SYMTAB, 0, 0, toFileOffset(SYMBOLS), 71, 2)
                        .section(SHT_STRTAB, 0, 0, toFileOffset(STRINGS), 20, 0)))
                .containsOnlyKeys("first");
    }

    private static SectionBytes sections() {
        return SectionBytes.in(PieBuilder.pie());
    }

    private static SectionBytes two() {
        return sections().symbol("first", 1, 0x10).symbol("last", SHN_ABS, -1);
    }

    private static Map<String, Long> values(SectionBytes sections) {
        return values(sections.pie());
    }

    private static Map<String, Long> values(PieBuilder pie) {
        try (InputFile input = pie.openInput()) {
            return LinkerSymbols.values(input, SectionHeaders.read(input), "first", "last");
        }
    }
}
