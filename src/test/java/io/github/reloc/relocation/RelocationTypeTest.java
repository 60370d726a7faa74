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
        assertThat(RelocationType.named("R_X86_64_RELATIVE")).isEqualTo(RelocationType.R_X86_64_RELATIVE);
        assertThat(RelocationType.named("relative")).isEqualTo(RelocationType.R_X86_64_RELATIVE);
        assertThat(RelocationType.named("64")).isEqualTo(RelocationType.R_X86_64_64);
        assertThat(RelocationType.named("r_x86_64_gnu_vtentry")).isEqualTo(RelocationType.R_X86_64_GNU_VTENTRY);
        assertThat(RelocationType.named("R_386_RELATIVE")).isNull();
        assertThat(RelocationType.named("")).isNull();
    }

    @Test
    void eachTypeIsFoundByItsNumber() {
        for (RelocationType type : RelocationType.values()) {
            assertThat(RelocationType.of(type.number())).isEqualTo(type);
        }
        // 54 is how many there are.
        for (int number : new int[] {-1, 52, 53, 54, 55, 249, 252, 0x63, Integer.MIN_VALUE}) {
            assertThat(RelocationType.of(number)).as("type %d", number).isNull();
        }
    }

    @Test
    void aTypeThatIsNotOneOfALoaderHasNoWord() {
        assertThat(RelocationType.wordSize(9)).as("R_X86_64_GOTPCREL").isZero();
        assertThat(RelocationType.wordSize(0x63)).isZero();
    }
}
