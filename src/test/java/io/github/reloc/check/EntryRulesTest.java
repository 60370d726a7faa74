package io.github.reloc.check;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.FileField.E_TYPE;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_32S;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_COPY;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPMOD64;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_JUMP_SLOT;
import static io.github.reloc.RelocationTypes.R_X86_64_PC32;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static io.github.reloc.check.RuleAssertions.assertFound;
import static io.github.reloc.check.RuleAssertions.assertNothingFound;
import static io.github.reloc.check.RuleAssertions.finding;
import static io.github.reloc.check.RuleAssertions.sound;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

final class EntryRulesTest {
    private static final long DT_NEEDED = 1;
    private static final long DT_STRSZ = 10;
    private static final long DT_TEXTREL = 22;
    private static final long DT_RELACOUNT = 0x6ffffff9L;
    private static final long DT_RELCOUNT = 0x6ffffffaL;

    /** st_info: binding in the upper 4 bits (1 global, 2 weak), type in the lower (2 function, 6 TLS, 10 IFUNC). */
    private static final int GLOBAL = 0x10;

    private static final int WEAK = 0x20;
    private static final int GLOBAL_TLS = 0x16;
    private static final int GLOBAL_IFUNC = 0x1a;

    private static final int UNDEFINED = 0;
    private static final int SECTION = 1;
    private static final int ABSOLUTE = 0xfff1;

    /** Of an address in the data segment. */
    private static long fileOffset(long virtualAddress) {
        return virtualAddress - DATA + 0x1000;
    }

    private static Finding at(long virtualAddress, Rule rule, String message) {
        return finding(rule, message, virtualAddress, fileOffset(virtualAddress));
    }

