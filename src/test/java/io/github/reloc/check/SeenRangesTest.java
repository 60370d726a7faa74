package io.github.reloc.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.check.SeenRanges.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SeenRangesTest {
    private final SeenRanges seen = new SeenRanges();

    @Test
    void whatIsNewIsNewOnce() {
        assertThat(seen.add(10, 10)).containsExactly(new Range(10, 10));
        assertThat(seen.add(10, 10)).isEmpty();
        assertThat(seen.add(12, 3)).isEmpty();
    }

    @Test
    void partsAroundAndBetweenOthers() {
        seen.add(10, 10);
        seen.add(40, 10);
        assertThat(seen.add(5, 60)).containsExactly(new Range(5, 5), new Range(20, 20), new Range(50, 15));
        assertThat(seen.add(0, 80)).containsExactly(new Range(0, 5), new Range(65, 15));
    }

    @Test
    void partsThatTouch() {
        seen.add(10, 10);
        assertThat(seen.add(20, 10)).containsExactly(new Range(20, 10));
        assertThat(seen.add(0, 10)).containsExactly(new Range(0, 10));
        assertThat(seen.add(0, 31)).containsExactly(new Range(30, 1));
    }

    @Test
    void addressesAreUnsigned() {
        seen.add(-0x2000, 0x1000);
        assertThat(seen.add(0x7fff_ffff_ffff_f000L, 0x2000)).containsExactly(new Range(0x7fff_ffff_ffff_f000L, 0x2000));
        assertThat(seen.add(-0x3000, 0x2000)).containsExactly(new Range(-0x3000, 0x1000));
    }

    @Test
    void nothing() {
        seen.add(10, 10);
        assertThat(seen.add(15, 0)).isEmpty();
        assertThat(seen.add(30, 0)).isEmpty();
        assertThat(seen.add(10, 30)).containsExactly(new Range(20, 20));
    }

    @Test
    void sameAsAFlagForEachByte() {
        Random random = new Random(1);
        for (int turn = 0; turn < 100; turn++) {
            SeenRanges ranges = new SeenRanges();
            boolean[] flags = new boolean[200];
            for (int added = 0; added < 30; added++) {
                int start = random.nextInt(180);
                int size = random.nextInt(20);
                boolean[] expected = new boolean[flags.length];
                for (int address = start; address < start + size; address++) {
                    expected[address] = !flags[address];
                    flags[address] = true;
                }
                assertThat(flags(ranges.add(start, size), flags.length)).isEqualTo(expected);
            }
        }
    }

    private static boolean[] flags(List<Range> ranges, int count) {
        boolean[] flags = new boolean[count];
        for (Range range : ranges) {
            Arrays.fill(flags, (int) range.start(), (int) (range.start() + range.size()), true);
        }
        return flags;
    }
}
