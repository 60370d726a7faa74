package io.github.reloc.executable;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.SectionedPie.symbol;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Executable;
import io.github.reloc.PieBuilder;
import io.github.reloc.SectionedPie;
import io.github.reloc.elf.Elf;
import io.github.reloc.relocation.TableRule;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class MovedSymbolsTest {
    private static final long BASE = 0x7f0000;
    private static final int SHN_ABS = 0xfff1;
    private static final int SHN_XINDEX = 0xffff;
    private static final int STT_TLS = 6;

    /** Of the dynamic symbols, which come behind the hash table of as many words as there are symbols and three more. */
    private static long dynamicValue(Executable executable, int symbolCount, int index) {
        long hashSize = (4L * (symbolCount + 3) + 7) & -8L;
        return executable.word64(0x400 + hashSize + 24L * index + 8);
    }

    private static long[] words(long[]... symbols) {
        LongStream words = LongStream.of(0, 0, 0);
        for (long[] symbol : symbols) {
            words = LongStream.concat(words, LongStream.of(symbol));
        }
        return words.toArray();
    }

    @Test
    void addressesMoveAndNothingElse() {
        PieBuilder pie = pie().symbol("defined", 0x12, 1, 0x180, 0x40)
                .symbol("undefined", 0x10, 0, 0, 0)
                .symbol("absolute", 0x10, SHN_ABS, 0x1234, 0)
                .symbol("local", STT_TLS, 1, 8, 8)
                .symbol("data", 0x11, 2, DATA, 8);
        Executable executable = Executable.at(BASE, pie);

        assertThat(dynamicValue(executable, 6, 0)).isZero();
        assertThat(dynamicValue(executable, 6, 1)).isEqualTo(0x7f0180);
        assertThat(dynamicValue(executable, 6, 2)).isZero();
        assertThat(dynamicValue(executable, 6, 3)).isEqualTo(0x1234);
        assertThat(dynamicValue(executable, 6, 4)).isEqualTo(8);
        assertThat(dynamicValue(executable, 6, 5)).isEqualTo(0x800000);
    }

    @Test
    void theSymbolsOfTheLinkerMoveAsWell() {
        SectionedPie pie = new SectionedPie(pie()).section(".text", 1, 6, 0x180, 0x180, 0x40, 0);
        int start = pie.end();
        byte[] program = pie.appended(
                        ".symtab",
                        Elf.SHT_SYMTAB,
                        24,
                        words(
                                symbol(0, 3, 1, 0x200, 0),
                                symbol(0, 4, SHN_ABS, 7, 0),
                                symbol(0, STT_TLS, 1, 16, 0),
                                symbol(0, 2, SHN_XINDEX, 0x300, 0),
                                symbol(0, 0, 0, 5, 0),
                                // Of .symtab itself, which is not loaded, as mold's for each section.
                                symbol(0, 3, 2, 0, 0)))
                .build();
        Executable executable = Executable.at(BASE, program, TableRule.SAFE);

        assertThat(LongStream.range(0, 7).map(i -> executable.word64(start + 24 * i + 8)))
                .containsExactly(0L, 0x7f0200L, 7L, 16L, 0x7f0300L, 5L, 0L);
    }

    @Test
    void aSymbolOfUnknownMeaningIsRefused() {
        byte[] program = new SectionedPie(pie())
                .appended(".symtab", Elf.SHT_SYMTAB, 24, words(symbol(0, 1, 0xfff2, 8, 4)))
                .build();

        assertUnsupported(
                "symbol 1 has the reserved section index 0xfff2, and may be an address or not (file offset 0x2018)",
                () -> Executable.at(BASE, program, TableRule.SAFE));
    }

    /** Symbols that no hash counts and no entry names: the section header does. */
    @Test
    void withoutHashTheSectionHeaderCounts() {
        PieBuilder pie = pie().symbol("one", 0x12, 1, 0x180, 0)
                .symbol("two", 0x12, 1, 0x190, 0)
                .dropTag(Elf.DT_HASH);
        long symbols = 0x400 + 24;
        byte[] counted = new SectionedPie(pie)
                .section(".dynsym", Elf.SHT_DYNSYM, 2, symbols, symbols, 72, 24)
                .build();
        Executable executable = Executable.at(BASE, counted, TableRule.SAFE);

        assertThat(dynamicValue(executable, 3, 1)).isEqualTo(0x7f0180);
        assertThat(dynamicValue(executable, 3, 2)).isEqualTo(0x7f0190);
        Executable uncounted = Executable.at(BASE, pie);
        assertThat(dynamicValue(uncounted, 3, 1)).isEqualTo(0x180);
        Executable named = Executable.at(BASE, pie.rela(DATA, 1, 1, 0));
        // The table of one entry comes before the hash.
        assertThat(named.word64(0x400 + 24 + 24 + 24 + 8)).isEqualTo(0x7f0180);
    }
}
