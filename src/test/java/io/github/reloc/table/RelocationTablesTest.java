package io.github.reloc.table;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.table.RelocationTable.Kind.JMPREL;
import static io.github.reloc.table.RelocationTable.Kind.REL;
import static io.github.reloc.table.RelocationTable.Kind.RELA;
import static io.github.reloc.table.RelocationTable.Kind.RELR;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import io.github.reloc.table.RelocationTable.Format;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The first table of a built file is at 0x400; its address, its size and its third tag have their values at 0x208, 0x218
 * and 0x228 of the file.
 */
final class RelocationTablesTest {
    private static List<RelocationTable> list(PieBuilder pie) {
        try (Program program = pie.open()) {
            return new RelocationTables(program).list();
        }
    }

    private static void requireSound(PieBuilder pie) {
        try (Program program = pie.open()) {
            new RelocationTables(program).requireSound();
        }
    }

    private static PieBuilder rela() {
        return pie().rela(DATA, R_X86_64_RELATIVE, 0, 0);
    }

    private static PieBuilder rel() {
        return pie().rel(DATA, R_X86_64_RELATIVE, 0);
    }

    private static PieBuilder jmprel() {
        return pie().jmprel(DATA, R_X86_64_RELATIVE, 0, 0);
    }

    /** Three entries of 24 bytes, from 0x400 to 0x448, and a JMPREL laid over them. */
    private static PieBuilder jmprelOver(long address, long size) {
        return rela().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .symbols()
                .tag(Elf.DT_JMPREL, address)
                .tag(Elf.DT_PLTRELSZ, size)
                .tag(Elf.DT_PLTREL, Elf.DT_RELA);
    }

    @Test
    void noTables() {
        assertThat(list(pie())).isEmpty();
        requireSound(pie());
    }

    @Test
    void aTableIsWhereItsTagsSay() {
        assertThat(list(rela().linkedAt(0x400000)))
                .containsExactly(new RelocationTable(RELA, Format.RELA, 0x400400, 24, 0x400, 24, null, null));
    }

    @Test
    void tablesAreInTheOrderOfLoaders() {
        PieBuilder pie = jmprel().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rel(DATA, R_X86_64_RELATIVE, 0)
                .relr(DATA);

        assertThat(list(pie)).extracting(RelocationTable::kind).containsExactly(RELR, REL, RELA, JMPREL);
        requireSound(pie);
    }

    @Test
    void aTableOfSize0IsAbsentWhateverItsAddress() {
        for (long address : new long[] {0, 0x8000, -1}) {
            PieBuilder pie = rela().setTag(Elf.DT_RELA, address).setTag(Elf.DT_RELASZ, 0);

            assertThat(list(pie)).isEmpty();
            requireSound(pie);
        }
    }

    @Test
    void aTableOfSize0NeedsNoOtherTag() {
        PieBuilder pie = pie().tag(Elf.DT_PLTRELSZ, 0).tag(Elf.DT_RELRSZ, 0).tag(Elf.DT_RELSZ, 0);

        assertThat(list(pie)).isEmpty();
        requireSound(pie);
    }

    @Test
    void aTableWithoutItsSize() {
        assertMalformed(
                "DT_RELA without DT_RELASZ (file offset 0x208)", () -> requireSound(rela().dropTag(Elf.DT_RELASZ)));
    }

    @Test
    void aSizeWithoutItsTable() {
        assertMalformed(
                "DT_RELASZ without DT_RELA (file offset 0x208)", () -> requireSound(rela().dropTag(Elf.DT_RELA)));
    }

    @Test
    void aTableWithoutTheSizeOfAnEntry() {
        assertMalformed(
                "DT_RELA without DT_RELAENT (file offset 0x208)", () -> requireSound(rela().dropTag(Elf.DT_RELAENT)));
        assertMalformed(
                "DT_REL without DT_RELENT (file offset 0x208)", () -> requireSound(rel().dropTag(Elf.DT_RELENT)));
        assertMalformed(
                "DT_RELR without DT_RELRENT (file offset 0x208)",
                () -> requireSound(pie().relr(DATA).dropTag(Elf.DT_RELRENT)));
    }

