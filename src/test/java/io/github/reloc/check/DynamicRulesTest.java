package io.github.reloc.check;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.FileField.E_SHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_SHNUM;
import static io.github.reloc.PieBuilder.FileField.E_SHOFF;
import static io.github.reloc.PieBuilder.TABLES;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.check.RuleAssertions.assertFound;
import static io.github.reloc.check.RuleAssertions.assertNothingFound;
import static io.github.reloc.check.RuleAssertions.finding;
import static io.github.reloc.check.RuleAssertions.sound;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

final class DynamicRulesTest {
    private static final long DT_NEEDED = 1;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_RELA = 4;
    private static final int SHT_RELR = 19;
    private static final int SHF_ALLOC = 2;

    @Test
    void neededLibraries() {
        // DT_NEEDED follows the five tags of the symbol table, and its value is 8 bytes into it.
        assertFound(
                sound().string("libc.so.6")
                        .string("libm\u202e.so")
                        .tag(DT_NEEDED, 1)
                        .tag(DT_NEEDED, 11),
                finding(Rule.NEEDED_LIBRARY, "DT_NEEDED names libc.so.6, libm\\u{202e}.so", 0x258, 0x258));
    }

    @Test
    void manyNeededLibrariesAreCounted() {
        PieBuilder pie = sound().string("a");
        for (int i = 0; i < 12; i++) {
            pie.tag(DT_NEEDED, 1);
        }
        assertFound(
                pie,
                finding(Rule.NEEDED_LIBRARY, "DT_NEEDED names a, a, a, a, a, a, a, a, a, a and 2 more", 0x258, 0x258));
    }

    @Test
    void aNeededLibraryWithoutAStringTable() {
        assertMalformed(
                "DT_NEEDED without DT_STRTAB (file offset 0x208)", () -> assertNothingFound(sound().tag(DT_NEEDED, 1)));
    }

    @Test
    void memoryThatStaysWritable() {
        PieBuilder bare = PieBuilder.pie().header(0x6474e551, PieBuilder.PF_R | PieBuilder.PF_W, 0, 0, 0, 0, 16);
        assertNothingFound(bare);
        assertFound(
                bare.rela(DATA, R_X86_64_RELATIVE, 0, 0),
                new Finding(Rule.NO_RELRO, "there is no PT_GNU_RELRO, and there are entries to apply", null));
    }

    /** Of Xen's, its descriptor at 0x10110 of memory and 0x1110 of the file. */
    @Test
    void aNoteWithAnAddress() {
        PieBuilder pie = sound().header(4, PieBuilder.PF_R, 0x1100, DATA + 0x100, 0x18, 0x18, 4)
                .word32(DATA + 0x100, 4, 8, 18, 0x6e6558)
                .word64(DATA + 0x110, 0x1b0);
        Finding found = finding(Rule.ADDRESS_IN_NOTE, "note Xen, type 18, holds 0x1b0", DATA + 0x110, 0x1110);
        assertFound(pie, found);
        assertFound(pie.rela(DATA + 0x110, 0, 0, 0), found);
        assertFound(pie.rela(DATA + 0x118, R_X86_64_RELATIVE, 0, 0), found);
        assertNothingFound(pie.rela(DATA + 0x110, R_X86_64_RELATIVE, 0, 0x1b0));
        assertNothingFound(sound().header(4, PieBuilder.PF_R, 0x1100, DATA + 0x100, 0x18, 0x18, 4)
                .word32(DATA + 0x100, 4, 8, 18, 0x6e6558)
                .word64(DATA + 0x110, 7));
    }

    @Test
    void aTableWithAddendsInPlace() {
        assertFound(
                sound().relr(DATA).rel(DATA + 8, R_X86_64_RELATIVE, 0).rel(DATA + 16, R_X86_64_RELATIVE, 0),
                finding(
                        Rule.TABLE_NOT_IDEMPOTENT,
                        "RELR has 1 entry that adds to the word in place",
                        TABLES + 32,
                        TABLES + 32),
                finding(Rule.TABLE_NOT_IDEMPOTENT, "REL has 2 entries that add to the word in place", TABLES, TABLES));
    }

    @Test
    void aTableWithAddendsOfItsOwn() {
        assertNothingFound(sound().rela(DATA, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void aRelocationSectionThatTheDynamicSectionDoesNotName() {
        assertFound(
                withSection(SHT_RELA, SHF_ALLOC, TABLES + 24, 0x18),
                finding(
                        Rule.RELOCATION_OUTSIDE_TABLES,
                        "section 0, 24 bytes at 0x418, is not in the tables of the dynamic section",
                        TABLES + 24,
                        TABLES + 24));
    }

    @Test
    void aRelocationSectionThatIsLongerThanItsTable() {
        assertFound(
                withSection(SHT_RELR, SHF_ALLOC, TABLES, 0x20),
                finding(
                        Rule.RELOCATION_OUTSIDE_TABLES,
                        "section 0, 32 bytes at 0x400, is not in the tables of the dynamic section",
                        TABLES,
                        TABLES));
    }

    @Test
    void aRelocationSectionThatIsATable() {
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, TABLES, 0x18));
    }

    @Test
    void aRelocationSectionThatHoldsTwoTables() {
        assertNothingFound(
                withSection(SHT_RELA, SHF_ALLOC, TABLES, 0x30).jmprel(DATA + 0x108, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void aRelocationSectionForTheLinkerIsNotLoaded() {
        assertNothingFound(withSection(SHT_RELA, 0, TABLES + 24, 0x18));
    }

    @Test
    void aSectionOfAnotherType() {
        assertNothingFound(withSection(SHT_PROGBITS, SHF_ALLOC, TABLES + 24, 0x18));
    }

    @Test
    void anEmptyRelocationSection() {
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, TABLES + 24, 0));
    }

    @Test
    void aSectionWhoseAddressIsOutsideOfMemory() {
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, -8, 0x18));
    }

    @Test
    void sectionHeadersOfAnotherSize() {
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, TABLES + 24, 0x18).set(E_SHENTSIZE, 40));
    }

    @Test
    void sectionHeadersThatDoNotLieInTheFile() {
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, TABLES + 24, 0x18).set(E_SHNUM, 0xffff));
        assertNothingFound(withSection(SHT_RELA, SHF_ALLOC, TABLES + 24, 0x18).set(E_SHOFF, -0x40));
    }

    /**
     * One RELA entry, with a symbol table behind it, and one section header, which stands in the data segment: file offset
     * 0x1000.
     */
    private static PieBuilder withSection(int type, long flags, long address, long size) {
        return sound().rela(DATA + 0x100, R_X86_64_RELATIVE, 0, 0)
                .symbols()
                .set(E_SHOFF, 0x1000)
                .set(E_SHENTSIZE, 64)
                .set(E_SHNUM, 1)
                .word32(DATA + 4, type)
                .word64(DATA + 8, flags)
                .word64(DATA + 16, address)
                .word64(DATA + 32, size);
    }
}
