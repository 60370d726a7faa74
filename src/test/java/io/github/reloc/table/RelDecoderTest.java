package io.github.reloc.table;

import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RelDecoderTest {
    @Test
    void anEntryWithAddend() {
        assertThat(DecodedEntry.decode(pie().rela(0xfedcba9876543210L, 0x80000008, 0x80000001, -4)))
                .containsExactly(new DecodedEntry(0, 0xfedcba9876543210L, 0x80000008, 0x80000001, -4));
    }

    @Test
    void anEntryWithoutAddend() {
        assertThat(DecodedEntry.decode(pie().rel(0x10000, -1, 7).rel(-1, 8, -1)))
                .containsExactly(new DecodedEntry(0, 0x10000, -1, 7, 0), new DecodedEntry(1, -1, 8, -1, 0));
    }

    @Test
    void aTableLargerThanAChunk() {
        // 5000 entries of 24 bytes; a chunk has 48 KiB.
        Random random = new Random(1);
        PieBuilder pie = pie().data(0x1000000, 8, 8);
        List<DecodedEntry> expected = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            DecodedEntry entry =
                    new DecodedEntry(i, random.nextLong(), random.nextInt(), random.nextInt(), random.nextLong());
            expected.add(entry);
            pie.rela(entry.place(), entry.type(), entry.symbolIndex(), entry.addend());
        }

        assertThat(DecodedEntry.decode(pie)).isEqualTo(expected);
        assertThat(DecodedEntry.count(pie)).isEqualTo(5000);
    }

    @Test
    void aTableThatIsExactlyOneChunk() {
        PieBuilder pie = pie().data(0x1000000, 8, 8);
        for (int i = 0; i < 48 * 1024 / 16; i++) {
            pie.rel(i, 8, 0);
        }

        assertThat(DecodedEntry.decode(pie)).hasSize(3072);
    }
}
