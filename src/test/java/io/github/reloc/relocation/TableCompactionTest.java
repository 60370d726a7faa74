package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.relocation.ImageRequest.Format;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The dynamic section is at 0x200 of the image, entry i at 0x200 + 16 * i, the first table at 0x400. Entries of type
 * IRELATIVE are left for run time, each for a word of its own.
 */
final class TableCompactionTest {

    private static final long DT_PLTRELSZ = 2;
    private static final long DT_RELA = 7;
    private static final long DT_REL = 17;
    private static final long DT_PLTREL = 20;
    private static final long DT_JMPREL = 23;
    private static final long DT_ANDROID_RELA = 0x60000011L;
    private static final long DT_ANDROID_RELASZ = 0x60000012L;
    private static final long DT_RELACOUNT = 0x6ffffff9L;
    private static final long DT_RELCOUNT = 0x6ffffffaL;

    private static Relocated trim(PieBuilder pie) {
        return Relocated.of(
                pie,
                new ImageRequest(0x7f0000, Format.MEMORY, TableRule.TRIM, true, PhysicalAddresses.DEFAULT, Map.of()));
    }

    /** The value of entry i of the dynamic section. */
    private static long value(Relocated image, int i) {
        return image.word64(0x208 + 16L * i);
    }

    private static long[] words(Relocated image, long from, int count) {
        return LongStream.range(0, count).map(i -> image.word64(from + 8 * i)).toArray();
    }

    /** A RELA table of one entry for each letter: {@code a} is applied, {@code k} is kept. */
    private static PieBuilder rela(String letters) {
        PieBuilder pie = pie();
        for (int i = 0; i < letters.length(); i++) {
            pie.rela(DATA + 8L * i, letters.charAt(i) == 'k' ? R_X86_64_IRELATIVE : R_X86_64_RELATIVE, 0, 0x100 + i);
        }
        return pie;
    }

    /** A JMPREL inside the RELA table, from one of its entries on. */
    private static PieBuilder jmprelInside(PieBuilder pie, int first, int count) {
        return pie.tag(DT_JMPREL, 0x400 + 24L * first)
                .tag(DT_PLTRELSZ, 24L * count)
                .tag(DT_PLTREL, DT_RELA);
    }

    @Test
    void whatIsKeptMovesToTheFrontInItsOrder() {
        // The symbols' tags come before the count.
        Relocated image = trim(rela("akakk").symbols().tag(DT_RELACOUNT, 1));

        assertThat(value(image, 0)).as("DT_RELA").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(3 * 24);
        assertThat(value(image, 2)).as("DT_RELAENT").isEqualTo(24);
        assertThat(value(image, 8)).as("DT_RELACOUNT").isZero();
        assertThat(image.word64(0x478))
                .as("the hash table behind it: nbucket, nchain")
                .isEqualTo(0x1_0000_0001L);
        assertThat(words(image, 0x400, 15))
                .containsExactly(0x10008, 37, 0x101, 0x10018, 37, 0x103, 0x10020, 37, 0x104, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aTableOfWhichAllIsKept() {
        Relocated image = trim(rela("kk").tag(DT_RELACOUNT, 2));

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(2 * 24);
        assertThat(value(image, 3)).as("DT_RELACOUNT").isZero();
        assertThat(words(image, 0x400, 6)).containsExactly(0x10000, 37, 0x100, 0x10008, 37, 0x101);
    }

    @Test
    void aTableOfWhichNothingIsKept() {
        Relocated image = trim(rela("aa").string("behind the table"));

        assertThat(value(image, 1)).as("DT_RELASZ").isZero();
        assertThat(words(image, 0x400, 6)).containsOnly(0);
        assertThat(image.word64(0x430))
                .as("the hash table behind it: nbucket, nchain")
                .isEqualTo(0x1_0000_0001L);
    }

    @Test
    void theSymbolOfAKeptEntryStays() {
        PieBuilder pie = pie().symbol("gone", 0x10, 0, 0, 0);
        Relocated image = trim(pie.rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, 1, 1, -4));

        assertThat(words(image, 0x400, 6)).containsExactly(0x10008, 0x1_0000_0001L, -4, 0, 0, 0);
    }

    @Test
    void anEntryOfRelHasTwoWords() {
        PieBuilder pie = pie().rel(DATA, R_X86_64_RELATIVE, 0).rel(DATA + 8, R_X86_64_IRELATIVE, 0);
        pie.rel(DATA + 16, R_X86_64_IRELATIVE, 0).tag(DT_RELCOUNT, 1).word64(DATA + 8, 0x180);
        Relocated image = trim(pie);

        assertThat(value(image, 0)).as("DT_REL").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(2 * 16);
        assertThat(value(image, 3)).as("DT_RELCOUNT").isZero();
        assertThat(words(image, 0x400, 6)).containsExactly(0x10008, 37, 0x10010, 37, 0, 0);
        assertThat(image.word64(0x10008)).as("an addend in place stays").isEqualTo(0x180);
    }

    /** One of them may be in the file that names no table of its kind. */
    @Test
    void theCountOfAnotherTableStays() {
        Relocated ofRela = trim(rela("a").tag(DT_RELCOUNT, 5));
        assertThat(value(ofRela, 3)).as("DT_RELCOUNT").isEqualTo(5);

        Relocated ofRel = trim(pie().rel(DATA, R_X86_64_RELATIVE, 0).tag(DT_RELACOUNT, 5));
        assertThat(value(ofRel, 3)).as("DT_RELACOUNT").isEqualTo(5);

        Relocated ofOthers = trim(pie().jmprel(DATA, R_X86_64_RELATIVE, 0, 0)
                .relr(DATA + 8)
                .tag(DT_RELACOUNT, 5)
                .tag(DT_RELCOUNT, 6));
        assertThat(value(ofOthers, 6)).as("DT_RELACOUNT").isEqualTo(5);
        assertThat(value(ofOthers, 7)).as("DT_RELCOUNT").isEqualTo(6);
    }

    // JMPREL

    @Test
    void aJmprelBehindRelaIsATableByItself() {
        Relocated image = trim(rela("ak")
                .jmprel(DATA + 0x40, R_X86_64_RELATIVE, 0, 0)
                .jmprel(DATA + 0x48, R_X86_64_IRELATIVE, 0, 0x180));

        assertThat(value(image, 0)).as("DT_RELA").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(24);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x430);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
        assertThat(words(image, 0x400, 12)).containsExactly(0x10008, 37, 0x101, 0, 0, 0, 0x10048, 37, 0x180, 0, 0, 0);
    }