    @Test
    void entriesOfAnotherSize() {
        assertMalformed(
                "DT_RELAENT 0x10 is not 24 (file offset 0x228)", () -> requireSound(rela().setTag(Elf.DT_RELAENT, 16)));
        assertMalformed(
                "DT_RELENT 0x18 is not 16 (file offset 0x228)", () -> requireSound(rel().setTag(Elf.DT_RELENT, 24)));
        assertMalformed(
                "DT_RELRENT 0x100000008 is not 8 (file offset 0x228)",
                () -> requireSound(pie().relr(DATA).setTag(Elf.DT_RELRENT, 0x100000008L)));
    }

    @Test
    void aSizeThatIsNotWholeEntries() {
        assertMalformed(
                "DT_RELASZ 0x17 is not a multiple of 24 (file offset 0x218)",
                () -> requireSound(rela().setTag(Elf.DT_RELASZ, 23)));
        assertMalformed(
                "DT_RELSZ 0x18 is not a multiple of 16 (file offset 0x218)",
                () -> requireSound(rel().rel(DATA, R_X86_64_RELATIVE, 0).setTag(Elf.DT_RELSZ, 24)));
        assertMalformed(
                "DT_RELRSZ 0xc is not a multiple of 8 (file offset 0x218)",
                () -> requireSound(pie().relr(DATA, 1).setTag(Elf.DT_RELRSZ, 12)));
        assertMalformed(
                "DT_PLTRELSZ 0x10 is not a multiple of 24 (file offset 0x218)",
                () -> requireSound(jmprel().setTag(Elf.DT_PLTRELSZ, 16)));
    }

    @Test
    void aTableOutsideEverySegment() {
        assertMalformed(
                "DT_RELA 0x8000 and DT_RELASZ 0x18 do not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x208)",
                () -> requireSound(rela().setTag(Elf.DT_RELA, 0x8000)));
    }

    @Test
    void aTableInZeroesThatNoFileBacks() {
        assertMalformed(
                "DT_RELA 0x11000 and DT_RELASZ 0x18 do not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x208)",
                () -> requireSound(rela().setTag(Elf.DT_RELA, BSS)));
    }

    @Test
    void aTableWhoseSizeWraps() {
        // The largest multiple of 24 below 2^64.
        assertMalformed(
                "DT_RELA 0x400 and DT_RELASZ 0xfffffffffffffff0 do not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x208)",
                () -> requireSound(rela().setTag(Elf.DT_RELASZ, 0xfffffffffffffff0L)));
    }

    @Test
    void theReadablePartOfATableThatPassesItsSegment() {
        // 2 whole entries and 8 bytes before .bss, of 10.
        RelocationTable table = list(rela().setTag(Elf.DT_RELA, BSS - 56).setTag(Elf.DT_RELASZ, 240))
                .get(0);

        assertThat(table.readableSize()).isEqualTo(48);
        assertThat(table.fileOffset()).isEqualTo(0x2000 - 56);
        assertThat(table.defect()).isNotNull();
    }

    @Test
    void jmprelIsLaidOutAsPltrelSays() {
        assertThat(list(jmprel())).extracting(RelocationTable::format).containsExactly(Format.RELA);
        assertThat(list(pie().jmprelLikeRel(DATA, R_X86_64_RELATIVE, 0)))
                .extracting(RelocationTable::format)
                .containsExactly(Format.REL);
    }

    @Test
    void pltrelIsOneOfTwoTags() {
        assertMalformed(
                "DT_PLTREL 0x24 is neither DT_RELA nor DT_REL (file offset 0x228)",
                () -> requireSound(jmprel().setTag(Elf.DT_PLTREL, Elf.DT_RELR)));
    }

    @Test
    void jmprelWithoutPltrel() {
        assertMalformed(
                "DT_JMPREL without DT_PLTREL (file offset 0x208)", () -> requireSound(jmprel().dropTag(Elf.DT_PLTREL)));
    }

