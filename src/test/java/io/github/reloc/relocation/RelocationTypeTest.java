package io.github.reloc.relocation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RelocationTypeTest {
    @Test
    void namesStandAtTheirNumbers() {
        assertThat(RelocationType.name(0)).isEqualTo("R_X86_64_NONE");
        assertThat(RelocationType.name(8)).isEqualTo("R_X86_64_RELATIVE");
        assertThat(RelocationType.name(18)).isEqualTo("R_X86_64_TPOFF64");
        assertThat(RelocationType.name(24)).isEqualTo("R_X86_64_PC64");
        assertThat(RelocationType.name(33)).isEqualTo("R_X86_64_SIZE64");
        assertThat(RelocationType.name(37)).isEqualTo("R_X86_64_IRELATIVE");
        assertThat(RelocationType.name(38)).isEqualTo("R_X86_64_RELATIVE64");
        assertThat(RelocationType.name(42)).isEqualTo("R_X86_64_REX_GOTPCRELX");
        assertThat(RelocationType.name(251)).isEqualTo("R_X86_64_GNU_VTENTRY");
    }

    @Test
    void aTypeWithoutANameIsItsNumber() {
        assertThat(RelocationType.name(0x63)).isEqualTo("0x63");
        assertThat(RelocationType.name(-1)).isEqualTo("0xffffffff");
        assertThat(RelocationType.describe(0x63)).isEqualTo("type 0x63");
        assertThat(RelocationType.describe(5)).isEqualTo("R_X86_64_COPY (5)");
    }

    @Test
    void numbersByName() {
        assertThat(RelocationType.byName("R_X86_64_RELATIVE")).isEqualTo(8);
        assertThat(RelocationType.byName("relative")).isEqualTo(8);
        assertThat(RelocationType.byName("64")).isEqualTo(1);
        assertThat(RelocationType.byName("r_x86_64_gnu_vtentry")).isEqualTo(251);
        assertThat(RelocationType.byName("R_386_RELATIVE")).isEqualTo(-1);
        assertThat(RelocationType.byName("")).isEqualTo(-1);
    }

    @Test
    void fieldsOfTheTypesThatALoaderMeets() {
        int[] word64 = {1, 6, 7, 8, 16, 17, 18, 24, 33, 37, 38};
        int[] word32 = {2, 10, 11, 32};
        for (int type : word64) {
            assertThat(RelocationType.fieldSize(type)).as("type %d", type).isEqualTo(8);
        }
        for (int type : word32) {
            assertThat(RelocationType.fieldSize(type)).as("type %d", type).isEqualTo(4);
        }
        assertThat(RelocationType.fieldSize(0)).isEqualTo(0);
        assertThat(RelocationType.fieldSize(9)).isEqualTo(0);
        assertThat(RelocationType.fieldSize(-1)).isEqualTo(0);
    }
}
