package io.github.reloc.check;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.SegmentField.P_PADDR;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.PieBuilder.FileField;
import io.github.reloc.Run;
import io.github.reloc.SectionedPie;
import io.github.reloc.VerifiedImage;
import io.github.reloc.elf.Elf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executables beside the program that they were made of, at 0x7f0000: the data segment is at 0x1000 of the file. */
final class ExecutableVerifyTest {
    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    private static PieBuilder movable(PieBuilder program) {
        return program.set(FileField.E_TYPE, Elf.ET_EXEC).tag(Elf.DT_FLAGS_1, Elf.DF_1_PIE);
    }

    @Test
    void whatItIsIsRecognised() throws IOException {
        image.apply(program(), "--format", "elf");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --tables safe");
        image.apply(program(), "--format", "elf", "--tables", "keep");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --tables keep");
        image.apply(program());
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** The flat image of an ET_EXEC begins with the header of one, too. */
    @Test
    void ofAnExecutableBothAreRecognised() throws IOException {
        image.apply(movable(program()), "--format", "elf");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --tables safe");
        image.apply(movable(program()));
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
        // As long as the program, and where that is already: then they are the same.
        image.applyAt("0x0", movable(pie().data(0x1000, 0x1000, 0x1000)));
        assertThat(image.verify().exitCode()).isZero();
    }

    @Test
    void withoutRelocationsTheProgramHeadersNameTheBase() throws IOException {
        image.apply(pie(), "--format", "elf");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --tables safe");
    }

    @Test
    void physicalAddressesAreFoundOut() throws IOException {
        image.apply(program(), "--format", "elf", "--physical", "0x100000");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --physical 0x100000 --tables safe");
        image.apply(program(), "--format", "elf", "--physical", "keep");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --physical keep --tables safe");
        image.apply(program().set(1, P_PADDR, 0x9000), "--format", "elf", "--physical", "keep");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --format elf --physical keep --tables safe");
        Run run = image.verify("--physical", "0x1000");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("p_paddr of program header 0", "expected:   0x1000", "found:      0x0");
    }

    @Test
    void whatIsGivenCounts() throws IOException {
        image.apply(program(), "--format", "elf");

        assertThat(image.verify("--base", "0x7f0000", "--tables", "safe").exitCode())
                .isZero();
        Run tables = image.verify("--tables", "keep");
        assertThat(tables.exitCode()).isEqualTo(1);
        assertThat(tables.output()).endsWith("  It is identical to what apply writes with --tables safe\n");
        Run base = image.verify("--base", "0x800000");
        assertThat(base.exitCode()).isEqualTo(1);
        assertThat(base.output()).endsWith("  It is identical to what apply writes with --base 0x7f0000\n");
    }

    @Test
    void aWordOfTheMemory() throws IOException {
        image.apply(program(), "--format", "elf");
        image.flip(0x1009, 1);

        image.assertDifferent(image.verify(), """
                1 byte in 1 page, compared with --base 0x7f0000 --format elf --tables safe
                  first:      image offset 0x1008, load address 0x800008, in program header 1 (PT_LOAD, rw-), in table+0x8
                  relocation: RELA entry 0, R_X86_64_RELATIVE (8), at 0x10008
                  expected:   0x7f1234
                  found:      0x7f1334
                """);
    }

    @Test
    void aFieldOfTheHeaders() throws IOException {
        image.apply(program().entry(0x180), "--format", "elf");
        image.flip(24, 1);
        image.assertDifferent(image.verify(), """
                1 byte in 1 page, compared with --base 0x7f0000 --format elf --tables safe
                  first:      image offset 0x18, load address 0x7f0018, e_entry of the ELF header, in program header 0 (PT_LOAD, r-x)
                  expected:   0x7f0180
                  found:      0x7f0181
                """);
        image.flip(24, 1);
        image.flip(0x40 + 56 + 16, 0x10);
        assertThat(image.verify().output()).contains(", p_vaddr of program header 1, ");
    }

    @Test
    void aFieldOutsideOfMemory() throws IOException {
        byte[] file = new SectionedPie(program())
                .section(".data", 1, 3, DATA, 0x1000, 0x1000, 0)
                .appended(".symtab", Elf.SHT_SYMTAB, 24, 0, 0, 0, 1L << 48, 0x180, 0)
                .build();
        Files.write(image.in(), file);
        String[] apply = {
            "apply",
            "--base",
            "0x7f0000",
            "--format",
            "elf",
            image.in().toString(),
            image.path().toString()
        };
        assertThat(Run.of(apply).exitCode()).isZero();
        assertThat(image.verify().exitCode()).isZero();

        image.flip(0x2000 + 24 + 8, 1);
        image.assertDifferent(image.verify(), """
                1 byte in 1 page, compared with --base 0x7f0000 --format elf --tables safe
                  first:      image offset 0x2020, st_value of symbol 1 of .symtab
                  expected:   0x7f0180
                  found:      0x7f0181
                """);
        image.flip(0x2000 + 24 + 8, 1);
        image.flip(SectionedPie.header(file, 1) + 16, 2);
        assertThat(image.verify().output()).contains(", sh_addr of section header 1\n");
    }

    @Test
    void aFileOfAnotherSizeIsNone() throws IOException {
        image.apply(program(), "--format", "elf");
        Files.write(image.path(), new byte[1], java.nio.file.StandardOpenOption.APPEND);

        image.assertDifferent(
                image.verify(),
                "it has 8193 bytes, and should have 8192; it is an ELF file itself, not the image of one\n");
    }

    /** Only the first of its bytes says that it is one. */
    @Test
    void headersThatNameNoBase() throws IOException {
        image.apply(pie(), "--format", "elf");
        image.setWord64(0x40 + 16, 0x123);
        image.setWord64(0x40 + 56 + 16, 0x456);

        image.assertDifferent(image.verify(), "no load base explains its words\n");
    }
}
