package io.github.reloc.image;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A program of four blocks: headers and tables, then three of data from 0x10000 on. */
final class WindowTest {
    private static void withImage(Consumer<Image> test) {
        try (Program program = pie().data(DATA, 0x30000, 0x30000)
                        .word64(DATA + 8, 0x1122)
                        .open();
                OutputFile output = OutputFile.scratch()) {
            test.accept(new Image(program, ImageLayout.whole(program, 0x7f0000), output));
        }
    }

    private static boolean isInsideOnceMoved(Image image, long virtualAddress, long rangeStart, long rangeSize) {
        image.moveWindow(virtualAddress, rangeStart, rangeSize);
        return image.window().wordAt(virtualAddress) >= 0;
    }

    @Test
    void nothingIsInsideAWindowThatWasNotOpened() {
        withImage(image -> assertThat(image.window().wordAt(0)).isEqualTo(-1));
    }

    @Test
    void itShowsTheBlockAndNotTheNext() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x10008, DATA, 0x30000)).isTrue();

            assertThat(image.window().wordAt(0xfff8)).isEqualTo(-1);
            assertThat(image.window().wordAt(0x10000)).isZero();
            assertThat(image.window().wordAt(0x1fff8)).isEqualTo(0x1fff);
            assertThat(image.window().wordAt(0x20000)).isEqualTo(-1);
            assertThat(image.window().get(1)).isEqualTo(0x1122);
        });
    }

    @Test
    void itEndsWithTheRange() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x10010, 0x10008, 0x10)).isTrue();

            assertThat(image.window().wordAt(0x10000)).isEqualTo(-1);
            assertThat(image.window().wordAt(0x10008)).isEqualTo(1);
            assertThat(image.window().wordAt(0x10010)).isEqualTo(2);
            assertThat(image.window().wordAt(0x10018)).isEqualTo(-1);
        });
    }

    @Test
    void onlyWordsThatAreWholeInTheRangeAreInside() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x10010, 0x1000f, 0x10)).isTrue();

            assertThat(image.window().wordAt(0x10008)).as("its last byte alone").isEqualTo(-1);
            assertThat(image.window().wordAt(0x10010)).isEqualTo(2);
            assertThat(image.window().wordAt(0x10018))
                    .as("all but its last byte")
                    .isEqualTo(-1);
            assertThat(isInsideOnceMoved(image, 0x1fff9, 0x1fff9, 15))
                    .as("no whole word")
                    .isFalse();
        });
    }

    @Test
    void aWordThatIsNotAlignedIsOutside() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x10008, DATA, 0x30000)).isTrue();
            for (int i = 1; i < 8; i++) {
                assertThat(image.window().wordAt(0x10008 + i)).isEqualTo(-1);
            }
            assertThat(isInsideOnceMoved(image, 0x1000c, DATA, 0x30000)).isFalse();
        });
    }

    @Test
    void addressesFarAwayAreOutside() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x10008, DATA, 0x30000)).isTrue();
            for (long address : new long[] {0, -8, 0x8000000000010008L, 0x100010008L, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertThat(image.window().wordAt(address)).isEqualTo(-1);
            }
        });
    }

    @Test
    void whatIsSetIsInTheImageAndItsPageIsNoted() {
        withImage(image -> {
            assertThat(isInsideOnceMoved(image, 0x20000, DATA, 0x30000)).isTrue();
            image.window().set(image.window().wordAt(0x22ff8), 0x3344);

            assertThat(image.word64(0x22ff8)).isEqualTo(0x3344);
            PageSet pages = image.closeWindow();
            List<String> runs = new ArrayList<>();
            pages.forEachRun((first, count) -> runs.add(count + " from " + first));
            assertThat(runs).containsExactly("1 from " + 0x22);
        });
    }
}
