package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.relocation.TableRule.KEEP;
import static io.github.reloc.relocation.TableRule.SAFE;
import static io.github.reloc.relocation.TableRule.TRIM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.relocation.ImageRequest.Format;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The dynamic section is at 0x200 of the image, entry i at 0x200 + 16 * i, the first table at 0x400. */
final class TableRuleTest {
    private static Relocated apply(TableRule rule, PieBuilder pie) {
        return Relocated.at(0x7f0000, pie, rule);
    }

    private static Relocated applyKeeping(TableRule rule, PieBuilder pie) {
        return Relocated.of(
                pie, new ImageRequest(0x7f0000, Format.MEMORY, rule, true, PhysicalAddresses.DEFAULT, Map.of()));
    }

    /** Words from an image offset on. */
    private static long[] words(Relocated image, int from, int count) {
        return LongStream.range(0, count).map(i -> image.word64(from + 8 * i)).toArray();
    }

    /** The value of entry i of the dynamic section. */
    private static long value(Relocated image, int i) {
        return image.word64(0x208 + 16L * i);
    }

    @Test
    void keepChangesNothing() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                .relr(DATA + 16)
                .jmprel(DATA + 24, R_X86_64_RELATIVE, 0, 0)
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
        Relocated image = apply(SAFE, pie().rel(DATA, R_X86_64_RELATIVE, 0).tag(Elf.DT_RELCOUNT, 1));

