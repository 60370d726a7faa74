package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.DATA_SEGMENT;
import static io.github.reloc.PieBuilder.HEADERS_SEGMENT;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.SegmentField.P_ALIGN;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.SegmentField.P_MEMSZ;
import static io.github.reloc.PieBuilder.SegmentField.P_OFFSET;
import static io.github.reloc.PieBuilder.SegmentField.P_TYPE;
import static io.github.reloc.PieBuilder.SegmentField.P_VADDR;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import org.junit.jupiter.api.Test;

/** The data segment of a built file: p_offset 0x1000, p_vaddr 0x10000, p_filesz 0x1000, p_memsz 0x2000. */
final class LoadSegmentsTest {
    private static final int PT_NULL = 0;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_RELRO = 0x6474e552;

    private static LoadSegments read(PieBuilder pie) {
        try (InputFile input = pie.openInput()) {
            return new LoadSegments(HeaderReader.read(input), input.size());
        }
    }

    @Test
    void segmentsSpanThePagesTheyTouch() {
        LoadSegments segments =
                read(pie().linkedAt(0x400100).data(0x412300, 0x10, 0x1001).alignment(1));

        assertThat(segments.list()).extracting(Segment::index).containsExactly(0, 1);
        assertThat(segments.startVirtualAddress()).isEqualTo(0x400000);
        assertThat(segments.fileBackedEndVirtualAddress()).isEqualTo(0x412310);
        assertThat(segments.endVirtualAddress()).isEqualTo(0x414000);
    }

