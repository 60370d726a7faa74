package io.github.reloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import org.junit.jupiter.api.Test;

/** The layout that the other tests take for granted. */
final class PieBuilderTest {
    @Test
    void addressesAndOffsetsAreThoseOfTheDocumentation() {
        byte[] file = PieBuilder.pie()
                .rela(PieBuilder.DATA, 8, 0, 0x1122)
                .word64(PieBuilder.DATA, 0x55)
                .build();

        assertThat(file).hasSize(0x2000);
        assertThat(file[0x200]).isEqualTo((byte) Elf.DT_RELA);
        assertThat(file[0x210]).isEqualTo((byte) Elf.DT_RELASZ);
        assertThat(file[0x218]).isEqualTo((byte) 24);
        assertThat(file[0x220]).isEqualTo((byte) Elf.DT_RELAENT);
        assertThat(file[0x410]).isEqualTo((byte) 0x22);
        assertThat(file[0x418]).as("after the last table").isEqualTo(PieBuilder.FILLER);
        assertThat(file[0x1000]).isEqualTo((byte) 0x55);
    }

    @Test
    void aMillionEntriesAreNoTrouble() {
        PieBuilder builder = PieBuilder.pie().data(0x4000000, 0x800000, 0x800000);
        for (int i = 0; i < 1_000_000; i++) {
            builder.rela(0x4000000 + 8L * i, 8, 0, i);
        }

        try (Program program = builder.open()) {
            assertThat(program.dynamic().value(Elf.DT_RELASZ, 0)).isEqualTo(24_000_000);
        }
    }
}
