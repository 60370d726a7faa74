package io.github.reloc.image;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA_SEGMENT;
import static io.github.reloc.PieBuilder.FileField.E_TYPE;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import org.junit.jupiter.api.Test;

/** A built file is linked at 0, has 0x11000 bytes up to .bss, and 0x12000 in memory. */
final class ImageLayoutTest {
    private static ImageLayout whole(PieBuilder pie, long loadBase) {
        try (Program program = pie.open()) {
            return ImageLayout.whole(program, loadBase);
        }
    }

    private static ImageLayout withoutTrailingZeros(PieBuilder pie) {
        try (Program program = pie.open()) {
            return ImageLayout.withoutTrailingZeros(program, 0);
        }
    }

    @Test
    void theBiasOfAFileLinkedAt0IsTheBase() {
        ImageLayout layout = whole(pie(), 0x7f0000);

        assertThat(layout.bias()).isEqualTo(0x7f0000);
        assertThat(layout.toLoadAddress(0x10008)).isEqualTo(0x800008);
        assertThat(layout.toImageOffset(0x10008)).isEqualTo(0x10008);
    }

    @Test
    void theBiasIsTheDistanceFromTheFirstPage() {
        ImageLayout layout = whole(pie().linkedAt(0x400100).alignment(1), 0x7f0000);

        assertThat(layout.startVirtualAddress()).isEqualTo(0x400000);
        assertThat(layout.bias()).isEqualTo(0x3f0000);
        assertThat(layout.toLoadAddress(0x410108)).isEqualTo(0x800108);
        assertThat(layout.toImageOffset(0x410108)).isEqualTo(0x10108);
        assertThat(layout.size()).isEqualTo(0x13000);
    }

    @Test
    void theBiasMayBeNegative() {
        ImageLayout layout = whole(pie().linkedAt(0x400000), 0x1000);

        assertThat(layout.bias()).isEqualTo(-0x3ff000);
        assertThat(layout.toLoadAddress(0x400008)).isEqualTo(0x1008);
    }

    @Test
    void theWholeImageEndsWithAPage() {
        assertThat(whole(pie(), 0).size()).isEqualTo(0x12000);
        assertThat(whole(pie().data(0x10000, 1, 1), 0).size()).isEqualTo(0x11000);
        assertThat(whole(pie().data(0x10000, 1, 0x1001), 0).size()).isEqualTo(0x12000);
    }

    @Test
    void withoutBssItEndsWithTheFile() {
        ImageLayout layout = withoutTrailingZeros(pie().data(0x10000, 0x123, 0x5000));

        assertThat(layout.size()).isEqualTo(0x10123);
        assertThat(layout.memorySize()).isEqualTo(0x15000);
    }

    @Test
    void withoutBssItEndsWithTheLastSegmentThatHasBytesInTheFile() {
        assertThat(withoutTrailingZeros(pie().set(DATA_SEGMENT, P_FILESZ, 0)).size())
                .isEqualTo(0x400);
    }

    @Test
    void theImageMayEndAtTheTopOfTheAddressSpace() {
        assertThat(whole(pie(), -0x12000).toLoadAddress(0x11fff)).isEqualTo(-1);
    }

    @Test
    void theImageMustNotPassTheTopOfTheAddressSpace() {
        assertUnsupported(
                "load base 0xfffffffffffef000 and image size 0x12000 pass the end of the address space",
                () -> whole(pie(), -0x11000));
    }

    @Test
    void aProgramForFixedAddressesCannotBeMoved() {
        assertUnsupported(
                "e_type is ET_EXEC: the program is at its address already, and cannot be moved",
                () -> whole(pie().set(E_TYPE, 2), 0));
    }

    @Test
    void whatTheImageContains() {
        ImageLayout layout = whole(pie().linkedAt(0x400000), 0);

        assertThat(layout.contains(0x400000, 0x12000)).isTrue();
        assertThat(layout.contains(0x411ff9, 8)).isFalse();
        assertThat(layout.contains(0x3fffff, 1)).isFalse();
    }
}
