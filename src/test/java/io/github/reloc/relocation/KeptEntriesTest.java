package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Executable;
import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Elf;
import org.junit.jupiter.api.Test;

/**
 * What the tables and the dynamic section of an executable say: the first table is at 0x400 of the file, the dynamic
 * section at 0x200, and the data, linked at 0x10000, at 0x1000.
 */
final class KeptEntriesTest {
    private static final long BASE = 0x7f0000;
    private static final int R_X86_64_64 = 1;
    private static final int R_X86_64_JUMP_SLOT = 7;
    private static final int R_X86_64_RELATIVE = 8;
    private static final int R_X86_64_IRELATIVE = 37;
    private static final int R_X86_64_RELATIVE64 = 38;

    private static Executable at(PieBuilder pie, TableRule rule) {
        return Executable.at(BASE, pie.build(), rule);
    }

    private static long[] entry(Executable executable, long fileOffset) {
        return new long[] {
            executable.word64(fileOffset), executable.word64(fileOffset + 8), executable.word64(fileOffset + 16)
        };
    }

    @Test
    void addressesOfEntriesMoveAndOtherAddendsStay() {
        Executable executable = Executable.at(
                BASE,
                pie().symbol("code", 0x12, 1, 0x180, 0)
                        .rela(DATA, R_X86_64_RELATIVE, 0, 0x10)
                        .rela(DATA + 8, R_X86_64_64, 1, 0x20)
                        .rela(0, 0, 0, 0)
                        .rela(DATA + 16, R_X86_64_RELATIVE64, 0, 0x30)
                        .rela(DATA + 24, R_X86_64_IRELATIVE, 0, 0x180));

        assertThat(entry(executable, 0x400)).containsExactly(0x800000, R_X86_64_RELATIVE, 0x7f0010);
        assertThat(entry(executable, 0x418)).containsExactly(0x800008, 1L << 32 | R_X86_64_64, 0x20);
        assertThat(entry(executable, 0x430)).containsExactly(0, 0, 0);
        assertThat(entry(executable, 0x448)).containsExactly(0x800010, R_X86_64_RELATIVE64, 0x7f0030);
        assertThat(entry(executable, 0x460)).containsExactly(0x800018, R_X86_64_IRELATIVE, 0x7f0180);
        assertThat(executable.word64(0x1000)).isEqualTo(0x7f0010);
        assertThat(executable.word64(0x1008)).isEqualTo(0x7f01a0);
    }

