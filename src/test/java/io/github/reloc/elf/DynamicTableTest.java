package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DYNAMIC_SEGMENT;
import static io.github.reloc.PieBuilder.FileField.EI_OSABI;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.SegmentField.P_OFFSET;
import static io.github.reloc.PieBuilder.SegmentField.P_TYPE;
import static io.github.reloc.PieBuilder.SegmentField.P_VADDR;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

/** The dynamic section of a built file is at 0x200, in the file and at link time; entry i at 0x200 + 16 * i. */
final class DynamicTableTest {
    private static final long DT_SONAME = 14;
    private static final long DT_DEBUG = 21;

    private static DynamicTable read(PieBuilder pie) {
        try (Program program = pie.open()) {
            return program.dynamic();
        }
    }

    @Test
    void valuesByTag() {
        DynamicTable dynamic = read(pie().tag(DT_SONAME, -1).tag(DT_DEBUG, 0));

        assertThat(dynamic.value(DT_SONAME, 0)).isEqualTo(-1);
        assertThat(dynamic.value(DT_DEBUG, 7)).as("a value of 0 is one").isEqualTo(0);
        assertThat(dynamic.value(Elf.DT_RELA, 7)).isEqualTo(7);
        assertThat(dynamic.has(DT_DEBUG)).isTrue();
        assertThat(dynamic.has(Elf.DT_RELA)).isFalse();
        assertThat(dynamic.valueFileOffset(DT_DEBUG)).isEqualTo(0x200 + 16 + 8);
        assertThat(dynamic.virtualAddress()).isEqualTo(0x200);
        assertThat(dynamic.size()).as("with DT_NULL").isEqualTo(3 * 16);
    }

    @Test
    void theFileOffsetIsNotTheAddress() {
        DynamicTable dynamic = read(pie().linkedAt(0x400000).tag(DT_DEBUG, 9));

        assertThat(dynamic.virtualAddress()).isEqualTo(0x400200);
        assertThat(dynamic.value(DT_DEBUG, 0)).isEqualTo(9);
        assertThat(dynamic.valueFileOffset(DT_DEBUG)).isEqualTo(0x208);
    }

    @Test
    void noDynamicSection() {
        assertUnsupported(
                "no PT_DYNAMIC, so its relocation tables cannot be found: is it a static PIE?",
                () -> read(pie().set(DYNAMIC_SEGMENT, P_TYPE, 0)));
    }

    @Test
    void twoDynamicSections() {
        assertMalformed(
                "program headers 2 and 3 are both PT_DYNAMIC (file offset 0xe8)",
                () -> read(pie().header(2, PF_R, 0x200, 0x200, 0x10, 0x10, 8)));
    }

    @Test
    void outsideEverySegment() {
        assertMalformed(
                "program header 2 (PT_DYNAMIC): p_vaddr 0x8000, p_offset 0x200 and p_filesz 0x10"
                        + " do not lie in the file-backed part of one PT_LOAD (file offset 0xb0)",
                () -> read(pie().set(DYNAMIC_SEGMENT, P_VADDR, 0x8000)));
    }

    @Test
    void pastTheFileBackedPartOfItsSegment() {
        // It begins 8 bytes before .bss.
        assertMalformed(
                "program header 2 (PT_DYNAMIC): p_vaddr 0x10ff8, p_offset 0x1ff8 and p_filesz 0x10"
                        + " do not lie in the file-backed part of one PT_LOAD (file offset 0xb0)",
                () -> read(pie().set(DYNAMIC_SEGMENT, P_VADDR, 0x10ff8).set(DYNAMIC_SEGMENT, P_OFFSET, 0x1ff8)));
    }

    @Test
    void anOffsetThatIsNotThatOfTheAddress() {
        assertMalformed(
                "program header 2 (PT_DYNAMIC): p_vaddr 0x200, p_offset 0x210 and p_filesz 0x10"
                        + " do not lie in the file-backed part of one PT_LOAD (file offset 0xb0)",
                () -> read(pie().set(DYNAMIC_SEGMENT, P_OFFSET, 0x210)));
    }

    @Test
    void withoutItsEnd() {
        assertMalformed(
                "the dynamic section has no DT_NULL within its 0x20 bytes (file offset 0x200)",
                () -> read(pie().tag(DT_DEBUG, 0).tag(DT_SONAME, 0).set(DYNAMIC_SEGMENT, P_FILESZ, 0x20)));
    }

    @Test
    void ofNoSize() {
        assertMalformed(
                "the dynamic section has no DT_NULL within its 0x0 bytes (file offset 0x200)",
                () -> read(pie().set(DYNAMIC_SEGMENT, P_FILESZ, 0)));
    }

    @Test
    void bytesThatAreNoWholeEntryAreNotRead() {
        assertMalformed(
                "the dynamic section has no DT_NULL within its 0x1f bytes (file offset 0x200)",
                () -> read(pie().tag(DT_DEBUG, 0).set(DYNAMIC_SEGMENT, P_FILESZ, 0x1f)));
    }