    @Test
    void largerInTheFileThanInMemory() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_filesz 0x1000 is larger than p_memsz 0xfff (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_MEMSZ, 0xfff)));
    }

    @Test
    void pastTheEndOfTheFile() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_offset 0x1000 and p_filesz 0x1001 do not lie in the file of 8192 bytes (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_FILESZ, 0x1001)));
    }

    @Test
    void anOffsetThatWraps() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_offset 0xfffffffffffff000 and p_filesz 0x1000"
                        + " do not lie in the file of 8192 bytes (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_OFFSET, -0x1000)));
    }

    @Test
    void anAddressRangeThatWraps() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_vaddr 0x10000 and p_memsz 0xffffffffffff0000"
                        + " pass the end of the address space (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_MEMSZ, -0x10000)));
    }

    @Test
    void theLastPageOfTheAddressSpaceCannotBeUsed() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_vaddr 0xffffffffffffd000 and p_memsz 0x2001"
                        + " pass the end of the address space (file offset 0x78)",
                () -> read(pie().data(-0x3000, 0x1000, 0x2001)));
    }

    @Test
    void thePageBeforeTheLastCanBeUsed() {
        LoadSegments segments = read(pie().data(-0x3000, 0x1000, 0x2000));

        assertThat(segments.endVirtualAddress()).isEqualTo(-0x1000);
    }

    @Test
    void anAlignmentThatIsNoPowerOfTwo() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_align 0x3000 is not a power of two (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_ALIGN, 0x3000)));
    }

    @Test
    void theLargestPowerOfTwoIsAnAlignment() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_vaddr 0x10000 and p_offset 0x1000 differ modulo p_align"
                        + " 0x8000000000000000 (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_ALIGN, 0x8000000000000000L)));
    }

    @Test
    void anAlignmentOf0Or1IsNone() {
        PieBuilder odd = pie().set(DATA_SEGMENT, P_VADDR, 0x10001);

        assertThat(read(odd.set(DATA_SEGMENT, P_ALIGN, 1)).list()).hasSize(2);
        assertThat(read(odd.set(DATA_SEGMENT, P_ALIGN, 0)).list()).hasSize(2);
    }

    @Test
    void addressAndOffsetThatDifferModuloTheAlignment() {
        assertMalformed(
                "program header 1 (PT_LOAD): p_vaddr 0x10008 and p_offset 0x1000 differ modulo p_align 0x1000 (file offset 0x78)",
                () -> read(pie().set(DATA_SEGMENT, P_VADDR, 0x10008)));
    }

    @Test
    void anOffsetMeansNothingWhereNothingComesFromTheFile() {
        LoadSegments segments = read(pie().set(DATA_SEGMENT, P_FILESZ, 0).set(DATA_SEGMENT, P_OFFSET, -1));

        assertThat(segments.list()).hasSize(2);
        assertThat(segments.endVirtualAddress()).isEqualTo(0x12000);
        assertThat(segments.fileBackedEndVirtualAddress())
                .as("the end of the segment of headers")
                .isEqualTo(0x400);
    }

    @Test
    void descending() {
        assertMalformed(
                "program header 3 (PT_LOAD): p_vaddr 0x8000 lies below that of the PT_LOAD before it (file offset 0xe8)",
                () -> read(pie().load(0x8000, PF_R, 0x10, 0x10)));
    }

    @Test
    void overlapping() {
        assertMalformed(
                "program header 3 (PT_LOAD): p_vaddr 0x11fff lies inside the PT_LOAD before it (file offset 0xe8)",
                () -> read(pie().load(0x11fff, PF_R, 1, 1)));
    }

    @Test
    void twoAtOneAddress() {
        assertMalformed(
                "program header 3 (PT_LOAD): p_vaddr 0x10000 lies inside the PT_LOAD before it (file offset 0xe8)",
                () -> read(pie().load(DATA, PF_R, 1, 1)));
    }

    @Test
    void oneMayBeginWhereTheOtherEnds() {
        LoadSegments segments = read(pie().load(0x12000, PF_R, 1, 1));

        assertThat(segments.list()).extracting(Segment::index).containsExactly(0, 1, 3);
    }

    @Test
    void addressesAreComparedUnsigned() {
        LoadSegments segments = read(pie().load(0x8000000000000000L, PF_R, 8, 8));

        assertThat(segments.endVirtualAddress()).isEqualTo(0x8000000000001000L);
    }

    @Test
    void noSegmentToLoad() {
        assertMalformed(
                "no PT_LOAD: there is nothing to load (file offset 0x40)",
                () -> read(pie().set(HEADERS_SEGMENT, P_TYPE, PT_NULL).set(DATA_SEGMENT, P_TYPE, PT_NULL)));
    }

    @Test
    void onlyEmptySegmentsToLoad() {
        assertMalformed(
                "no PT_LOAD: there is nothing to load (file offset 0x40)",
                () -> read(pie().set(HEADERS_SEGMENT, P_TYPE, PT_NULL)
                        .set(DATA_SEGMENT, P_FILESZ, 0)
                        .set(DATA_SEGMENT, P_MEMSZ, 0)));
    }

    @Test
    void nothingMattersAboutAnEmptySegment() {
        LoadSegments segments = read(pie().header(PT_LOAD, 0, -1, 0x3001, 0, 0, 0x3000));

        assertThat(segments.list()).extracting(Segment::index).containsExactly(0, 1);
    }

    @Test
    void otherSegmentTypesAreNotChecked() {
        LoadSegments segments =
                read(pie().header(PT_GNU_RELRO, 0, -1, -1, -1, 0, 3).header(0x6fffffff, 0, -1, -1, -1, -1, -1));

        assertThat(segments.list()).extracting(Segment::index).containsExactly(0, 1);
    }

    @Test
    void aRangeIsFoundInTheSegmentThatHoldsAllOfIt() {
        LoadSegments segments = read(pie().load(0x12000, PF_R | PF_W, 0x10, 0x20));
        Segment data = segments.list().get(1);
        Segment last = segments.list().get(2);

        assertThat(segments.containing(0x11ff8, 8)).isEqualTo(data);
        assertThat(segments.containing(0x11ffc, 8)).as("in two segments").isNull();
        assertThat(segments.containing(0x12018, 8)).isEqualTo(last);
        assertThat(segments.containing(0x12019, 8)).isNull();
        assertThat(segments.containing(0x8000, 8)).as("in a hole").isNull();
        assertThat(segments.containing(-8, 8)).isNull();
    }

    @Test
    void onlyBytesOfTheFileAreFileBacked() {
        LoadSegments segments = read(pie());
        Segment data = segments.list().get(1);

        assertThat(segments.fileBacking(0x10ff8, 8)).isEqualTo(data);
        assertThat(segments.fileBacking(0x10ff9, 8)).isNull();
        assertThat(segments.fileBacking(0x11000, 8)).isNull();
    }

    @Test
    void theLargestAlignmentCounts() {
        assertThat(read(pie().load(0x20000, PF_R, 0x10, 0x10)).alignment()).isEqualTo(0x1000);
        assertThat(read(pie().set(0, P_ALIGN, 0x200)).alignment()).isEqualTo(0x1000);
        assertThat(read(pie().alignment(0)).alignment()).isZero();
    }

    @Test
    void aRangeBelowTheFirstSegmentIsNowhere() {
        LoadSegments segments = read(pie().linkedAt(0x400000));

        assertThat(segments.containing(0x3ffff8, 8)).isNull();
        assertThat(segments.containing(0, 0)).isNull();
    }
}
