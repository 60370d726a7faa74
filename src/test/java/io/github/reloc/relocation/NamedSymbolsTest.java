package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import io.github.reloc.table.RelocationTables;
import org.junit.jupiter.api.Test;

final class NamedSymbolsTest {

    private static long count(PieBuilder pie) {
        try (Program program = pie.open()) {
            return NamedSymbols.count(program, new RelocationTables(program));
        }
    }

    @Test
    void upToTheHighestThatAnEntryOfAnyTableNames() {
        assertThat(count(pie().rela(DATA, R_X86_64_64, 1, 0))).isEqualTo(2);
        assertThat(count(pie().rela(DATA, R_X86_64_64, 3, 0).rela(DATA, R_X86_64_64, 2, 0)))
                .isEqualTo(4);
        assertThat(count(pie().rela(DATA, R_X86_64_64, 3, 0).jmprel(DATA, R_X86_64_64, 5, 0)))
                .isEqualTo(6);
        assertThat(count(pie().rel(DATA, R_X86_64_64, 7).rela(DATA, R_X86_64_64, 3, 0)))
                .isEqualTo(8);
    }

    @Test
    void noneWhereNoEntryNamesOne() {
        assertThat(count(pie())).isZero();
        assertThat(count(pie().rela(DATA, R_X86_64_RELATIVE, 0, 1).relr(DATA))).isZero();
    }

    @Test
    void anIndexIsUnsigned() {
        assertThat(count(pie().rela(DATA, R_X86_64_64, -1, 0))).isEqualTo(0x1_0000_0000L);
    }

    /** The entries of a table come in batches of 2048. */
    @Test
    void aWholeBatch() {
        PieBuilder pie = pie().data(0x100000, 0x1000, 0x1000);
        for (int i = 0; i < 2048; i++) {
            pie.rela(0x100000, R_X86_64_64, i, 0);
        }

        assertThat(count(pie)).isEqualTo(2048);
        assertThat(count(pie.rela(0x100000, R_X86_64_64, 9999, 0))).isEqualTo(10000);
    }

    @Test
    void aMalformedTableIsReadAsFarAsItGoes() {
        // A RELR table that begins with a bitmap.
        assertThat(count(pie().relr(3).rela(DATA, R_X86_64_64, 2, 0))).isEqualTo(3);
    }
}
