package io.github.reloc.check;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TargetSetTest {
    private final TargetSet targets = new TargetSet();

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
    void memoryIsBounded() {
        for (long block = 0; block < 1 << 16; block++) {
            targets.add(block << 20, 8);
        }
        assertUnsupported(
                "the relocations change words in more than 65536 blocks of 64 KiB of memory",
                () -> targets.add(0x10000, 8));
    }
}