    /** Entries 2 and 3 of 6 are those of JMPREL. */
    @ParameterizedTest
    @CsvSource({
        "aaaaaa, 0x400, 0, 0",
        "kaaaaa, 0x418, 0, 24",
        "akaaaa, 0x418, 0, 24",
        "aakaaa, 0x400, 24, 24",
        "aaakaa, 0x400, 24, 24",
        "aaaaka, 0x400, 0, 24",
        "aaaaak, 0x400, 0, 24",
        "kkaaaa, 0x430, 0, 48",
        "aakkaa, 0x400, 48, 48",
        "kaakak, 0x418, 24, 72",
        "kkkkkk, 0x430, 48, 144"
    })
    void aJmprelInsideRelaBeginsWhereItsFirstKeptEntryIs(String letters, long address, long size, long relaSize) {
        Relocated image = trim(jmprelInside(rela(letters), 2, 2));

        assertThat(value(image, 0)).as("DT_RELA").isEqualTo(0x400);
        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(relaSize);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(address);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(size);
    }

    @Test
    void aJmprelAtTheStartOfRela() {
        Relocated image = trim(jmprelInside(rela("akk"), 0, 2));

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(48);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x400);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
    }

    @Test
    void aJmprelAtTheEndOfRela() {
        Relocated image = trim(jmprelInside(rela("kak"), 1, 2));

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(48);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x418);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
    }

    @Test
    void aJmprelInsideRel() {
        PieBuilder pie = pie().rel(DATA, R_X86_64_IRELATIVE, 0)
                .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                .rel(DATA + 16, R_X86_64_IRELATIVE, 0);
        Relocated image = trim(pie.tag(DT_JMPREL, 0x410).tag(DT_PLTRELSZ, 32).tag(DT_PLTREL, DT_REL));

        assertThat(value(image, 1)).as("DT_RELSZ").isEqualTo(32);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x410);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(16);
    }

    @Test
    void aTableOfAProgramThatIsLinkedElsewhere() {
        PieBuilder pie = pie().linkedAt(0x400000)
                .rela(0x410000, R_X86_64_RELATIVE, 0, 0)
                .rela(0x410008, R_X86_64_IRELATIVE, 0, 0x180);
        Relocated image = trim(pie.tag(DT_JMPREL, 0x400418).tag(DT_PLTRELSZ, 24).tag(DT_PLTREL, DT_RELA));

        assertThat(value(image, 1)).as("DT_RELASZ").isEqualTo(24);
        assertThat(value(image, 3)).as("DT_JMPREL").isEqualTo(0x400400);
        assertThat(value(image, 4)).as("DT_PLTRELSZ").isEqualTo(24);
        assertThat(words(image, 0x400, 6)).containsExactly(0x410008, 37, 0x180, 0, 0, 0);
    }

    // Tables that are not arrays

    private static PieBuilder packed(long addressTag, long sizeTag, byte[] table) {
        return pie().tag(addressTag, DATA + 0x100)
                .tag(sizeTag, table.length)
                .bytes(DATA + 0x100, table)
                .word64(DATA + 0x100 + table.length, -1);
    }

    @Test
    void aPackedTableOfWhichNothingIsKept() {
        // One entry; from 0; a group of one that shares nothing and has addends: place, info, addend.
        byte[] table = new PackedBytes()
                .numbers(1, 0, 1, 8, DATA, R_X86_64_RELATIVE, 0x34)
                .toArray();
        Relocated image = trim(packed(DT_ANDROID_RELA, DT_ANDROID_RELASZ, table));

        assertThat(value(image, 0)).as("DT_ANDROID_RELA").isEqualTo(DATA + 0x100);
        assertThat(value(image, 1)).as("DT_ANDROID_RELASZ").isZero();
        assertThat(image.word64(0x10000)).isEqualTo(0x7f0034);
        byte[] bytes = image.bytes();
        for (int i = 0; i < table.length; i++) {
            assertThat(bytes[0x10100 + i]).as("byte %d", i).isZero();
        }
        assertThat(bytes[0x10100 + table.length]).as("behind it").isEqualTo((byte) -1);
    }

    @ParameterizedTest
    @CsvSource({"ANDROID_RELA, 0x60000011, 0x60000012", "ANDROID_REL, 0x6000000f, 0x60000010"})
    void aPackedTableCannotKeepEntries(String name, long addressTag, long sizeTag) {
        byte[] table =
                new PackedBytes().numbers(1, 0, 1, 0, DATA, R_X86_64_IRELATIVE).toArray();
        Failure failure = catchThrowableOfType(Failure.class, () -> trim(packed(addressTag, sizeTag, table)));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.UNSUPPORTED);
        assertThat(failure.getMessage())
                .isEqualTo("entries of the packed table " + name
                        + " are left for run time, and it cannot be shortened to them");
        assertThat(failure.remedies()).containsExactly(Remedy.KEEP_TABLES);
    }
}
