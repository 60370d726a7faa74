package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ByteSetTest {
    private final ByteSet targets = new ByteSet();

    @Test
    void aFieldOverlapsItself() {
        assertThat(targets.add(0x1000, 8)).isFalse();
        assertThat(targets.add(0x1000, 8)).isTrue();
    }

    @Test
    void fieldsThatTouchDoNotOverlap() {
        assertThat(targets.add(0x1008, 8)).isFalse();
        assertThat(targets.add(0x1000, 8)).isFalse();
        assertThat(targets.add(0x1010, 4)).isFalse();
        assertThat(targets.add(0x1014, 4)).isFalse();
    }

    @Test
    void aFieldMayCrossAWordAndAPage() {
        assertThat(targets.add(0x103c, 8)).isFalse();
        assertThat(targets.add(0x1043, 4)).isTrue();
        assertThat(targets.add(0x1ffc, 8)).isFalse();
        assertThat(targets.add(0x2003, 4)).isTrue();
        assertThat(targets.add(0x1ff8, 4)).isFalse();
    }

    @Test
    void addressesAreUnsigned() {
        assertThat(targets.add(0xfffffffffffffff0L, 8)).isFalse();
        assertThat(targets.add(0xfffffffffffffff4L, 4)).isTrue();
        assertThat(targets.add(0x7ffffffffffffffcL, 8)).isFalse();
        assertThat(targets.add(0x8000000000000000L, 4)).isTrue();
    }

    @Test
    void asASetOfBytes() {
        Random random = new Random(1);
        Set<Integer> bytes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            int address = random.nextInt(60_000);
            int size = random.nextBoolean() ? 8 : 4;
            boolean overlaps = false;
            for (int b = 0; b < size; b++) {
                overlaps |= !bytes.add(address + b);
            }
            assertThat(targets.add(address, size)).as("field %d", i).isEqualTo(overlaps);
        }
    }

    @Test
    void aLargeField() {
        assertThat(targets.add(0x1ffc, 0x20008)).isFalse();
        assertThat(targets.add(0x1ff8, 4)).isFalse();
        assertThat(targets.add(0x1ffc, 1)).isTrue();
        assertThat(targets.add(0x10000, 8)).isTrue();
        assertThat(targets.add(0x22003, 8)).isTrue();
        assertThat(targets.add(0x2200c, 4)).isFalse();
    }

    @Test
    void largeFieldsOverEachOther() {
        assertThat(targets.add(0x10000, 0x3000)).isFalse();
        assertThat(targets.add(0x14000, 0x3000)).as("a gap between").isFalse();
        assertThat(targets.add(0x13000, 0x1000)).as("the gap").isFalse();
        assertThat(targets.add(0xf000, 0x9000)).as("over all").isTrue();
        assertThat(targets.add(0xf000, 0x1000)).isTrue();
        assertThat(targets.intersects(0x17ffc, 8)).isTrue();
        assertThat(targets.intersects(0x18000, 8)).isFalse();
        assertThat(targets.add(0x18000, 0x1000)).isFalse();
    }

    @Test
    void aLargeFieldOverASmallOne() {
        targets.add(0x12345, 1);
        assertThat(targets.add(0x11000, 0x2000)).isTrue();
        assertThat(targets.add(0x21000, 0x2000)).isFalse();
    }

    /** A gigabyte each time would take hours. */
    @Test
    void manyLargeFieldsOverEachOther() {
        assertThat(targets.add(0, 1 << 30)).isFalse();
        for (int i = 1; i < 100_000; i++) {
            assertThat(targets.add(i % 64, (1 << 30) + i)).isTrue();
        }
        assertThat(targets.intersects((1 << 30) + 200_000, 8)).isFalse();
    }

    @Test
    void whatIntersectsIsNotAddedByAsking() {
        targets.add(0x1004, 4);

        assertThat(targets.intersects(0x1000, 4)).isFalse();
        assertThat(targets.intersects(0x1000, 5)).isTrue();
        assertThat(targets.intersects(0x1007, 1)).isTrue();
        assertThat(targets.intersects(0x1008, 8)).isFalse();
        assertThat(targets.intersects(0x0, 0x1004)).isFalse();
        assertThat(targets.add(0x1000, 4)).isFalse();
    }

    @Test
    void memoryIsBounded() {
        for (long block = 0; block < 1 << 16; block++) {
            targets.add(block << 20, 8);
        }
        assertUnsupported(
                "the relocations change words in more than 65536 blocks of 64 KiB of memory",
                () -> targets.add(0x10000, 8));
    }
}