    @Test
    void jmprelApart() {
        PieBuilder pie = jmprel().rela(DATA, R_X86_64_RELATIVE, 0, 0);

        assertThat(list(pie)).extracting(RelocationTable::container).containsExactly(null, null);
        requireSound(pie);
    }

    @Test
    void jmprelInside() {
        for (long[] placeAndSize : new long[][] {{0x400, 24}, {0x418, 24}, {0x418, 48}, {0x400, 72}}) {
            PieBuilder pie = jmprelOver(placeAndSize[0], placeAndSize[1]);

            assertThat(list(pie)).extracting(RelocationTable::container).containsExactly(null, RELA);
            requireSound(pie);
        }
    }

    @Test
    void jmprelBehind() {
        PieBuilder pie = jmprelOver(0x430, 24).setTag(Elf.DT_RELASZ, 48);

        assertThat(list(pie)).extracting(RelocationTable::container).containsExactly(null, null);
        requireSound(pie);
    }

    @Test
    void jmprelThatCutsEntries() {
        assertMalformed(
                "JMPREL at 0x408 overlaps RELA at 0x400 (file offset 0x288)",
                () -> requireSound(jmprelOver(0x408, 24)));
    }

    @Test
    void jmprelThatPassesTheEnd() {
        assertMalformed(
                "JMPREL at 0x430 overlaps RELA at 0x400 (file offset 0x288)",
                () -> requireSound(jmprelOver(0x430, 48)));
    }

    @Test
    void jmprelInsideATableOfAnotherFormat() {
        assertMalformed(
                "JMPREL at 0x400 overlaps RELA at 0x400 (file offset 0x238)",
                () -> requireSound(rela().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                        .tag(Elf.DT_JMPREL, 0x400)
                        .tag(Elf.DT_PLTRELSZ, 48)
                        .tag(Elf.DT_PLTREL, Elf.DT_REL)));
    }

    @Test
    void otherTablesShareNothing() {
        assertMalformed(
                "RELA at 0x400 overlaps REL at 0x408 (file offset 0x208)",
                () -> requireSound(
                        rela().tag(Elf.DT_REL, 0x408).tag(Elf.DT_RELSZ, 16).tag(Elf.DT_RELENT, 16)));
    }

    @Test
    void theCountOfRelativeEntriesIsNoBound() {
        for (long count : new long[] {0, 1, -1}) {
            PieBuilder pie = rela().rela(DATA, R_X86_64_RELATIVE, 0, 0).tag(Elf.DT_RELACOUNT, count);

            assertThat(list(pie)).extracting(RelocationTable::readableSize).containsExactly(48L);
            requireSound(pie);
        }
    }

    @Test
    void tablesThatAreNotRead() {
        assertUnsupported(
                "DT_GNU_CONFLICT names a table of words to change that is not read (file offset 0x208)",
                () -> requireSound(pie().tag(Elf.DT_GNU_CONFLICT, DATA).tag(Elf.DT_GNU_CONFLICTSZ, 24)));
        assertUnsupported(
                "DT_MOVETAB names a table of words to change that is not read (file offset 0x208)",
                () -> requireSound(pie().tag(Elf.DT_MOVETAB, DATA).tag(Elf.DT_MOVESZ, 24)));
    }

    @Test
    void compactTableIsNotRead() {
        assertUnsupported(
                "DT_CREL names a relocation table of a kind that is not read (file offset 0x208)",
                () -> requireSound(pie().tag(0x40000026, DATA)));
    }

    @Test
    void aTableThatIsNotReadMayBeEmpty() {
        requireSound(pie().tag(Elf.DT_MOVETAB, DATA).tag(Elf.DT_MOVESZ, 0));
    }

    @Test
    void aTableThatIsNotReadIsNotEmptyWithoutItsSize() {
        assertUnsupported(
                "DT_MOVETAB names a table of words to change that is not read (file offset 0x208)",
                () -> requireSound(pie().tag(Elf.DT_MOVETAB, DATA)));
    }

    @Test
    void anUnknownTagCouldNameATable() {
        assertUnsupported(
                "dynamic tag 0x26 is not known, and could name a relocation table (file offset 0x200)",
                () -> requireSound(pie().tag(38, 0)));
    }
}