    @Test
    void whatIsLeftMovesToTheFrontAndWithTheProgram() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x10).rela(DATA + 24, R_X86_64_IRELATIVE, 0, 0x180);

        Executable safe = at(pie, TableRule.SAFE);
        assertThat(entry(safe, 0x400)).containsExactly(0x800018, R_X86_64_IRELATIVE, 0x7f0180);
        assertThat(entry(safe, 0x418)).containsExactly(DATA + 24, R_X86_64_IRELATIVE, 0x180);
        assertThat(entry(at(pie, TableRule.TRIM), 0x418)).containsExactly(0, 0, 0);
    }

    @Test
    void relrWordsThatAreAddressesMove() {
        Executable executable = Executable.at(BASE, pie().word64(DATA, 0x10).relr(DATA, 0b111, DATA + 0x800));

        assertThat(executable.word64(0x400)).isEqualTo(0x800000);
        assertThat(executable.word64(0x408)).isEqualTo(0b111);
        assertThat(executable.word64(0x410)).isEqualTo(0x800800);
        assertThat(executable.word64(0x1000)).isEqualTo(0x7f0010);
        assertThat(executable.word64(0x1008)).isEqualTo(0x7f0000);
    }

    /** Its addend is in place, and what adds to it is 0 now. */
    @Test
    void theWordThatAnIndirectFunctionIsFoundByMoves() {
        PieBuilder pie =
                pie().word64(DATA, 0x180).rel(DATA, R_X86_64_IRELATIVE, 0).rel(BSS, R_X86_64_IRELATIVE, 0);

        assertThat(Executable.at(BASE, pie).word64(0x1000)).isEqualTo(0x7f0180);
        assertThat(at(pie, TableRule.SAFE).word64(0x1000)).isEqualTo(0x7f0180);
        PieBuilder addends = pie().word64(DATA, 0x180).rela(DATA, R_X86_64_IRELATIVE, 0, 0x190);
        assertThat(Executable.at(BASE, addends).word64(0x1000))
                .as("means nothing")
                .isEqualTo(0x180);
    }

    /** Until its symbol is looked up, a slot holds the address of its entry in the PLT. */
    @Test
    void slotsForLazyBindingMove() {
        PieBuilder pie = pie().symbol("host", 0x12, 0, 0, 0)
                .word64(DATA, 0x186)
                .word64(DATA + 8, 0)
                .word64(DATA + 16, 0x123456789L)
                .jmprel(DATA, R_X86_64_JUMP_SLOT, 1, 0)
                .jmprel(DATA + 8, R_X86_64_JUMP_SLOT, 1, 0)
                .jmprel(DATA + 16, R_X86_64_JUMP_SLOT, 1, 0);
        Executable executable = Executable.at(BASE, pie);

        assertThat(executable.word64(0x1000)).isEqualTo(0x7f0186);
        assertThat(executable.word64(0x1008))
                .as("in the ELF header there is no PLT")
                .isEqualTo(0);
        assertThat(executable.word64(0x1010)).as("no address of the program").isEqualTo(0x123456789L);
    }

    /** GNU ld's -z mark-plt: the addend of a slot is its entry in the PLT. */
    @Test
    void addendsInThePltMove() {
        PieBuilder pie = pie().symbol("host", 0x12, 0, 0, 0)
                .jmprel(DATA, R_X86_64_JUMP_SLOT, 1, 0x180)
                .jmprel(DATA + 8, R_X86_64_JUMP_SLOT, 1, 0x190)
                .tag(Elf.DT_X86_64_PLT, 0x180)
                .tag(Elf.DT_X86_64_PLTSZ, 0x10);
        Executable executable = Executable.at(BASE, pie);

        assertThat(entry(executable, 0x400)[2]).isEqualTo(0x7f0180);
        assertThat(entry(executable, 0x418)[2]).isEqualTo(0x190);
    }

    @Test
    void packedTablesCannotStay() {
        byte[] packed = new PackedBytes()
                .numbers(1, DATA - 8, 1, 0, 8, R_X86_64_RELATIVE)
                .toArray();
        PieBuilder pie =
                pie().bytes(0x300, packed).tag(Elf.DT_ANDROID_REL, 0x300).tag(Elf.DT_ANDROID_RELSZ, packed.length);

        assertUnsupported(
                "the packed table ANDROID_REL cannot be moved with the program, and would stay as it is (file offset 0x300)",
                () -> Executable.at(BASE, pie));
        assertThat(at(pie, TableRule.SAFE).word64(0x1000)).isEqualTo(BASE);
    }

    @Test
    void addressesOfTheDynamicSectionMoveAndNumbersStay() {
        Executable executable = Executable.at(
                BASE,
                pie().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                        .tag(12, 0x180)
                        .tag(Elf.DT_PLTGOT, 0)
                        .tag(Elf.DT_FLAGS_1, Elf.DF_1_PIE));

        // DT_RELA, DT_RELASZ, DT_RELAENT, DT_INIT, DT_PLTGOT, DT_FLAGS_1
        assertThat(executable.word64(0x208)).isEqualTo(0x7f0400);
        assertThat(executable.word64(0x218)).isEqualTo(24);
        assertThat(executable.word64(0x228)).isEqualTo(24);
        assertThat(executable.word64(0x238)).isEqualTo(0x7f0180);
        assertThat(executable.word64(0x248)).as("names nothing").isZero();
        assertThat(executable.word64(0x258)).isEqualTo(Elf.DF_1_PIE);
    }

    @Test
    void aTableThatMovesInsideItsSectionMovesWithTheProgramAsWell() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x10)
                .rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0x180)
                .tag(Elf.DT_JMPREL, 0x418)
                .tag(Elf.DT_PLTRELSZ, 24)
                .tag(Elf.DT_PLTREL, 7);

        // After the three of RELA.
        assertThat(at(pie, TableRule.SAFE).word64(0x238)).isEqualTo(0x7f0400);
        assertThat(at(pie, TableRule.KEEP).word64(0x238)).isEqualTo(0x7f0418);
    }

    // Each byte is one thing's

    @Test
    void partsThatAreEditedShareNoByte() {
        assertMalformed(
                "the symbol table at 0x200 and the dynamic section at 0x200 share bytes (file offset 0x200)",
                () -> Executable.at(BASE, pie().symbol("host", 0x12, 0, 0, 0).setTag(Elf.DT_SYMTAB, 0x200)));
        assertMalformed(
                "the symbol table at 0x400 and the RELA table at 0x400 share bytes (file offset 0x400)",
                () -> Executable.at(
                        BASE,
                        pie().symbol("host", 0x12, 0, 0, 0)
                                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                                .setTag(Elf.DT_SYMTAB, 0x400)));
        assertMalformed(
                "the string table at 0x200 and the dynamic section at 0x200 share bytes (file offset 0x200)",
                () -> Executable.at(BASE, pie().symbol("host", 0x12, 0, 0, 0).setTag(Elf.DT_STRTAB, 0x200)));
        assertMalformed(
                "the program headers at 0x40 and the symbol table at 0x40 share bytes (file offset 0x40)",
                () -> Executable.at(BASE, pie().symbol("host", 0x12, 0, 0, 0).setTag(Elf.DT_SYMTAB, 0x40)));
        assertMalformed(
                "the first word of the global offset table at 0x208 and the dynamic section at 0x200 share bytes (file offset 0x208)",
                () -> Executable.at(BASE, pie().tag(12, 0x200).tag(Elf.DT_PLTGOT, 0x208)));
    }

    @Test
    void noEntryIsForTheHeaders() {
        assertMalformed(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x18: its place lies inside the ELF header (file offset 0x400)",
                () -> Executable.at(BASE, pie().headersFlags(6).rela(0x18, R_X86_64_RELATIVE, 0, 0)));
        assertMalformed(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x50: its place lies inside the program headers (file offset 0x400)",
                () -> Executable.at(BASE, pie().headersFlags(6).rela(0x50, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void noEntryIsForWhatTheFileHasNoBytesOf() {
        assertUnsupported(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x10ff9: its place lies in .bss, of which the image has no bytes (file offset 0x400)",
                () -> Executable.at(BASE, pie().rela(BSS - 7, R_X86_64_RELATIVE, 0, 0)));
        assertUnsupported(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x11000: its place lies in .bss, of which the image has no bytes (file offset 0x400)",
                () -> Executable.at(BASE, pie().rela(BSS, R_X86_64_RELATIVE, 0, 0)));
        assertUnsupported(
                "RELA entry 0, R_X86_64_64 (1) at 0x11000: its place lies in .bss, of which the image has no bytes (file offset 0x400)",
                () -> Executable.at(
                        BASE, pie().symbol("code", 0x12, 1, 0x180, 0).rela(BSS, R_X86_64_64, 1, 0)));
        // Nothing is written there.
        PieBuilder pie =
                pie().symbol("copied", 0x11, 0, 0, 8).rela(BSS, 5, 1, 0).rela(BSS, 0, 0, 0);
        assertThat(entry(Executable.at(BASE, pie), 0x400)[0]).isEqualTo(0x801000);
    }

    @Test
    void theFirstWordOfTheGlobalOffsetTableMoves() {
        PieBuilder pie = pie().tag(Elf.DT_PLTGOT, DATA).word64(DATA, 0x200);
        assertThat(Executable.at(BASE, pie).word64(0x1000)).isEqualTo(0x7f0200);
        assertThat(Executable.at(BASE, pie.word64(DATA, 0x208)).word64(0x1000)).isEqualTo(0x208);
        PieBuilder relocated =
                pie().tag(Elf.DT_PLTGOT, DATA).word64(DATA, 0x200).rela(DATA, R_X86_64_RELATIVE, 0, 0x200);
        assertThat(Executable.at(BASE, relocated).word64(0x1000)).isEqualTo(0x7f0200);
    }
}
