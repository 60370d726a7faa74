package io.github.reloc.elf;

import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The data segment ends in the file at 0x11000 and in memory at 0x12000. */
final class LinkedMemoryTest {
    @Test
    void wordsAreLittleEndian() {
        try (Program program = pie().word64(0x10001, 0x8877665544332211L).open()) {
            assertThat(program.memory().word64(0x10001)).isEqualTo(0x8877665544332211L);
            assertThat(program.memory().word32(0x10001)).isEqualTo(0x44332211);
            assertThat(program.memory().word16(0x10007)).isEqualTo(0x8877);
            assertThat(program.memory().byteAt(0x10008)).isEqualTo(0x88);
        }
    }

    @Test
    void whatTheFileDoesNotBackIsZero() {
        try (Program program = pie().word64(0x10ff8, -1).open()) {
            assertThat(program.memory().word64(0x11000)).isEqualTo(0);
            assertThat(program.memory().word64(0x10ffd)).isEqualTo(0xffffffL);
            assertThat(program.memory().word32(0x10fff)).isEqualTo(0xff);
            assertThat(program.memory().word64(0x11ff8)).isEqualTo(0);
        }
    }

    @Test
    void aWordInTwoSegmentsIsInNone() {
        try (Program program = pie().load(0x12000, PF_R, 8, 8).open()) {
            assertThat(program.memory().contains(0x11ffc, 8)).isFalse();
            assertThat(program.memory().contains(0x11ff8, 8)).isTrue();
            assertThat(program.memory().contains(0x12000, 8)).isTrue();
        }
    }

    @Test
    void readingWhereThereIsNoMemoryIsABug() {
        try (Program program = pie().open()) {
            assertThatThrownBy(() -> program.memory().word64(0x8000))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("no memory at 0x8000");
        }
    }
}