        assertThat(value(image, 0)).as("DT_REL").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_RELENT").isEqualTo(16);
        assertThat(value(image, 3)).as("DT_RELCOUNT").isEqualTo(0);
    }

    /** Some start-up code adds to the word for RELA, too, and glibc's loops over the count without a look at the size. */
    @Test
    void safeEmptiesRelaAndItsCount() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 1)
                .jmprel(DATA + 8, R_X86_64_RELATIVE, 0, 2)
                .tag(Elf.DT_RELACOUNT, 1);
        Relocated image = apply(SAFE, pie);

        assertThat(value(image, 0)).as("DT_RELA").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_RELAENT").isEqualTo(24);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x418);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(0);
        assertThat(value(image, 5)).as("DT_PLTREL").isEqualTo(Elf.DT_RELA);
        assertThat(value(image, 6)).as("DT_RELACOUNT").isEqualTo(0);
        assertThat(words(image, 0x400, 6)).as("the tables themselves").containsExactly(DATA, 8, 1, DATA + 8, 8, 2);
        assertThat(image.word64(0x10000)).isEqualTo(0x7f0001);
        assertThat(image.word64(0x10008)).isEqualTo(0x7f0002);
    }

    @Test
    void safeMovesWhatIsLeftToTheFront() {
        Relocated image = applyKeeping(SAFE, mixed());

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(48);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
        assertThat(value(image, 6)).as("DT_RELACOUNT").isEqualTo(0);
        assertThat(words(image, 0x400, 12))
                .as("RELA: two entries, and behind them the bytes that were there")
                .containsExactly(DATA + 8, 37, 0x180, DATA + 24, 37, 0x190, DATA + 16, 8, 3, DATA + 24, 37, 0x190);
        assertThat(words(image, 0x460, 6))
                .as("JMPREL: one entry, and the bytes that were there")
                .containsExactly(DATA + 40, 37, 0x1a0, DATA + 40, 37, 0x1a0);
    }

    @Test
    void trimClearsTheBytesBehindWhatIsLeft() {
        Relocated image = applyKeeping(TRIM, mixed());

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(48);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
        assertThat(words(image, 0x400, 12))
                .as("RELA")
                .containsExactly(DATA + 8, 37, 0x180, DATA + 24, 37, 0x190, 0, 0, 0, 0, 0, 0);
        assertThat(words(image, 0x460, 6)).as("JMPREL").containsExactly(DATA + 40, 37, 0x1a0, 0, 0, 0);
    }

    /** RELA: applied, left, applied, left; JMPREL: applied, left. */
    private static PieBuilder mixed() {
        return pie().rela(DATA, R_X86_64_RELATIVE, 0, 1)
                .rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0x180)
                .rela(DATA + 16, R_X86_64_RELATIVE, 0, 3)
                .rela(DATA + 24, R_X86_64_IRELATIVE, 0, 0x190)
                .jmprel(DATA + 32, R_X86_64_RELATIVE, 0, 5)
                .jmprel(DATA + 40, R_X86_64_IRELATIVE, 0, 0x1a0)
                .tag(Elf.DT_RELACOUNT, 1);
    }

    @Test
    void safeMovesWhatIsLeftOfRel() {
        PieBuilder pie = pie().rel(DATA, R_X86_64_RELATIVE, 0).rel(DATA + 8, R_X86_64_IRELATIVE, 0);
        Relocated image = applyKeeping(SAFE, pie);

        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(16);
        assertThat(words(image, 0x400, 4)).containsExactly(DATA + 8, 37, DATA + 8, 37);
    }

    /** JMPREL is entries 2 and 3 of RELA; one entry before it is left, one in it, and one behind it. */
    @Test
    void jmprelInsideRelaFollowsItsEntries() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 2)
                .rela(DATA + 16, R_X86_64_RELATIVE, 0, 3)
                .rela(DATA + 24, R_X86_64_IRELATIVE, 0, 0x190)
                .rela(DATA + 32, R_X86_64_IRELATIVE, 0, 0x1a0)
                .tag(Elf.DT_JMPREL, 0x430)
                .tag(Elf.DT_PLTRELSZ, 48)
                .tag(Elf.DT_PLTREL, Elf.DT_RELA);
        for (TableRule rule : new TableRule[] {SAFE, TRIM}) {
            Relocated image = applyKeeping(rule, pie);

            assertThat(value(image, 0)).as("DT_RELA").isEqualTo(0x400);
            assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(72);
            assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x418);
            assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
            assertThat(words(image, 0x400, 9))
                    .containsExactly(DATA, 37, 0x180, DATA + 24, 37, 0x190, DATA + 32, 37, 0x1a0);
        }
    }

    /** Its numbers are differences between neighbours, in groups: to take some out is to write another table. */
    @Test
    void packedTableCannotKeepEntriesButAsItIs() {
        // Two entries, the first at DATA; a group of two with type R_X86_64_IRELATIVE and differences of 0 and 8;
        // addends.
        byte[] table = new PackedBytes()
                .numbers(2, DATA, 2, 9, R_X86_64_IRELATIVE, 0, 0x180, 8, 0x10)
                .toArray();
        PieBuilder pie = pie().tag(Elf.DT_ANDROID_RELA, DATA + 0x100)
                .tag(Elf.DT_ANDROID_RELASZ, table.length)
                .bytes(DATA + 0x100, table);
        for (TableRule rule : new TableRule[] {SAFE, TRIM}) {
            assertThatThrownBy(() -> applyKeeping(rule, pie))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("entries of the packed table ANDROID_RELA are left for run time");
        }

        Relocated image = applyKeeping(KEEP, pie);
        assertThat(value(image, 1)).as("DT_ANDROID_RELASZ").isEqualTo(table.length);
    }

    @Test
    void safeEmptiesAJmprelLikeRel() {
        Relocated image = apply(SAFE, pie().jmprelLikeRel(DATA, R_X86_64_RELATIVE, 0));

        assertThat(value(image, 1)).as("DT_PLTRELSZ").isEqualTo(0);
        assertThat(value(image, 2)).as("DT_PLTREL").isEqualTo(Elf.DT_REL);
    }

    @Test
    void safeEmptiesAJmprelInsideRel() {
        Relocated image = apply(
                SAFE,
                pie().rel(DATA, R_X86_64_RELATIVE, 0)
                        .rel(DATA + 8, R_X86_64_RELATIVE, 0)
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
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 1)
                .jmprel(DATA + 8, R_X86_64_RELATIVE, 0, 2)
                .rel(DATA + 16, R_X86_64_RELATIVE, 0)
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