    @Test
    void indirectFunctionsNeedRunTime() {
        assertFound(
                sound().rela(DATA, R_X86_64_IRELATIVE, 0, 0)
                        .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0)
                        .rela(DATA + 16, R_X86_64_IRELATIVE, 0, 0),
                at(
                        DATA,
                        Rule.RUN_TIME_RELOCATION,
                        "2 entries of RELA of type R_X86_64_IRELATIVE, at 0x10000, 0x10010"));
    }

    @Test
    void eachTableAndTypeThatNeedsRunTimeIsAFinding() {
        assertFound(
                sound().symbol("chosen", GLOBAL_IFUNC, SECTION, 0x100, 0)
                        .symbol("copied", GLOBAL, SECTION, DATA + 0x800, 8)
                        .rela(DATA, R_X86_64_IRELATIVE, 0, 0)
                        .rela(DATA + 0x800, R_X86_64_COPY, 2, 0)
                        .jmprel(DATA + 8, R_X86_64_JUMP_SLOT, 1, 0),
                at(DATA + 0x800, Rule.RUN_TIME_RELOCATION, "1 entry of RELA of type R_X86_64_COPY, at 0x10800"),
                at(DATA, Rule.RUN_TIME_RELOCATION, "1 entry of RELA of type R_X86_64_IRELATIVE, at 0x10000"),
                at(DATA + 8, Rule.RUN_TIME_RELOCATION, "1 entry of JMPREL of type R_X86_64_JUMP_SLOT, at 0x10008"));
    }

    @Test
    void manyPlacesAreCounted() {
        PieBuilder pie = sound();
        for (int i = 0; i < 100; i++) {
            pie.rela(DATA + 8L * i, R_X86_64_IRELATIVE, 0, 0);
        }
        assertFound(
                pie,
                at(
                        DATA,
                        Rule.RUN_TIME_RELOCATION,
                        "100 entries of RELA of type R_X86_64_IRELATIVE, at 0x10000, 0x10008, 0x10010, …"));
    }

    @Test
    void anUndefinedSymbolIsNamedOnce() {
        assertFound(
                sound().symbol("gone\u0007", GLOBAL, UNDEFINED, 0, 0)
                        .symbol("also", GLOBAL_TLS, UNDEFINED, 0, 0)
                        .rela(DATA, R_X86_64_64, 1, 0)
                        .rela(DATA + 8, R_X86_64_GLOB_DAT, 1, 0)
                        .rela(DATA + 16, R_X86_64_DTPMOD64, 2, 0),
                at(DATA, Rule.UNDEFINED_SYMBOL, "not defined: gone\\u{7}, also"));
    }

    /** What is given is an address: neither a size nor an offset in the TLS block. */
    @Test
    void anAddressIsNotOfferedWhereNoneIsNeeded() {
        assertFound(
                sound().symbol("thread", GLOBAL_TLS, UNDEFINED, 0, 0)
                        .symbol("sized", GLOBAL, UNDEFINED, 0, 0)
                        .rela(DATA, R_X86_64_DTPMOD64, 1, 0)
                        .rela(DATA + 8, R_X86_64_SIZE64, 2, 0),
                new Finding(
                        Rule.UNDEFINED_SYMBOL,
                        "not defined: thread, sized",
                        new Location(DATA, fileOffset(DATA)),
                        new Advice("link what defines them (--no-undefined shows where they are used)", null)));
    }

    @Test
    void aProgramThatNeedsSharedLibrariesHasToBeLinkedAnew() {
        Advice advice = new Advice("link with -static-pie", null);

        // DT_NEEDED follows the eight tags of the tables.
        assertFound(
                sound().symbol("gone", GLOBAL, UNDEFINED, 0, 0)
                        .symbol("copied", GLOBAL, SECTION, DATA + 0x800, 8)
                        .tag(DT_NEEDED, 1)
                        .rela(DATA, R_X86_64_GLOB_DAT, 1, 0)
                        .rela(DATA + 8, R_X86_64_COPY, 2, 0),
                new Finding(
                        Rule.RUN_TIME_RELOCATION,
                        "1 entry of RELA of type R_X86_64_COPY, at 0x10008",
                        new Location(DATA + 8, fileOffset(DATA + 8)),
                        advice),
                new Finding(Rule.UNDEFINED_SYMBOL, "not defined: gone", new Location(DATA, fileOffset(DATA)), advice),
                finding(Rule.NEEDED_LIBRARY, "DT_NEEDED names gone", 0x288, 0x288));
    }

    @Test
    void anUndefinedSymbolWhoseNameIsMalformedHasANumber() {
        // With one byte of strings, the empty one, the name at offset 1 is past their end.
        assertFound(
                sound().symbol("perhaps", WEAK, UNDEFINED, 0, 0)
                        .setTag(DT_STRSZ, 1)
                        .rela(DATA, R_X86_64_64, 1, 0),
                at(DATA, Rule.UNDEFINED_WEAK_SYMBOL, "weak and not defined: <symbol 1>"));
    }

    @Test
    void manyUndefinedSymbolsAreCounted() {
        PieBuilder pie = sound();
        for (int i = 0; i < 13; i++) {
            pie.symbol("s" + i, GLOBAL, UNDEFINED, 0, 0).rela(DATA + 8L * i, R_X86_64_64, i + 1, 0);
        }
        assertFound(
                pie, at(DATA, Rule.UNDEFINED_SYMBOL, "not defined: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 3 more"));
    }

    @Test
    void aSymbolThatNoEntryNamesIsNoFinding() {
        assertNothingFound(sound().symbol("gone", GLOBAL, UNDEFINED, 0, 0));
    }

    @Test
    void aDefinedSymbol() {
        assertNothingFound(sound().symbol("here", GLOBAL, SECTION, 0x100, 0).rela(DATA, R_X86_64_64, 1, 0));
    }

    @Test
    void anUndefinedWeakSymbolIsANote() {
        assertFound(
                sound().symbol("perhaps", WEAK, UNDEFINED, 0, 0).rela(DATA, R_X86_64_64, 1, 0),
                at(DATA, Rule.UNDEFINED_WEAK_SYMBOL, "weak and not defined: perhaps"));
    }

    @Test
    void aRelativeEntryMayNameAnySymbol() {
        assertNothingFound(sound().rela(DATA, R_X86_64_RELATIVE, -1, 0));
    }

    @Test
    void aDefinedWeakSymbol() {
        assertNothingFound(sound().symbol("here", WEAK, SECTION, 0x100, 0).rela(DATA, R_X86_64_64, 1, 0));
    }

    @Test
    void aRelocationInASegmentThatIsNotWritable() {
        assertFound(
                sound().tag(DT_TEXTREL, 0).rela(0x180, R_X86_64_RELATIVE, 0, 0).rela(DATA, R_X86_64_RELATIVE, 0, 0),
                finding(Rule.TEXT_RELOCATION, "1 entry changes memory that is not writable, at 0x180", 0x180, 0x180));
    }

    @Test
    void aTextRelocationThatTheFileOnlyAnnounces() {
        assertNothingFound(sound().tag(DT_TEXTREL, 0).rela(DATA, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void twoEntriesForOneWord() {
        assertFound(
                sound().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA, R_X86_64_RELATIVE, 0, 8),
                at(DATA, Rule.OVERLAPPING_TARGETS, "1 entry changes bytes that an earlier entry changes, at 0x10000"));
    }

    @Test
    void twoTablesForOneWord() {
        assertFound(
                sound().relr(DATA).rela(DATA + 7, R_X86_64_RELATIVE, 0, 0),
                finding(Rule.TABLE_NOT_IDEMPOTENT, "RELR has 1 entry that adds to the word in place", 0x418, 0x418),
                at(
                        DATA + 7,
                        Rule.OVERLAPPING_TARGETS,
                        "1 entry changes bytes that an earlier entry changes, at 0x10007"));
    }

    @Test
    void aTargetInZeroFilledMemoryHasNoFileOffset() {
        assertFound(
                sound().rela(BSS, R_X86_64_RELATIVE, 0, 0).rela(BSS, R_X86_64_RELATIVE, 0, 8),
                finding(
                        Rule.OVERLAPPING_TARGETS,
                        "1 entry changes bytes that an earlier entry changes, at 0x11000",
                        BSS,
                        -1));
    }

    @Test
    void fieldsThatTouch() {
        assertNothingFound(sound().rela(DATA + 4, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 12, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 24, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void fieldsOf32BitsThatTouch() {
        PieBuilder pie = sound().symbol("here", GLOBAL, SECTION, 0x100, 0)
                .rela(DATA + 4, R_X86_64_PC32, 1, 0)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA, R_X86_64_PC32, 1, 0);
        assertNothingFound(pie);
    }

    // The program is linked at 0 and has its symbol at 0x100.

    private static PieBuilder narrow(int type, long addend) {
        return sound().symbol("here", GLOBAL, SECTION, 0x100, 0).rela(DATA, type, 1, addend);
    }

    private static void assertNarrow(PieBuilder pie, String bases) {
        assertFound(
                pie,
                at(
                        DATA,
                        Rule.NARROW_FIELD,
                        "1 entry of 32 bits holds an address at load bases " + bases + " alone, at 0x10000"));
    }

    @Test
    void unsignedFieldsOf32BitsHoldTheLowest4GiB() {
        // 0xffffffff - 0x100, rounded down to a page.
        assertNarrow(narrow(R_X86_64_32, 0), "up to 0xfffff000");
        assertNarrow(narrow(R_X86_64_32, 0xfffffeffL - 0x1000), "up to 0x1000 and from 0xffffffff00002000 on");
    }

    @Test
    void anAddressThatIsNegativeAtBase0IsNoneHigherUp() {
        // -0x2000 + 0x100: the first base at which it is not below 0, and the last at which it is below 2^32.
        assertNarrow(narrow(R_X86_64_32, -0x2000), "from 0x2000 to 0x100001000");
    }

    @Test
    void signedFieldsOf32BitsHoldTheLowestAndTheHighest2GiB() {
        assertNarrow(narrow(R_X86_64_32S, 0), "up to 0x7ffff000 and from 0xffffffff80000000 on");
    }

    @Test
    void aDistanceFromANumberFallsWhereTheBaseRises() {
        // 0x100 - base - 0x10000 is at least -2^31 up to base 0x7fff0100, and less than 2^31 from -0x80000000 on.
        assertNarrow(
                sound().symbol("number", GLOBAL, ABSOLUTE, 0x100, 0).rela(DATA, R_X86_64_PC32, 1, 0),
                "up to 0x7fff0000 and from 0xffffffff7fff1000 on");
    }

    @Test
    void fieldsOf32BitsTogether() {
        assertFound(
                narrow(R_X86_64_32, -0x2000).rela(DATA + 4, R_X86_64_32S, 1, 0),
                at(
                        DATA,
                        Rule.NARROW_FIELD,
                        "2 entries of 32 bits hold an address at load bases from 0x2000 to 0x7ffff000 alone, at"
                                + " 0x10000, 0x10004"));
    }

    @Test
    void fieldsOf32BitsThatNoBaseSuits() {
        assertUnsupported(
                "no load base suits all the 32-bit fields, of which the entry for 0x10004 is one",
                () -> assertNothingFound(narrow(R_X86_64_32, 0).rela(DATA + 4, R_X86_64_32, 1, -0x200000000L)));
    }

    @Test
    void aFieldOf32BitsThatHoldsNoAddressHasToFitAtOnce() {
        assertUnsupported(
                "RELA entry 0, R_X86_64_32 (10) at 0x10000: the value 0x100000000 does not fit an unsigned 32-bit"
                        + " field (file offset 0x400)",
                () -> assertNothingFound(sound().symbol("number", GLOBAL, ABSOLUTE, 0x100000000L, 0)
                        .rela(DATA, R_X86_64_32, 1, 0)));
    }

    @Test
    void relrAddressesThatAreNotAligned() {
        // 0b111: the two words after the address.
        assertFound(
                sound().relr(DATA + 2, 0b111, DATA + 0x100),
                finding(Rule.TABLE_NOT_IDEMPOTENT, "RELR has 4 entries that add to the word in place", 0x400, 0x400),
                at(
                        DATA + 2,
                        Rule.UNALIGNED_RELR,
                        "3 entries change a word that is not aligned to 8 bytes, at 0x10002, 0x1000a, 0x10012"));
    }

    @Test
    void aRelaEntryNeedNotBeAligned() {
        assertNothingFound(sound().rela(DATA + 1, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void aRelacountThatIsTooLarge() {
        // The tag is the fourth of the section, and its value is 8 bytes into it.
        assertFound(
                sound().symbol("here", GLOBAL, SECTION, 0x100, 0)
                        .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                        .rela(DATA + 8, R_X86_64_64, 1, 0)
                        .rela(DATA + 16, R_X86_64_RELATIVE, 0, 0)
                        .tag(DT_RELACOUNT, 2),
                finding(
                        Rule.WRONG_RELACOUNT,
                        "DT_RELACOUNT is 2, but RELA begins with only 1 of type R_X86_64_RELATIVE",
                        0x288,
                        0x288));
    }

    @Test
    void aRelcountWithoutARelTable() {
        assertFound(
                sound().tag(DT_RELCOUNT, -1),
                finding(
                        Rule.WRONG_RELACOUNT,
                        "DT_RELCOUNT is 18446744073709551615, but REL begins with only 0 of type"
                                + " R_X86_64_RELATIVE",
                        0x208,
                        0x208));
    }

    @Test
    void aRelacountThatIsRightOrSmaller() {
        PieBuilder pie = sound().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, R_X86_64_RELATIVE, 0, 0);
        assertNothingFound(pie.tag(DT_RELACOUNT, 2));
        assertNothingFound(sound().rela(DATA, R_X86_64_RELATIVE, 0, 0).tag(DT_RELACOUNT, 0));
    }

    @Test
    void anEntryThatIsMalformedEndsTheCheck() {
        assertMalformed(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x180: its place lies in a segment that is not writable, and there is no DT_TEXTREL (file offset 0x400)",
                () -> assertNothingFound(sound().rela(0x180, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void aTypeThatNoLoaderKnowsEndsTheCheck() {
        assertUnsupported(
                "RELA entry 0, type 0x63 at 0x10000: a loader does not know this type (file offset 0x400)",
                () -> assertNothingFound(sound().rela(DATA, 0x63, 0, 0)));
    }

    @Test
    void aProgramForFixedAddressesEndsTheCheck() {
        assertUnsupported(
                "e_type is ET_EXEC: the program is at its address already, and cannot be moved",
                () -> assertNothingFound(sound().set(E_TYPE, 2)));
    }
}