    @Test
    void whatFollowsItsEndMeansNothing() {
        DynamicTable dynamic = read(pie().tag(DT_DEBUG, 1).afterNull(DT_DEBUG, 2, 0x12345678, 3, -1));

        assertThat(dynamic.value(DT_DEBUG, 0)).isEqualTo(1);
        assertThat(dynamic.size()).isEqualTo(2 * 16);
        dynamic.requireOnlyKnownTags();
    }

    @Test
    void aTagTwiceWithDifferentValues() {
        assertMalformed(
                "DT_DEBUG stands twice, as 0x1 and as 0x2 (file offset 0x220)",
                () -> read(pie().tag(DT_DEBUG, 1).tag(DT_SONAME, 1).tag(DT_DEBUG, 2)));
    }

    @Test
    void aTagTwiceWithOneValue() {
        assertThat(read(pie().tag(DT_DEBUG, 1).tag(DT_DEBUG, 1)).value(DT_DEBUG, 0))
                .isEqualTo(1);
    }

    @Test
    void manyLibraries() {
        long auxiliary = 0x7ffffffdL;
        long filter = 0x7fffffffL;
        PieBuilder pie = pie();
        for (int i = 1; i < 4; i++) {
            pie.tag(Elf.DT_NEEDED, i).tag(auxiliary, i).tag(filter, i);
        }

        assertThat(read(pie).has(Elf.DT_NEEDED)).isTrue();
    }

    @Test
    void theSizeOfTheSymbolTableIsKnown() {
        read(pie().tag(39, 0x30)).requireOnlyKnownTags(); // DT_SYMTABSZ
    }

    /** In a Solaris file they are DT_SUNW_FILTER, twice, and DT_SUNW_CAP; elsewhere DT_ANDROID_REL and its size. */
    @Test
    void tagsMeanWhatTheOperatingSystemSays() {
        PieBuilder pie = pie().tag(0x6000000f, 1).tag(0x6000000f, 5).tag(0x60000010, 0x1000);
        DynamicTable solaris = read(pie.set(EI_OSABI, 6));

        assertThat(solaris.has(Elf.DT_ANDROID_REL)).isFalse();
        assertThat(solaris.has(Elf.DT_ANDROID_RELSZ)).isFalse();
        solaris.requireOnlyKnownTags();
        assertMalformed(
                "DT_ANDROID_REL stands twice, as 0x1 and as 0x5 (file offset 0x210)", () -> read(pie.set(EI_OSABI, 3)));
    }

    @Test
    void allTagsOfSolarisAreKnownThere() {
        PieBuilder pie = pie().set(EI_OSABI, 6);
        for (long tag = 0x6000000dL; tag <= 0x6000001bL; tag++) {
            pie.tag(tag, 1);
        }
        read(pie.tag(0x6000001d, 4).tag(0x6000001f, 1).tag(0x60000023, 1)).requireOnlyKnownTags();
        assertUnsupported(
                "dynamic tag 0x60000024 is not known, and could name a relocation table (file offset 0x320)",
                () -> read(pie.tag(0x60000024, 1)).requireOnlyKnownTags());
    }

    @Test
    void anUnknownTagCouldNameARelocationTable() {
        DynamicTable dynamic = read(pie().tag(DT_DEBUG, 1).tag(0x6000000e, 2).tag(0x6000000d, 2));

        assertUnsupported(
                "dynamic tag 0x6000000e is not known, and could name a relocation table (file offset 0x210)",
                dynamic::requireOnlyKnownTags);
    }

    @Test
    void aTagHas64Bits() {
        // Its lower half alone would be DT_RELA.
        DynamicTable dynamic = read(pie().tag(0x100000007L, 0x1234));

        assertThat(dynamic.has(Elf.DT_RELA)).isFalse();
        assertUnsupported(
                "dynamic tag 0x100000007 is not known, and could name a relocation table (file offset 0x200)",
                dynamic::requireOnlyKnownTags);
    }

    @Test
    void aTagWhoseLowerHalfIs0IsNotTheEnd() {
        DynamicTable dynamic = read(pie().tag(0x500000000L, 0).tag(DT_DEBUG, 1));

        assertThat(dynamic.value(DT_DEBUG, 0)).isEqualTo(1);
    }

    @Test
    void aTagThatAnotherCallsFor() {
        DynamicTable dynamic = read(pie().tag(Elf.DT_RELA, 0x400));

        assertThat(dynamic.required(Elf.DT_RELA, Elf.DT_RELASZ)).isEqualTo(0x400);
        assertMalformed(
                "DT_RELA without DT_RELASZ (file offset 0x208)", () -> dynamic.required(Elf.DT_RELASZ, Elf.DT_RELA));
    }
}
