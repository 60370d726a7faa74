package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.relocation.TableRule.KEEP;
import static io.github.reloc.relocation.TableRule.SAFE;
import static io.github.reloc.relocation.TableRule.TRIM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Elf;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The dynamic section is at 0x200 of the image, entry i at 0x200 + 16 * i, the first table at 0x400. */
final class TableRuleTest {
    private static final int RELATIVE = 8;

    private static Relocated apply(TableRule rule, PieBuilder pie) {
        return Relocated.at(0x7f0000, pie, rule);
    }

    /** The value of entry i of the dynamic section. */
    private static long value(Relocated image, int i) {
        return image.word64(0x208 + 16L * i);
    }

    @Test
    void keepChangesNothing() {
        PieBuilder pie = pie().rela(DATA, RELATIVE, 0, 0)
                .rel(DATA + 8, RELATIVE, 0)
                .relr(DATA + 16)
                .jmprel(DATA + 24, RELATIVE, 0, 0)
                .tag(Elf.DT_RELCOUNT, 1);
        byte[] image = apply(KEEP, pie).bytes();

        assertThat(Arrays.copyOf(image, 0x448)).isEqualTo(Arrays.copyOf(pie.build(), 0x448));
    }

    @Test
    void safeEmptiesRelr() {
        Relocated image = apply(SAFE, pie().relr(DATA));

        assertThat(value(image, 0)).as("DT_RELR").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELRSZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_RELRENT").isEqualTo(8);
        assertThat(image.word64(0x400)).as("the table itself").isEqualTo(DATA);
    }

    @Test
    void safeEmptiesRelAndItsCount() {
        Relocated image = apply(SAFE, pie().rel(DATA, RELATIVE, 0).tag(Elf.DT_RELCOUNT, 1));

        assertThat(value(image, 0)).as("DT_REL").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_RELENT").isEqualTo(16);
        assertThat(value(image, 3)).as("DT_RELCOUNT").isEqualTo(0);
    }

    @Test
    void safeLeavesRelaAlone() {
        PieBuilder pie = pie().rela(DATA, RELATIVE, 0, 0)
                .jmprel(DATA, RELATIVE, 0, 0)
                .relr(DATA + 8)
                .tag(Elf.DT_RELACOUNT, 1);
        Relocated image = apply(SAFE, pie);

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(24);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
        assertThat(value(image, 7)).as("DT_RELRSZ").isEqualTo(0);
        assertThat(value(image, 9)).as("DT_RELACOUNT").isEqualTo(1);
    }

    @Test
    void safeEmptiesAJmprelLikeRel() {
        Relocated image = apply(SAFE, pie().jmprelLikeRel(DATA, RELATIVE, 0));

        assertThat(value(image, 1)).as("DT_PLTRELSZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_PLTREL").isEqualTo(Elf.DT_REL);
    }

    @Test
    void safeEmptiesAJmprelInsideRel() {
        Relocated image = apply(
                SAFE,
                pie().rel(DATA, RELATIVE, 0)
                        .rel(DATA + 8, RELATIVE, 0)
                        .tag(Elf.DT_JMPREL, 0x410)
                        .tag(Elf.DT_PLTRELSZ, 16)
                        .tag(Elf.DT_PLTREL, Elf.DT_REL));

        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(0);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(0);
    }

    @Test
    void aTagThatStandsTwiceIsChangedTwice() {
        Relocated image = apply(SAFE, pie().relr(DATA).tag(Elf.DT_RELRSZ, 8));

        assertThat(value(image, 1)).isEqualTo(0);
        assertThat(value(image, 3)).isEqualTo(0);
    }

    @Test
    void whatFollowsTheEndIsNotChanged() {
        // Three tags, DT_NULL, and what looks like a fourth.
        Relocated image = apply(SAFE, pie().relr(DATA).afterNull(Elf.DT_RELRSZ, 8));

        assertThat(value(image, 1)).isEqualTo(0);
        assertThat(value(image, 4)).isEqualTo(8);
    }

    @Test
    void theDynamicSectionIsFoundByItsAddress() {
        Relocated image = apply(SAFE, pie().linkedAt(0x400000).relr(0x410000));

        assertThat(value(image, 1)).isEqualTo(0);
    }

    @Test
    void trimEmptiesEveryTableAndItsBytes() {
        PieBuilder pie = pie().rela(DATA, RELATIVE, 0, 1)
                .jmprel(DATA + 8, RELATIVE, 0, 2)
                .rel(DATA + 16, RELATIVE, 0)
                .relr(DATA + 24)
                .tag(Elf.DT_RELACOUNT, 1);
        Relocated image = apply(TRIM, pie);

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(0);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(0);
        assertThat(value(image, 7)).as("DT_RELSZ").isEqualTo(0);
        assertThat(value(image, 10)).as("DT_RELRSZ").isEqualTo(0);
        assertThat(value(image, 12)).as("DT_RELACOUNT").isEqualTo(0);
        assertThat(Arrays.copyOfRange(image.bytes(), 0x400, 0x448)).containsOnly(0);
        assertThat(image.word64(0x10000)).isEqualTo(0x7f0001);
        assertThat(image.word64(0x10018)).isEqualTo(0x7f0000);
    }
}
