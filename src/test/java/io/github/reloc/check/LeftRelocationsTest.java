package io.github.reloc.check;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.TABLES;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.SectionBytes.SHF_ALLOC;
import static io.github.reloc.check.RuleAssertions.finding;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.PieBuilder.FileField;
import io.github.reloc.PieBuilder.SegmentField;
import io.github.reloc.SectionBytes;
import io.github.reloc.elf.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftRelocationsTest {
    private static final int ET_EXEC = 2;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_RELA = 4;
    private static final int SHT_REL = 9;
    private static final int SHT_RELR = 19;
    private static final int SHT_CREL = 0x40000014;
    private static final int SHT_ANDROID_REL = 0x60000001;
    private static final int SHT_ANDROID_RELA = 0x60000002;
    private static final int SHT_ANDROID_RELR = 0x6fffff00;

    /** Room for tables of a test in the data segment, behind what {@link SectionBytes} puts there. */
    private static final long ROOM = DATA + 0xc00;

    private static final long ROOM_OFFSET = 0x1c00;

    @Test
    void nothingLeft() {
        assertThat(find(PieBuilder.pie())).isEmpty();
        assertThat(find(PieBuilder.pie().set(FileField.E_TYPE, ET_EXEC))).isEmpty();
    }

    @Test
    void tablesOfTheDynamicSection() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 16, R_X86_64_IRELATIVE, 0, 0)
                .rel(DATA + 24, R_X86_64_RELATIVE, 0)
                .relr(DATA + 32, 0b111)
                .jmprel(DATA + 64, R_X86_64_IRELATIVE, 0, 0);
        assertThat(find(pie))
                .containsExactly(
                        left("3 entries of RELR of type R_X86_64_RELATIVE, at 0x10020, 0x10028, 0x10030", DATA + 32),
                        left("1 entry of REL of type R_X86_64_RELATIVE, at 0x10018", DATA + 24),
                        left("2 entries of RELA of type R_X86_64_RELATIVE, at 0x10000, 0x10008", DATA),
                        left("1 entry of RELA of type R_X86_64_IRELATIVE, at 0x10010", DATA + 16),
                        left("1 entry of JMPREL of type R_X86_64_IRELATIVE, at 0x10040", DATA + 64));
    }

    @Test
    void aTableInsideAnotherCountsOnce() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0)
                .tag(23, TABLES + 24) // DT_JMPREL
                .tag(2, 24) // DT_PLTRELSZ
                .tag(20, 7); // DT_PLTREL
        assertThat(find(pie))
                .containsExactly(
                        left("1 entry of RELA of type R_X86_64_RELATIVE, at 0x10000", DATA),
                        left("1 entry of RELA of type R_X86_64_IRELATIVE, at 0x10008", DATA + 8));
    }

    @Test
    void noneIsNothing() {
        assertThat(find(PieBuilder.pie().rela(DATA, R_X86_64_NONE, 0, 0))).isEmpty();
    }

    @Test
    void typesThatAreNotKnownAreOneFinding() {
        PieBuilder pie =
                PieBuilder.pie().rela(DATA, 0x99, 0, 0).rela(DATA + 8, -5, 0, 0).rela(-16, 1000, 0, 0);
        assertThat(find(pie))
                .containsExactly(left(
                        "3 entries of RELA of a type that is not known, at 0x10000, 0x10008, 0xfffffffffffffff0",
                        DATA));
    }

    @Test
    void aPlaceOutsideOfMemory() {
        assertThat(find(PieBuilder.pie().rela(0x999000, R_X86_64_RELATIVE, 0, 0)))
                .containsExactly(new Finding(
                        Rule.RELOCATION_LEFT, "1 entry of RELA of type R_X86_64_RELATIVE, at 0x999000", null));
    }

    @Test
    void aMalformedTable() {
        assertMalformed(
                "RELR begins with a bitmap, 0x1 (file offset 0x400)",
                () -> find(PieBuilder.pie().relr(1)));
        assertMalformed(
                "DT_RELASZ 0x17 is not a multiple of 24 (file offset 0x218)",
                () -> find(PieBuilder.pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).setTag(8, 23)));
    }

    @Test
    void withoutDynamicSectionAndAnythingElse() {
        assertThat(find(withoutDynamic()))
                .containsExactly(new Finding(
                        Rule.NOTHING_TO_LOOK_AT,
                        "there is no dynamic section, no section header and so no symbol that could name a relocation",
                        null));
    }

    @Test
    void aNullSectionSaysNothing() {
        assertThat(find(SectionBytes.in(withoutDynamic()))).hasSize(1);
    }

    @Test
    void withoutDynamicSection() {
        assertThat(find(SectionBytes.in(withoutDynamic()).section(SHT_PROGBITS, SHF_ALLOC, DATA, 8)))
                .isEmpty();
    }

    @Test
    void betweenSymbols() {
        PieBuilder pie = withoutDynamic();
        rela(pie, ROOM, DATA, R_X86_64_IRELATIVE);
        rela(pie, ROOM + 24, DATA + 8, R_X86_64_NONE);
        rela(pie, ROOM + 48, DATA + 16, R_X86_64_IRELATIVE);
        pie.word64(ROOM + 72, DATA + 24).word64(ROOM + 80, R_X86_64_IRELATIVE);
        SectionBytes sections = SectionBytes.in(pie)
                .symbol("__rela_iplt_end", 1, ROOM + 72)
                .symbol("__rela_iplt_start", 1, ROOM)
                .symbol("__rel_iplt_start", 1, ROOM + 72)
                .symbol("__rel_iplt_end", 1, ROOM + 88)
                .symbolTable();
        assertThat(find(sections))
                .containsExactly(
                        left(
                                "2 entries from __rela_iplt_start to __rela_iplt_end of type R_X86_64_IRELATIVE,"
                                        + " at 0x10000, 0x10010",
                                DATA),
                        left(
                                "1 entry from __rel_iplt_start to __rel_iplt_end of type R_X86_64_IRELATIVE,"
                                        + " at 0x10018",
                                DATA + 24));
    }

    @Test
    void symbolsThatNameNothing() {
        assertThat(find(between(ROOM, ROOM))).isEmpty();
        assertThat(find(between(ROOM + 24, ROOM))).isEmpty();
        assertThat(find(between(0, -1))).isEmpty();
        assertThat(find(between(PieBuilder.BSS, PieBuilder.BSS + 24))).isEmpty();
        assertThat(find(SectionBytes.in(withoutDynamic())
                        .symbol("__rela_iplt_start", 1, ROOM)
                        .symbolTable()))
                .isEmpty();
    }

    @Test
    void allocatedSections() {
        PieBuilder pie = withoutDynamic();
        rela(pie, ROOM, DATA, R_X86_64_RELATIVE);
        pie.word64(ROOM + 24, DATA + 8).word64(ROOM + 32, R_X86_64_RELATIVE); // REL
        pie.word64(ROOM + 40, DATA + 16).word64(ROOM + 48, DATA + 24); // RELR
        // "APS2", one entry, from 0, a group of one, without flags: r_offset 0x10000 less 0x10000 + 8, r_info 8.
        pie.bytes(ROOM + 56, (byte) 'A', (byte) 'P', (byte) 'S', (byte) '2')
                .bytes(ROOM + 60, (byte) 1, (byte) 0x20, (byte) 1, (byte) 0, (byte) 0, (byte) 8);
        pie.bytes(ROOM + 72, (byte) 'A', (byte) 'P', (byte) 'S', (byte) '2')
                .bytes(ROOM + 76, (byte) 1, (byte) 0x28, (byte) 1, (byte) 0, (byte) 0, (byte) 8);
        SectionBytes sections = SectionBytes.in(pie)
                .section(SHT_RELA, SHF_ALLOC, ROOM, 24)
                .section(SHT_REL, SHF_ALLOC, ROOM + 24, 16)
                .section(SHT_RELR, SHF_ALLOC, ROOM + 40, 8)
                .section(SHT_ANDROID_RELR, SHF_ALLOC, ROOM + 48, 8)
                .section(SHT_ANDROID_REL, SHF_ALLOC, ROOM + 56, 10)
                .section(SHT_ANDROID_RELA, SHF_ALLOC, ROOM + 72, 10);
        assertThat(find(sections))
                .containsExactly(left(
                        "6 entries in allocated sections of type R_X86_64_RELATIVE, at 0x10000, 0x10008, 0x10010, …",
                        DATA));
    }

    @Test
    void aSectionOfATableCountsOnce() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0)
                .setTag(8, 24); // DT_RELASZ
        SectionBytes sections = SectionBytes.in(pie)
                .symbol("__rela_iplt_start", 1, TABLES + 24)
                .symbol("__rela_iplt_end", 1, TABLES + 48)
                .symbolTable()
                .section(SHT_RELA, SHF_ALLOC, TABLES, 48)
                .section(SHT_RELA, SHF_ALLOC, TABLES + 24, 24);
        assertThat(find(sections))
                .containsExactly(
                        left("1 entry of RELA of type R_X86_64_RELATIVE, at 0x10000", DATA),
                        left(
                                "1 entry from __rela_iplt_start to __rela_iplt_end of type R_X86_64_IRELATIVE,"
                                        + " at 0x10008",
                                DATA + 8));
    }

    @Test
    void aSectionThatIsNotLoaded() {
        PieBuilder pie = withoutDynamic();
        rela(pie, ROOM, DATA, R_X86_64_RELATIVE);
        assertThat(find(SectionBytes.in(pie)
                        .section(SHT_RELA, 0, ROOM, 24)
                        .section(SHT_RELA, SHF_ALLOC, ROOM, 0)
                        .section(SHT_RELA, SHF_ALLOC, -8, 24)
                        .section(SHT_RELA, SHF_ALLOC, ROOM, -1)
                        .section(SHT_RELA, SHF_ALLOC, PieBuilder.BSS - 8, 24)))
                .isEmpty();
    }

    @Test
    void sectionsThatCannotBeRead() {
        PieBuilder pie = withoutDynamic();
        pie.word64(ROOM, 1);
        assertThat(find(SectionBytes.in(pie)
                        .section(SHT_RELR, SHF_ALLOC, ROOM, 8)
                        .section(SHT_ANDROID_RELA, SHF_ALLOC, ROOM + 8, 8)))
                .containsExactly(
                        unreadable("2 parts of allocated sections of relocations cannot be read, the first at 0x10c00,"
                                + " for RELR begins with a bitmap, 0x1 (file offset 0x1c00)"));
        assertThat(find(SectionBytes.in(withoutDynamic()).section(SHT_CREL, SHF_ALLOC, ROOM, 9)))
                .containsExactly(unreadable("1 part of allocated sections of relocations cannot be read,"
                        + " the first at 0x10c00, of type SHT_CREL"));
    }

    @Test
    void aSectionThatEndsInsideAnEntry() {
        PieBuilder pie = withoutDynamic();
        rela(pie, ROOM, DATA, R_X86_64_RELATIVE);
        assertThat(find(SectionBytes.in(pie).section(SHT_RELA, SHF_ALLOC, ROOM, 47)))
                .containsExactly(
                        left("1 entry in allocated sections of type R_X86_64_RELATIVE, at 0x10000", DATA),
                        unreadable("1 part of allocated sections of relocations cannot be read,"
                                + " the first at 0x10c00, 47 bytes not being a multiple of 24"));
    }

    private static PieBuilder withoutDynamic() {
        return PieBuilder.pie().set(FileField.E_TYPE, ET_EXEC).set(PieBuilder.DYNAMIC_SEGMENT, SegmentField.P_TYPE, 0);
    }

    private static SectionBytes between(long start, long end) {
        PieBuilder pie = withoutDynamic();
        rela(pie, ROOM, DATA, R_X86_64_IRELATIVE);
        return SectionBytes.in(pie)
                .symbol("__rela_iplt_start", 1, start)
                .symbol("__rela_iplt_end", 1, end)
                .symbolTable();
    }

    private static void rela(PieBuilder pie, long address, long place, int type) {
        pie.word64(address, place).word64(address + 8, type);
    }

    private static Finding left(String message, long place) {
        return finding(Rule.RELOCATION_LEFT, message, place, place - DATA + SectionBytes.DATA_OFFSET);
    }

    private static Finding unreadable(String message) {
        return finding(Rule.RELOCATION_LEFT, message, ROOM, ROOM_OFFSET);
    }

    private static List<Finding> find(SectionBytes sections) {
        return find(sections.pie());
    }

    private static List<Finding> find(PieBuilder pie) {
        try (Program program = pie.open()) {
            return Check.ofRelocated(program).list();
        }
    }
}
