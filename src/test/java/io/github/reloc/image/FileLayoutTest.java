package io.github.reloc.image;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.FileField.EI_OSABI;
import static io.github.reloc.PieBuilder.FileField.E_SHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_SHNUM;
import static io.github.reloc.PieBuilder.FileField.E_SHOFF;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.SegmentField.P_OFFSET;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.SectionedPie;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the built program, the headers are at 0 and the data, linked at 0x10000, at 0x1000 of the file. */
final class FileLayoutTest {
    private static final long BASE = 0x7f0000;

    private static FileLayout of(byte[] file, long loadBase) {
        try (Program program = new Program(InputFile.spool(new ByteArrayInputStream(file)))) {
            return FileLayout.of(program, loadBase);
        }
    }

    private static FileLayout of(PieBuilder pie) {
        return of(pie.build(), BASE);
    }

    private static ByteBuffer buffer(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void aByteIsWhereItIsInTheFile() {
        FileLayout layout = of(pie());

        assertThat(layout.size()).isEqualTo(0x2000);
        assertThat(layout.memorySize()).isEqualTo(0x12000);
        assertThat(layout.bias()).isEqualTo(BASE);
        assertThat(layout.toImageOffset(0x10)).isEqualTo(0x10);
        assertThat(layout.toImageOffset(DATA + 8)).isEqualTo(0x1008);
        assertThat(layout.toVirtualAddress(0x1008)).isEqualTo(OptionalLong.of(DATA + 8));
        assertThat(layout.toVirtualAddress(0x800)).as("between the segments").isEmpty();
        assertThat(layout.toVirtualAddress(0x2000)).isEmpty();
    }

    @Test
    void bssHasNoBytes() {
        FileLayout layout = of(pie());

        assertThat(layout.contains(0x10ff8, 8)).isTrue();
        assertThat(layout.contains(0x10ff9, 8)).isFalse();
        assertThat(layout.contains(0x11000, 8)).isFalse();
    }

    @Test
    void segmentsMayStandInTheFileInAnyOrder() {
        // The second PT_LOAD of data comes first in the file.
        byte[] file = pie().load(0x20000, PF_R, 0x10, 0x10).build();
        ByteBuffer headers = buffer(file);
        long first = headers.getLong(0x40 + 56 + 8);
        long second = headers.getLong(0x40 + 3 * 56 + 8);
        headers.putLong(0x40 + 56 + 8, second).putLong(0x40 + 56 + 32, 0x10);
        headers.putLong(0x40 + 3 * 56 + 8, first);
        FileLayout layout = of(file, BASE);

        assertThat(layout.toVirtualAddress(first)).isEqualTo(OptionalLong.of(0x20000));
        assertThat(layout.toVirtualAddress(second)).isEqualTo(OptionalLong.of(DATA));
    }

    // What cannot be an executable

    @Test
    void theBaseMustSuitTheAlignment() {
        byte[] file = pie().alignment(0x10000).build();
        assertThat(of(file, 0x7f0000).bias()).isEqualTo(0x7f0000);
        assertUnsupported(
                "load base 0x7f1000 does not suit the largest p_align, 0x10000, of an executable linked at 0x0; the next that does is 0x800000",
                () -> of(file, 0x7f1000));
        assertUnsupported(
                "load base 0xfffffffffffe1000 does not suit the largest p_align, 0x10000, of an executable linked at 0x0; the last that does is 0xfffffffffffe0000",
                () -> of(file, -0x1f000));
    }

    @Test
    void itIsTheDistanceThatMustSuitTheAlignment() {
        byte[] file = pie().linkedAt(0x401000).alignment(0x1000).build();
        assertThat(of(file, 0x1000).bias()).isEqualTo(-0x400000L);
        byte[] aligned = pie().linkedAt(0x402000).alignment(0x2000).build();
        assertThat(of(aligned, 0).bias()).isEqualTo(-0x402000L);
        assertUnsupported(
                "load base 0x1000 does not suit the largest p_align, 0x2000, of an executable linked at 0x402000; the next that does is 0x2000",
                () -> of(aligned, 0x1000));
    }

    @Test
    void noTwoSegmentsTakeTheSameBytes() {
        assertUnsupported(
                "program headers 0 and 3 (PT_LOAD) take the same bytes of the file, at offset 0x0: an executable cannot hold them relocated for both",
                () -> of(pie().load(0x20000, PF_R, 0x10, 0x10).set(3, P_OFFSET, 0)));
    }

    @Test
    void whatSolarisMeansIsNotKnown() {
        assertUnsupported(
                "EI_OSABI is ELFOSABI_SOLARIS, which of whose dynamic tags are addresses is not known",
                () -> of(pie().set(EI_OSABI, 6)));
    }

    // Section headers are hostile too

    private static byte[] sectioned() {
        return new SectionedPie(pie())
                .appended(".symtab", Elf.SHT_SYMTAB, 24, 0, 0, 0)
                .build();
    }

    private static byte[] sectioned(int section, int field, long value) {
        byte[] file = sectioned();
        buffer(file).putLong(SectionedPie.header(file, section) + field, value);
        return file;
    }

    @Test
    void theTablesThatDescribeItAreReserved() {
        FileLayout layout = of(sectioned(), BASE);

        assertThat(layout.sections()).hasSize(3);
        assertThat(layout.reserved())
                .extracting(ImageLayout.Reserved::name)
                .containsExactly("the ELF header", "the program headers");
        assertThat(layout.reserved().get(1).virtualAddress()).isEqualTo(0x40);
        assertThat(layout.reserved().get(1).size()).isEqualTo(3 * 56);
    }

    @Test
    void whereASegmentHasThemTheyAreMemory() {
        byte[] file = sectioned();
        // The data segment begins at the section headers.
        int start = SectionedPie.header(file, 0);
        byte[] memory = pie().data(DATA + start % 0x1000, 0x80, 0x1000).build();
        byte[] longer = Arrays.copyOf(memory, file.length);
        System.arraycopy(file, start, longer, start, file.length - start);
        buffer(longer).putLong(0x40 + 56 + 8, start).putLong(40, start);
        buffer(longer).putShort(58, (short) 64).putShort(60, (short) 3);

        FileLayout layout = of(longer, BASE);
        assertThat(layout.reserved()).extracting(ImageLayout.Reserved::name).contains("the section headers");
        assertThat(layout.reserved().get(2).virtualAddress()).isEqualTo(DATA + start % 0x1000);
        assertThat(layout.reserved().get(2).size()).isEqualTo(0x80);
    }

    @Test
    void sectionHeadersLieInTheFile() {
        assertMalformed(
                "the section headers (e_shoff 0x1fc0, 2 of them) do not lie in the file of 8192 bytes (file offset 0x28)",
                () -> of(pie().set(E_SHOFF, 0x1fc0).set(E_SHENTSIZE, 64).set(E_SHNUM, 2)));
        assertMalformed(
                "e_shentsize 63 is not 64 (file offset 0x3a)",
                () -> of(pie().set(E_SHOFF, 0x1fc0).set(E_SHENTSIZE, 63).set(E_SHNUM, 1)));
        assertMalformed(
                "the section headers (e_shoff 0xffffffffffffffc0, 1 of them) do not lie in the file of 8192 bytes (file offset 0x28)",
                () -> of(pie().set(E_SHOFF, -64).set(E_SHENTSIZE, 64).set(E_SHNUM, 1)));
    }

    /** From 65280 sections on their number is the size of the first. */
    @Test
    void theNumberOfSectionsCanStandInTheFirst() {
        byte[] file = sectioned(0, 32, 3);
        buffer(file).putShort(60, (short) 0);
        assertThat(of(file, BASE).sections()).hasSize(3);

        buffer(file).putLong(SectionedPie.header(file, 0) + 32, -1);
        assertMalformed(
                "the section headers (e_shoff 0x2030, 18446744073709551615 of them) do not lie in the file of 8432 bytes (file offset 0x28)",
                () -> of(file, BASE));
    }

    @Test
    void theTablesThatDescribeItAreApart() {
        byte[] file = pie().build();
        // Four bytes down, over e_shnum and e_shstrndx, which count for nothing without e_shoff.
        System.arraycopy(file, 0x40, file, 0x3c, 3 * 56);
        buffer(file).putLong(32, 0x3c);
        assertMalformed("the program headers and the ELF header share bytes (file offset 0x3c)", () -> of(file, BASE));
        assertMalformed(
                "the section headers and the program headers share bytes (file offset 0x80)",
                () -> of(pie().set(E_SHOFF, 0x80).set(E_SHENTSIZE, 64).set(E_SHNUM, 1)));
        assertMalformed(
                ".symtab and the section headers share bytes (file offset 0x2040)",
                () -> of(sectioned(1, 24, 0x2040), BASE));
    }

    @Test
    void symbolsAreATableInTheFile() {
        assertMalformed(
                "section 1 (SHT_SYMTAB): sh_size 0x19 and sh_entsize 0x18 are not of symbols of 24 bytes (file offset 0x2070)",
                () -> of(sectioned(1, 32, 25), BASE));
        assertMalformed(
                "section 1 (SHT_SYMTAB): sh_size 0x18 and sh_entsize 0x10 are not of symbols of 24 bytes (file offset 0x2070)",
                () -> of(sectioned(1, 56, 16), BASE));
        assertMalformed(
                "section 1 (SHT_SYMTAB): sh_offset 0x20e8 and sh_size 0x18 do not lie in the file of 8432 bytes (file offset 0x2070)",
                () -> of(sectioned(1, 24, 0x20f0 - 8), BASE));
        byte[] two = new SectionedPie(pie())
                .appended(".symtab", Elf.SHT_SYMTAB, 24, 0, 0, 0)
                .appended(".symtab", Elf.SHT_SYMTAB, 24, 0, 0, 0)
                .build();
        assertMalformed(
                "section 2 is the second of type SHT_SYMTAB, after section 1 (file offset 0x20d0)",
                () -> of(two, BASE));
    }

    @Test
    void brokenSectionHeadersDoNotStopAFlatImage(@TempDir Path folder) throws IOException {
        Path in = folder.resolve("in.elf");
        pie().set(E_SHOFF, 0x1fc0).set(E_SHENTSIZE, 63).set(E_SHNUM, 7).writeTo(in);

        String out = folder.resolve("out").toString();
        assertThat(Run.of("apply", "--base", "0x7f0000", in.toString(), out).exitCode())
                .isZero();
        Files.delete(Path.of(out));
        Run run = Run.of("apply", "--base", "0x7f0000", "--format", "elf", in.toString(), out);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors())
                .isEqualTo("reloc: " + in + ": malformed ELF: e_shentsize 63 is not 64 (file offset 0x3a)\n");
        assertThat(Path.of(out)).doesNotExist();
    }
}
