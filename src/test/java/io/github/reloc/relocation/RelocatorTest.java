package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Elf;
import org.junit.jupiter.api.Test;

final class RelocatorTest {
    private static final long BASE = 0x7f0000;

    // B + A

    @Test
    void relativeIsBiasPlusAddend() {
        Relocated image = Relocated.at(BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f1234);
    }

    @Test
    void relative64IsTheSame() {
        Relocated image = Relocated.at(BASE, pie().rela(DATA, R_X86_64_RELATIVE64, 0, 0x1234));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f1234);
    }

    @Test
    void theWordInPlaceMeansNothingForRela() {
        Relocated image = Relocated.at(
                BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1234).word64(DATA, -1));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f1234);
    }

    @Test
    void theWordInPlaceIsTheAddendOfRelAndRelr() {
        Relocated image = Relocated.at(
                BASE,
                pie().rel(DATA, R_X86_64_RELATIVE, 0)
                        .relr(DATA + 8)
                        .word64(DATA, 0x1234)
                        .word64(DATA + 8, 0x5678));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f1234);
        assertThat(image.word64(0x10008)).isEqualTo(0x7f5678);
    }

    @Test
    void aBiasOf0StillWritesTheAddend() {
        Relocated image = Relocated.at(0, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(0x10000)).isEqualTo(0x1234);
    }

    @Test
    void theBiasIsNotTheBaseWhereTheFileIsLinkedElsewhere() {
        Relocated image = Relocated.at(BASE, pie().linkedAt(0x400000).rela(0x410000, R_X86_64_RELATIVE, 0, 0x401000));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000 + 0x1000);
    }

    @Test
    void theBiasMayBeNegative() {
        Relocated image =
                Relocated.at(0x1000, pie().linkedAt(0x400000).relr(0x410000).word64(0x410000, 0x400010));

        assertThat(image.word64(0x10000)).isEqualTo(0x1010);
    }

    @Test
    void aNegativeAddend() {
        Relocated image = Relocated.at(BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, -0x10));

        assertThat(image.word64(0x10000)).isEqualTo(0x7efff0);
    }

    @Test
    void theSumWraps() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x20).rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x13000);
        Relocated image = Relocated.at(-0x12000, pie);

        assertThat(image.word64(0x10000)).isEqualTo(0xfffffffffffee020L);
        assertThat(image.word64(0x10008)).isEqualTo(0x1000);
    }

    // Places

    @Test
    void aPlaceThatIsNotAligned() {
        Relocated image = Relocated.at(BASE, pie().rela(DATA + 3, R_X86_64_RELATIVE, 0, 0x1234));

        assertThat(image.word64(0x10003)).isEqualTo(0x7f1234);
    }

    @Test
    void aPlaceInBss() {
        Relocated image = Relocated.at(
                BASE,
                pie().rela(BSS, R_X86_64_RELATIVE, 0, 0x1234)
                        .rel(BSS + 8, R_X86_64_RELATIVE, 0)
                        .relr(END - 8));

        assertThat(image.word64(0x11000)).isEqualTo(0x7f1234);
        assertThat(image.word64(0x11008)).isEqualTo(0x7f0000);
        assertThat(image.word64(0x11ff8)).isEqualTo(0x7f0000);
    }

    @Test
    void aPlaceHalfInBssAndAcrossAPage() {
        Relocated image =
                Relocated.at(BASE, pie().rel(BSS - 4, R_X86_64_RELATIVE, 0).word32(BSS - 4, 0x1234));

        assertThat(image.word64(0x10ffc)).isEqualTo(0x7f1234);
    }

    @Test
    void aPlaceAcross64KiB() {
        PieBuilder pie = pie().data(DATA, 0x11000, 0x11000).rel(0x1fffc, R_X86_64_RELATIVE, 0);
        Relocated image = Relocated.at(0x1122334455660000L, pie.word64(0x1fffc, 0x7788));

        assertThat(image.word64(0x1fffc)).isEqualTo(0x1122334455667788L);
    }

    @Test
    void noneChangesNothingWhateverItsPlace() {
        PieBuilder pie = pie().rela(-1, R_X86_64_NONE, 99, 5)
                .rela(DATA, R_X86_64_NONE, 0, 5)
                .rel(0x8000, R_X86_64_NONE, -1)
                .jmprel(Elf.PAGE_SIZE, R_X86_64_NONE, 1, 1);

        assertThat(Relocated.at(BASE, pie).bytes())
                .isEqualTo(Relocated.at(0, pie).bytes());
    }

    @Test
    void onlyThePlacesChangeFromBaseToBase() {
        PieBuilder pie = pie().rela(DATA + 1, R_X86_64_RELATIVE, 0, -1)
                .rel(DATA + 0x10, R_X86_64_RELATIVE, 0)
                .relr(DATA + 0x20, 0b1011)
                .word64(DATA + 0x10, 7);
        Relocated at0 = Relocated.at(0, pie);
        Relocated atBase = Relocated.at(0x1111111111111000L, pie);

        byte[] before = at0.bytes();
        byte[] after = atBase.bytes();
        int changedBytes = 0;
        for (int i = 0; i < before.length; i++) {
            changedBytes += before[i] == after[i] ? 0 : 1;
        }
        for (int place : new int[] {0x10001, 0x10010, 0x10020, 0x10028, 0x10038}) {
            assertThat(atBase.word64(place) - at0.word64(place)).isEqualTo(0x1111111111111000L);
        }
        // 5 words, and the lowest byte of each sum stays.
        assertThat(changedBytes).isEqualTo(5 * 7);
    }

    // Order

    @Test
    void aLaterRelaEntryWins() {
        Relocated image = Relocated.at(
                BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1000).rela(DATA, R_X86_64_RELATIVE, 0, 0x2000));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f2000);
    }

    @Test
    void aLaterRelEntryAdds() {
        Relocated image = Relocated.at(
                BASE,
                pie().rel(DATA, R_X86_64_RELATIVE, 0)
                        .rel(DATA, R_X86_64_RELATIVE, 0)
                        .word64(DATA, 3));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000 + 0x7f0000 + 3);
    }

    @Test
    void aLaterRelrEntryAdds() {
        Relocated image = Relocated.at(BASE, pie().relr(DATA, DATA).word64(DATA, 3));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000 + 0x7f0000 + 3);
    }

    @Test
    void relAddsToRelrAndRelaWinsOverBoth() {
        PieBuilder pie = pie().relr(DATA, DATA + 8)
                .rel(DATA, R_X86_64_RELATIVE, 0)
                .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x1234);
        Relocated image = Relocated.at(BASE, pie);

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000 + 0x7f0000);
        assertThat(image.word64(0x10008)).isEqualTo(0x7f1234);
    }

    @Test
    void jmprelComesLast() {
        Relocated image = Relocated.at(
                BASE,
                pie().jmprel(DATA, R_X86_64_RELATIVE, 0, 0x2000)
                        .rela(DATA, R_X86_64_RELATIVE, 0, 0x1000)
                        .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x3000));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f2000);
        assertThat(image.word64(0x10008)).isEqualTo(0x7f3000);
    }

    @Test
    void jmprelLikeRelAddsToWhatRelaWrote() {
        Relocated image = Relocated.at(
                BASE, pie().jmprelLikeRel(DATA, R_X86_64_RELATIVE, 0).rela(DATA, R_X86_64_RELATIVE, 0, 0x1000));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000 + 0x7f0000 + 0x1000);
    }

    @Test
    void entriesOfAJmprelInsideRelAreAppliedOnce() {
        PieBuilder pie = pie().rel(DATA, R_X86_64_RELATIVE, 0)
                .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                .tag(Elf.DT_JMPREL, 0x410)
                .tag(Elf.DT_PLTRELSZ, 16)
                .tag(Elf.DT_PLTREL, Elf.DT_REL);
        Relocated image = Relocated.at(BASE, pie);

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0000);
        assertThat(image.word64(0x10008)).isEqualTo(0x7f0000);
    }

    // Types

    @Test
    void aTypeThatNoLoaderKnows() {
        assertUnsupported(
                "RELA entry 1, type 0x63 at 0x10008: a loader does not know this type (file offset 0x418)",
                () -> Relocated.at(
                        BASE, pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, 0x63, 0, 0)));
    }

    @Test
    void aTypeThatOnlyALinkerKnows() {
        assertUnsupported(
                "REL entry 0, R_X86_64_GOTPCREL (9) at 0x10000: a loader does not know this type (file offset 0x400)",
                () -> Relocated.at(BASE, pie().rel(DATA, 9, 0)));
    }

    @Test
    void aTypeHas32Bits() {
        assertUnsupported(
                "RELA entry 0, type 0x80000008 at 0x10000: a loader does not know this type (file offset 0x400)",
                () -> Relocated.at(BASE, pie().rela(DATA, 0x80000008, 0, 0)));
    }

    @Test
    void manyEntries() {
        PieBuilder pie = pie().data(0x1000000, 0x1000, 800_000);
        for (int i = 0; i < 100_000; i++) {
            pie.rela(0x1000000 + 8L * i, R_X86_64_RELATIVE, 0, i);
        }
        Relocated image = Relocated.at(BASE, pie);

        for (int i = 0; i < 100_000; i++) {
            assertThat(image.word64(0x1000000 + 8L * i)).isEqualTo(0x7f0000 + i);
        }
    }

    // Runs of relative entries, which share what is known of the first

    @Test
    void aRunAcrossBlocksWithWordsThatAreNotAligned() {
        long data = 0x100000;
        PieBuilder pie = pie().data(data, 0x30000, 0x30000);
        // Every word of three blocks, but that two of them are not aligned and lie across the end of a page or block.
        for (long place = data; place < data + 0x30000; place += 8) {
            boolean isSplit = place == 0x102ff8 || place == 0x10fff8;
            if (isSplit) {
                pie.rela(place + 4, R_X86_64_RELATIVE, 0, place);
                place += 8;
            } else {
                pie.rela(place, R_X86_64_RELATIVE, 0, place);
            }
        }
        Relocated image = Relocated.at(BASE, pie);

        for (long place = data; place < data + 0x30000; place += 8) {
            boolean isSplit = place == 0x102ff8 || place == 0x10fff8;
            assertThat(image.word64(isSplit ? place + 4 : place)).isEqualTo(BASE + place);
            place += isSplit ? 8 : 0;
        }
        assertThat(image.word64(0x102ff8) & 0xffffffffL).as("before the word").isZero();
        assertThat(image.word64(0x103000) >>> 32).as("behind the word").isZero();
    }

    @Test
    void aRunInAnyOrder() {
        long data = 0x400000;
        PieBuilder pie = pie().data(data, 0x200000, 0x200000);
        long count = 0x200000 / 8;
        for (long i = 0; i < count; i += 7) {
            // A step that is prime to the number of words visits each block again and again.
            long word = i * 48271 % count;
            pie.rela(data + word * 8, R_X86_64_RELATIVE, 0, word);
        }
        Relocated image = Relocated.at(BASE, pie);

        for (long i = 0; i < count; i += 7) {
            long word = i * 48271 % count;
            assertThat(image.word64(data + word * 8)).isEqualTo(BASE + word);
        }
    }

    @Test
    void theLaterOfTwoInARunWins() {
        Relocated image = Relocated.at(
                BASE,
                pie().rela(DATA, R_X86_64_RELATIVE, 0, 1)
                        .rela(DATA + 8, R_X86_64_RELATIVE, 0, 2)
                        .rela(DATA, R_X86_64_RELATIVE, 0, 3)
                        .rela(DATA + 4, R_X86_64_RELATIVE64, 0, 4)
                        .rela(DATA + 8, R_X86_64_RELATIVE, 0, 5));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0004_007f0003L);
        assertThat(image.word64(0x10008)).isEqualTo(BASE + 5);
    }

    @Test
    void twoInARunAddWhereTheAddendIsInPlace() {
        Relocated image = Relocated.at(
                BASE,
                pie().rel(DATA, R_X86_64_RELATIVE, 0)
                        .rel(DATA, R_X86_64_RELATIVE, 0)
                        .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                        .word64(DATA, 7));

        assertThat(image.word64(0x10000)).isEqualTo(2 * BASE + 7);
        assertThat(image.word64(0x10008)).isEqualTo(BASE);
    }

    @Test
    void aRunEndsBeforeATable() {
        // The dynamic section is at 0x200, in a segment that is writable here.
        PieBuilder pie = pie().headersFlags(PF_R | PF_W);
        pie.rela(0x1f0, R_X86_64_RELATIVE, 0, 0).rela(0x1f8, R_X86_64_RELATIVE, 0, 0);

        assertThat(Relocated.at(BASE, pie).word64(0x1f8)).isEqualTo(BASE);
        assertMalformed(
                "RELA entry 2, R_X86_64_RELATIVE (8) at 0x1fc: its place lies inside the dynamic section (file offset 0x430)",
                () -> Relocated.at(BASE, pie.rela(0x1fc, R_X86_64_RELATIVE, 0, 0)));
    }

    @Test
    void aRunEndsBeforeTheDynamicSection() {
        PieBuilder pie = pie().headersFlags(PF_R | PF_W)
                .rela(0x1f8, R_X86_64_RELATIVE, 0, 0)
                .rela(0x200, R_X86_64_RELATIVE, 0, 0);

        assertMalformed(
                "RELA entry 1, R_X86_64_RELATIVE (8) at 0x200: its place lies inside the dynamic section (file offset 0x418)",
                () -> Relocated.at(BASE, pie));
    }

    @Test
    void aRunEndsWithItsSegment() {
        PieBuilder pie = pie().rela(END - 8, R_X86_64_RELATIVE, 0, 0).rela(END, R_X86_64_RELATIVE, 0, 0);

        assertMalformed(
                "RELA entry 1, R_X86_64_RELATIVE (8) at 0x12000: its place lies outside the memory of any one PT_LOAD (file offset 0x418)",
                () -> Relocated.at(BASE, pie));
    }

    @Test
    void aSymbolInARelativeEntryMeansNothing() {
        Relocated image = Relocated.at(
                BASE,
                pie().rela(DATA, R_X86_64_RELATIVE, 0, 1)
                        .rela(DATA + 8, R_X86_64_RELATIVE, 77, 2)
                        .rela(DATA + 16, R_X86_64_RELATIVE, 0, 3));

        assertThat(image.word64(0x10008)).isEqualTo(BASE + 2);
        assertThat(image.word64(0x10010)).isEqualTo(BASE + 3);
    }
}
