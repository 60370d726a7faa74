package io.github.reloc.check;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.VerifiedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code verify} says of images in which one thing at a time is not as it was. */
final class DifferenceTest {
    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A byte of a word, its bits; where the word is, its symbol and entry; what it should be, and is.
                "0x10009 | 0x80 | 0x10008 | table+0x8  | RELA entry 0, R_X86_64_RELATIVE (8), at 0x10008 | 0x7f1234 | 0x7f9234",
                "0x10017 | 0xff | 0x10010 | table+0x10 | RELA entry 1, R_X86_64_64 (1), at 0x10010 | 0x7f0188 | 0xff000000007f0188",
                "0x1001b | 0x01 | 0x10018 | table+0x18 | RELA entry 2, R_X86_64_32 (10), at 0x10018 | 0x7f0180 | 0x17f0180",
                "0x10021 | 0x01 | 0x10020 | table+0x20 | RELR entry 0, R_X86_64_RELATIVE (8), at 0x10020 | 0x7f0500 | 0x7f0400",
            })
    void relocatedWordIsNamed(
            String flipped, String bits, String offset, String symbol, String entry, String expected, String found)
            throws IOException {
        image.apply(program());
        image.flip(Integer.decode(flipped), Integer.decode(bits));

        String address = "0x" + Integer.toHexString(0x7f0000 + Integer.decode(offset));
        image.assertDifferent(
                image.verify(),
                "1 byte in 1 page, compared with --base 0x7f0000 --tables safe\n  first:      image offset " + offset
                        + ", load address " + address + ", in program header 1 (PT_LOAD, rw-), in " + symbol
                        + "\n  relocation: " + entry + "\n  expected:   " + expected + "\n  found:      " + found
                        + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A byte, its bits; its load address; where that is; what it should be, and is.
                "0x0     | 0x01 | 0x7f0000 | , in program header 0 (PT_LOAD, r-x)                | 0x7f | 0x7e", // magic
                "0x180   | 0xcc | 0x7f0180 | , in program header 0 (PT_LOAD, r-x), in code       | 0x0  | 0xcc",
                "0x1bf   | 0xcc | 0x7f01bf | , in program header 0 (PT_LOAD, r-x), in code+0x3f  | 0x0  | 0xcc",
                "0x1c0   | 0xcc | 0x7f01c0 | , in program header 0 (PT_LOAD, r-x)                | 0x0  | 0xcc",
                "0x200   | 0x40 | 0x7f0200 | , in program header 0 (PT_LOAD, r-x)                | 0x7  | 0x47", // d_tag
                "0x300   | 0x40 | 0x7f0300 | , in program header 0 (PT_LOAD, r-x)                | 0x0  | 0x40", // DT_NULL + 0x20
                "0x408   | 0x01 | 0x7f0408 | , in program header 0 (PT_LOAD, r-x)                | 0x8  | 0x9", // r_info
                "0x8000  | 0x20 | 0x7f8000 | , outside of any segment                            | 0x0  | 0x20",
                "0x1001c | 0x02 | 0x80001c | , in program header 1 (PT_LOAD, rw-), in table+0x1c | 0x0  | 0x2", // after
                // 32
                "0x10080 | 0x03 | 0x800080 | , in program header 1 (PT_LOAD, rw-)                | 0x0  | 0x3",
                "0x11000 | 0x04 | 0x801000 | , in program header 1 (PT_LOAD, rw-)                | 0x0  | 0x4", // .bss
                "0x11fff | 0x05 | 0x801fff | , in program header 1 (PT_LOAD, rw-)                | 0x0  | 0x5",
            })
    void byteIsNamedWhereNoRelocationIs(
            String offset, String bits, String address, String where, String expected, String found)
            throws IOException {
        image.apply(program());
        image.flip(Integer.decode(offset), Integer.decode(bits));

        image.assertDifferent(
                image.verify(),
                "1 byte in 1 page, compared with --base 0x7f0000 --tables safe\n  first:      image offset " + offset
                        + ", load address " + address + where + "\n  expected:   " + expected + "\n  found:      "
                        + found + "\n");
    }

    /** The dynamic section is at 0x200: DT_RELA, DT_RELASZ, DT_RELAENT, DT_RELR, … */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x209   | 0x40 | 0x208  | DT_RELA   | 0x400 | 0x4400",
                "0x218   | 0x80 | 0x218  | DT_RELASZ | 0x0   | 0x80",
                "0x24f   | 0x80 | 0x248  | DT_RELRSZ | 0x0   | 0x8000000000000000",
            })
    void dynamicTagIsNamed(String flipped, String bits, String offset, String tag, String expected, String found)
            throws IOException {
        image.apply(program(), "--tables", "trim");
        image.flip(Integer.decode(flipped), Integer.decode(bits));

        String address = "0x" + Integer.toHexString(0x7f0000 + Integer.decode(offset));
        image.assertDifferent(
                image.verify("--tables", "trim"),
                "1 byte in 1 page, compared with --base 0x7f0000 --tables trim\n  first:      image offset " + offset
                        + ", load address " + address + ", in program header 0 (PT_LOAD, r-x)\n  dynamic:    " + tag
                        + "\n  expected:   " + expected + "\n  found:      " + found + "\n");
    }

    @Test
    void bytesAndPagesAreCounted() throws IOException {
        image.apply(program());
        // Two of a page, two that are neighbours on two pages and in two blocks of 64 KiB, and the last.
        for (int offset : new int[] {0x190, 0x191, 0xffff, 0x10000, 0x11fff}) {
            image.flip(offset, 1);
        }

        assertThat(image.verify().output())
                .startsWith(image.path() + ": different: 5 bytes in 4 pages, compared with")
                .contains("image offset 0x190,");
    }

    /** Its first byte does not depend on the base: the page with the others is the one that differs. */
    @Test
    void wordOnTwoPagesIsNamedAsAWhole() throws IOException {
        image.apply(program().data(DATA, 0x2000, 0x3000).rela(DATA + 0xffd, R_X86_64_RELATIVE, 0, 0x2000));
        image.flip(0x10fff, 0xff);
        image.flip(0x11000, 0x7f);

        image.assertDifferent(image.verify(), """
                2 bytes in 2 pages, compared with --base 0x7f0000 --tables safe
                  first:      image offset 0x10ffd, load address 0x800ffd, in program header 1 (PT_LOAD, rw-)
                  relocation: RELA entry 3, R_X86_64_RELATIVE (8), at 0x10ffd
                  expected:   0x7f2000
                  found:      0x7f802000
                """);
    }

    @Test
    void ofTwoEntriesForOnePlaceTheLastIsNamed() throws IOException {
        image.apply(program().rela(DATA + 0x40, R_X86_64_RELATIVE, 0, 1).rela(DATA + 0x40, R_X86_64_RELATIVE, 0, 2));
        image.flip(0x10040, 0x10);

        assertThat(image.verify().output())
                .contains("RELA entry 4,", "expected:   0x7f0002\n", "found:      0x7f0012\n");
    }

    /** What differs is said without the name. */
    @Test
    void malformedNameOfASymbolIsLeftOut() throws IOException {
        image.apply(program().patch32(0x498, 0x7fff_ffff)); // st_name of symbol 2, table
        image.flip(0x10040, 1);

        assertThat(image.verify().output())
                .contains("load address 0x800040, in program header 1 (PT_LOAD, rw-)\n", "found:      0x1\n");
    }

    /** Entries left for run time have the word that was linked. */
    @Test
    void entryLeftForRunTimeIsNamed() throws IOException {
        image.apply(
                program().word64(DATA + 0x28, 0x77).rela(DATA + 0x28, R_X86_64_IRELATIVE, 0, 0x180),
                "--unresolved",
                "keep");
        image.flip(0x10028, 0x70);

        assertThat(image.verify().output())
                .contains("RELA entry 3, R_X86_64_IRELATIVE (37),", "expected:   0x77\n", "found:      0x7\n");
    }
}
