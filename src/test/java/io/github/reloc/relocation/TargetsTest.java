package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Elf;
import org.junit.jupiter.api.Test;

final class TargetsTest {
    private static final long BASE = 0x7f0000;

    /** A file whose headers and tables could be written to. */
    private static PieBuilder writable() {
        return pie().headersFlags(PF_R | PF_W);
    }

    private static void assertRefused(long place, String where, PieBuilder pie) {
        assertMalformed(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x" + Long.toHexString(place) + ": its place lies " + where
                        + " (file offset 0x400)",
                () -> Relocated.at(BASE, pie.rela(place, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void outsideEverySegment() {
        String where = "outside the memory of any one PT_LOAD";

        assertRefused(0x8000, where, pie());
        assertRefused(END, where, pie());
        assertRefused(END - 7, where, pie());
        assertRefused(-8, where, pie());
        assertRefused(-1, where, pie());
        assertRefused(0x3ffff8, where, pie().linkedAt(0x400000));
    }

    @Test
    void acrossTwoSegments() {
        assertRefused(END - 4, "outside the memory of any one PT_LOAD", pie().load(END, PF_R | PF_W, 0x10, 0x10));
    }

    @Test
    void betweenTwoSegmentsOfOnePage() {
        // The data segment ends inside the page that the image ends with.
        assertRefused(DATA + 0x20, "outside the memory of any one PT_LOAD", pie().data(DATA, 0x10, 0x20));
    }

    @Test
    void notWritable() {
        assertRefused(0x100, "in a segment that is not writable, and there is no DT_TEXTREL", pie());
    }

    @Test
    void otherFlagsAllowNothing() {
        assertRefused(
                0x100,
                "in a segment that is not writable, and there is no DT_TEXTREL",
                pie().tag(Elf.DT_FLAGS, ~Elf.DF_TEXTREL));
    }

    @Test
    void notWritableWithATagThatAllowsIt() {
        Relocated image = Relocated.at(BASE, pie().tag(Elf.DT_TEXTREL, 0).rela(0x180, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(0x180)).isEqualTo(0x7f1234);
    }

    @Test
    void notWritableWithAFlagThatAllowsIt() {
        Relocated image =
                Relocated.at(BASE, pie().tag(Elf.DT_FLAGS, Elf.DF_TEXTREL).rela(0x180, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(0x180)).isEqualTo(0x7f1234);
    }

    @Test
    void inTheDynamicSection() {
        // Three tags and DT_NULL, from 0x200 to 0x240.
        assertRefused(0x1f9, "inside the dynamic section", writable());
        assertRefused(0x200, "inside the dynamic section", writable());
        assertRefused(0x23f, "inside the dynamic section", writable());
    }

    @Test
    void besideTheDynamicSection() {
        Relocated image = Relocated.at(
                BASE,
                writable()
                        .rela(0x1f8, R_X86_64_RELATIVE, 0, 1)
                        .rela(0x250, R_X86_64_RELATIVE, 0, 2)
                        .afterNull(0, 0));

        assertThat(image.word64(0x1f8)).isEqualTo(0x7f0001);
        assertThat(image.word64(0x250)).isEqualTo(0x7f0002);
    }

    @Test
    void inTheRelaTable() {
        assertRefused(0x3f9, "inside the RELA table", writable());
        assertRefused(0x400, "inside the RELA table", writable());
        assertRefused(0x410, "inside the RELA table", writable());
    }

    @Test
    void inTheJmprelTable() {
        assertRefused(0x418, "inside the JMPREL table", writable().jmprel(DATA, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void inTheRelTable() {
        assertRefused(0x420, "inside the REL table", writable().rel(DATA, R_X86_64_RELATIVE, 0));
    }

    @Test
    void inTheRelrTable() {
        assertRefused(0x418, "inside the RELR table", writable().relr(DATA));
    }

    @Test
    void inTheSymbolTable() {
        // 24 bytes of RELA and 16 of hash are before it, then come the strings.
        assertRefused(0x428, "inside the symbol table", writable().symbols());
        assertRefused(0x438, "inside the symbol table", writable().symbols());
    }

    /** Symbols 0 to 2 in the data segment, where nothing tells their number; the strings are before them. */
    private static PieBuilder uncountedSymbols() {
        return pie().tag(Elf.DT_SYMTAB, DATA + 0x100)
                .tag(Elf.DT_SYMENT, 24)
                .tag(Elf.DT_STRTAB, DATA)
                .tag(Elf.DT_STRSZ, 1)
                .word64(DATA + 0x118, 0xfff1_0011_0000_0000L) // symbol 1: absolute
                .word64(DATA + 0x120, 0x1111)
                .word64(DATA + 0x130, 0xfff1_0011_0000_0000L)
                .word64(DATA + 0x138, 0x2222);
    }

    /** The value of a symbol would be another one after the entry that changes it. */
    @Test
    void inASymbolTableThatNoHashTableCounts() {
        for (long place : new long[] {DATA + 0x100, DATA + 0x138, DATA + 0x147}) {
            assertRefused(
                    place,
                    "inside the symbol table",
                    uncountedSymbols().relr(DATA + 0x800).jmprel(DATA + 8, 1, 2, 0));
        }
    }

    @Test
    void behindTheLastSymbolThatAnEntryNames() {
        Relocated image = Relocated.at(
                BASE, uncountedSymbols().rela(DATA + 8, 1, 1, 0).rela(DATA + 0x130, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(DATA + 8)).isEqualTo(0x1111);
        assertThat(image.word64(DATA + 0x130)).isEqualTo(0x7f1234);
    }

    /** The same in a segment that is not writable, where DT_TEXTREL allows it all the same. */
    @Test
    void inUncountedSymbolsThatTextRelocationsMayChange() {
        PieBuilder pie = pie().dataFlags(PF_R)
                .tag(Elf.DT_TEXTREL, 0)
                .tag(Elf.DT_SYMTAB, DATA + 0x100)
                .tag(Elf.DT_SYMENT, 24)
                .tag(Elf.DT_STRTAB, DATA)
                .tag(Elf.DT_STRSZ, 1)
                .word64(DATA + 0x118, 0xfff1_0011_0000_0000L)
                .word64(DATA + 0x120, 0x1111)
                .rela(DATA + 8, R_X86_64_64, 1, 0)
                .rela(DATA + 0x130, R_X86_64_RELATIVE, 0, 0x1234);

        assertThat(Relocated.at(BASE, pie).word64(DATA + 0x130)).isEqualTo(0x7f1234);
        assertMalformed(
                "RELA entry 2, R_X86_64_RELATIVE (8) at 0x1012f: its place lies inside the symbol table (file offset 0x430)",
                () -> Relocated.at(BASE, pie.rela(DATA + 0x12f, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void besideSymbolsThatNoEntryNames() {
        Relocated image = Relocated.at(BASE, uncountedSymbols().rela(DATA + 0x100, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(DATA + 0x100)).isEqualTo(0x7f1234);
    }

    @Test
    void inTheStringTable() {
        assertRefused(0x440, "inside the string table", writable().string("some name"));
    }

    @Test
    void aPlaceThatWasFineDoesNotMakeItsNeighboursFine() {
        // RELA 0x400 to 0x430, hash to 0x440, symbols to 0x458, strings.
        for (long fine : new long[] {0x1f8, 0x3e0, 0x430, DATA}) {
            assertMalformed(
                    "RELA entry 1, R_X86_64_RELATIVE (8) at 0x45a: its place lies inside the string table (file offset 0x418)",
                    () -> Relocated.at(
                            BASE,
                            writable()
                                    .string("a name of more than 16 bytes")
                                    .rela(fine, R_X86_64_RELATIVE, 0, 0)
                                    .rela(0x45a, R_X86_64_RELATIVE, 0, 0)));
        }
    }

    @Test
    void aPlaceThatWasFineDoesNotMakeATableBelowItFine() {
        // The dynamic section 0x200 to 0x290, RELA 0x400 to 0x430.
        for (long fine : new long[] {0x2a0, 0x3e0, 0x430}) {
            assertMalformed(
                    "RELA entry 1, R_X86_64_RELATIVE (8) at 0x208: its place lies inside the dynamic section (file offset 0x418)",
                    () -> Relocated.at(
                            BASE,
                            writable()
                                    .string("a name")
                                    .afterNull(0, 0, 0, 0)
                                    .rela(fine, R_X86_64_RELATIVE, 0, 0)
                                    .rela(0x208, R_X86_64_RELATIVE, 0, 0)));
        }
    }

    @Test
    void theEntryIsNamed() {
        assertMalformed(
                "RELR entry 2, R_X86_64_RELATIVE (8) at 0x12000: its place lies outside the memory of any one PT_LOAD (file offset 0x400)",
                () -> Relocated.at(BASE, pie().relr(DATA, 0b11, END)));
        assertMalformed(
                "JMPREL entry 0, R_X86_64_RELATIVE64 (38) at 0x0: its place lies in a segment that is not writable, and there is no DT_TEXTREL (file offset 0x400)",
                () -> Relocated.at(BASE, pie().jmprel(0, 38, 0, 0)));
    }

    @Test
    void anImageWithoutItsEndHasNoPlacesThere() {
        assertUnsupported(
                "RELA entry 0, R_X86_64_RELATIVE (8) at 0x11000: its place lies in .bss, of which the image has no bytes (file offset 0x400)",
                () -> Relocated.withoutTrailingZeros(BASE, pie().rela(BSS, R_X86_64_RELATIVE, 0, 0)));
        assertUnsupported(
                "RELA entry 1, R_X86_64_RELATIVE (8) at 0x10ff9: its place lies in .bss, of which the image has no bytes (file offset 0x418)",
                () -> Relocated.withoutTrailingZeros(
                        BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(BSS - 7, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void anImageWithoutItsEndHasThePlacesBefore() {
        Relocated image = Relocated.withoutTrailingZeros(BASE, pie().rela(BSS - 8, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.size()).isEqualTo(0x11000);
        assertThat(image.word64(0x10ff8)).isEqualTo(0x7f1234);
    }
}
