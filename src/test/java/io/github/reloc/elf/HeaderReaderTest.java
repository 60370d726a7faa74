package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertFailure;
import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.FileField.EI_CLASS;
import static io.github.reloc.PieBuilder.FileField.EI_DATA;
import static io.github.reloc.PieBuilder.FileField.EI_OSABI;
import static io.github.reloc.PieBuilder.FileField.EI_VERSION;
import static io.github.reloc.PieBuilder.FileField.E_FLAGS;
import static io.github.reloc.PieBuilder.FileField.E_MACHINE;
import static io.github.reloc.PieBuilder.FileField.E_PHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_PHNUM;
import static io.github.reloc.PieBuilder.FileField.E_PHOFF;
import static io.github.reloc.PieBuilder.FileField.E_SHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_SHNUM;
import static io.github.reloc.PieBuilder.FileField.E_SHOFF;
import static io.github.reloc.PieBuilder.FileField.E_SHSTRNDX;
import static io.github.reloc.PieBuilder.FileField.E_TYPE;
import static io.github.reloc.PieBuilder.FileField.E_VERSION;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeaderReaderTest {
    private static FileHeader read(PieBuilder pie) {
        try (InputFile input = pie.openInput()) {
            return HeaderReader.read(input);
        }
    }

    private static FileHeader read(String bytes) {
        try (InputFile input = InputFile.spool(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)))) {
            return HeaderReader.read(input);
        }
    }

    @Test
    void headersAreReadAsTheyAre() {
        FileHeader header =
                read(pie().entry(0xfedcba9876543210L).header(0x6474e551, 6, 0x11, 0x8000000000000000L, 0x33, -1, 16));

        assertThat(header.type()).isEqualTo(3);
        assertThat(header.entryVirtualAddress()).isEqualTo(0xfedcba9876543210L);
        assertThat(header.segments())
                .containsExactly(
                        new Segment(0, 1, 4, 0, 0, 0, 0x400, 0x400, 0x1000),
                        new Segment(1, 1, 6, 0x1000, 0x10000, 0x10000, 0x1000, 0x2000, 0x1000),
                        new Segment(2, 2, 4, 0x200, 0x200, 0x200, 0x10, 0x10, 8),
                        new Segment(3, 0x6474e551, 6, 0x11, 0x8000000000000000L, 0x8000000000000000L, 0x33, -1, 16));
    }

    @Test
    void anEmptyFileIsNoElfFile() {
        assertFailure(Failure.Kind.NOT_ELF, "the file is empty", () -> read(""));
    }

    @Test
    void aFileThatEndsInsideTheMagicNumberIsNoElfFile() {
        assertFailure(Failure.Kind.NOT_ELF, "it does not begin with 0x7f 'E' 'L' 'F'", () -> read("\u007fEL"));
    }

    @Test
    void anotherMagicNumberIsNoElfFile() {
        assertFailure(Failure.Kind.NOT_ELF, "it does not begin with 0x7f 'E' 'L' 'F'", () -> read("{}\n".repeat(99)));
    }

    @Test
    void aFileThatEndsInsideTheHeader() {
        assertMalformed(
                "the file ends inside the ELF header, after 63 bytes (file offset 0x0)",
                () -> read(pie().truncate(63)));
    }

    @Test
    void only64Bits() {
        assertUnsupported("a 32-bit program (EI_CLASS is 1)", () -> read(pie().set(EI_CLASS, 1)));
        assertUnsupported("not a 64-bit program (EI_CLASS is 3)", () -> read(pie().set(EI_CLASS, 3)));
    }

    @Test
    void onlyLittleEndian() {
        assertUnsupported("a big-endian program (EI_DATA is 2)", () -> read(pie().set(EI_DATA, 2)));
        assertUnsupported("not a little-endian program (EI_DATA is 0)", () -> read(pie().set(EI_DATA, 0)));
    }

    @Test
    void onlyVersion1OfTheIdentification() {
        assertMalformed("EI_VERSION 0 is not 1 (file offset 0x6)", () -> read(pie().set(EI_VERSION, 0)));
    }

    @Test
    void onlyVersion1OfTheFile() {
        assertMalformed(
                "e_version 4294967295 is not 1 (file offset 0x14)", () -> read(pie().set(E_VERSION, 0xffffffffL)));
    }

    @Test
    void onlyX86_64() {
        assertUnsupported("for AArch64 (e_machine is 183)", () -> read(pie().set(E_MACHINE, 183)));
    }

    @Test
    void anObjectFileHasToBeLinked() {
        assertUnsupported("an object file (e_type is ET_REL): link it first", () -> read(pie().set(E_TYPE, 1)));
    }

    @Test
    void aCoreDumpIsNoProgram() {
        assertUnsupported("a core dump (e_type is ET_CORE)", () -> read(pie().set(E_TYPE, 4)));
    }

    @Test
    void anUnknownTypeIsNamedByItsNumber() {
        assertUnsupported("not a linked program (e_type is 0xfe00)", () -> read(pie().set(E_TYPE, 0xfe00)));
    }

    @Test
    void aProgramForFixedAddressesIsRead() {
        assertThat(read(pie().set(E_TYPE, 2)).type()).isEqualTo(2);
    }

    @Test
    void noProgramHeaders() {
        assertMalformed("e_phnum is 0: there is nothing to load (file offset 0x38)", () -> read(pie().set(E_PHNUM, 0)));
    }

    @Test
    void theEscapeForManyProgramHeaders() {
        assertUnsupported(
                "e_phnum is PN_XNUM: the number of program headers stands in a section header",
                () -> read(pie().set(E_PHNUM, 0xffff)));
    }

    @Test
    void moreProgramHeadersThanASignedNumberCounts() {
        assertUnsupported("32768 program headers; at most 32767 are read", () -> read(pie().set(E_PHNUM, 0x8000)));
    }

    @Test
    void programHeadersOfAnotherSize() {
        assertMalformed("e_phentsize 64 is not 56 (file offset 0x36)", () -> read(pie().set(E_PHENTSIZE, 64)));
    }

    @Test
    void programHeadersThatPassTheEndOfTheFile() {
        // 3 program headers of 56 bytes are 0xa8; the file has 0x2000.
        assertMalformed(
                "the program headers (e_phoff 0x1f59, e_phnum 3) do not lie in the file of 8192 bytes (file offset 0x20)",
                () -> read(pie().set(E_PHOFF, 0x1f59)));
    }

    @Test
    void programHeadersThatWrap() {
        assertMalformed(
                "the program headers (e_phoff 0xffffffffffffffff, e_phnum 3) do not lie in the file of 8192 bytes"
                        + " (file offset 0x20)",
                () -> read(pie().set(E_PHOFF, -1)));
    }

    @Test
    void programHeadersMayEndTheFile() {
        assertThat(read(pie().truncate(64 + 3 * 56)).segments()).hasSize(3);
    }

    @Test
    void sectionHeadersAreNeverRead() {
        FileHeader header = read(pie().set(E_SHOFF, -1)
                .set(E_SHENTSIZE, 0xffff)
                .set(E_SHNUM, 0xffff)
                .set(E_SHSTRNDX, 0xffff));

        assertThat(header).isEqualTo(read(pie()));
    }

    /** From offset 40 on: e_shoff is p_type and p_flags, e_flags to e_phentsize p_offset, e_phnum to e_shstrndx p_vaddr. */
    @Test
    void aProgramHeaderThatLiesOverTheHeaderIsReadAsItStands() {
        FileHeader header = read(pie().set(E_PHOFF, 40)
                .patch64(40, 0x7_6474e551L)
                .patch32(48, 0)
                .patch16(56, 1)
                .patch16(58, 0x1234)
                .patch32(60, 0x56789abc)
                .patch64(64, 0)
                .patch64(72, 0x11)
                .patch64(80, 0x22)
                .patch64(88, 0x10));

        assertThat(header.segments())
                .containsExactly(new Segment(
                        0, 0x6474e551, 7, 0x0038_0040_0000_0000L, 0x56789abc12340001L, 0, 0x11, 0x22, 0x10));
    }

    @Test
    void flagsAndSizeOfTheHeaderDoNotMatter() {
        FileHeader header = read(pie().set(E_FLAGS, 0xffffffffL)
                .patch16(7, 0xff00) // EI_ABIVERSION
                .patch16(52, 0)); // e_ehsize

        assertThat(header).isEqualTo(read(pie()));
    }

    @Test
    void operatingSystem() {
        assertThat(read(pie().set(EI_OSABI, 0xff)).osAbi()).isEqualTo(255);
    }
}
