package io.github.reloc.check;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE32;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.VerifiedImage;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What load base {@code verify} finds an image to be made for. */
final class BaseFinderTest {
    /** Image size: from the headers at 0 to PieBuilder.END. */
    private static final int SIZE = 0x12000;

    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    /** The base is the one that most words name, so damage does not hide it. */
    @Test
    void baseIsFoundInADamagedImage() throws IOException {
        image.apply(program());
        image.setWord64(0x10008, 0x801234);

        image.assertDifferent(image.verify(), """
                1 byte in 1 page, compared with --base 0x7f0000 --tables safe
                  first:      image offset 0x10008, load address 0x800008, in program header 1 (PT_LOAD, rw-), in table+0x8
                  relocation: RELA entry 0, R_X86_64_RELATIVE (8), at 0x10008
                  expected:   0x7f1234
                  found:      0x801234
                """);
    }

    /** Whatever the base, so that any one is right. */
    @Test
    void programWithoutWordsOfTheBaseIsTheSameAtEach() throws IOException {
        image.apply(pie().symbol("sized", 0x11, 1, 0x100, 0x28).rela(DATA, R_X86_64_SIZE64, 1, 0));

        image.assertIdentical(image.verify(), "any base and --tables safe");
        image.assertIdentical(image.verify("--base", "0x123000"), "any base and --tables safe");
        image.flip(0x10000, 0x8);
        assertThat(image.verify().output())
                .contains(
                        "compared with any base and --tables safe\n",
                        "R_X86_64_SIZE64",
                        "expected:   0x28",
                        "found:      0x20");
    }

    @Test
    void programWithoutRelocationsIsTheSameAtEachBase() throws IOException {
        image.apply(pie());

        image.assertIdentical(image.verify(), "any base and --tables safe");
        image.assertIdentical(image.verify("--tables", "trim"), "any base and --tables trim");
    }

    /** P rises with the base, and what it is subtracted from does not: the word falls. */
    @ParameterizedTest
    @CsvSource({"24, 0x0", "2, 0x0", "24, 0x7f0000", "2, 0x7f0000", "2, 0xffffffff80000000"}) // R_X86_64_PC64, PC32
    void baseIsFoundInWordsThatFallAsItRises(int type, String base) throws IOException {
        image.applyAt(base, pie().symbol("absolute", 0x10, 0xfff1, 0x5000, 0).rela(DATA + 8, type, 1, 4));

        image.assertIdentical(image.verify(), "--base " + base + " --tables safe");
    }

    /** Every word that depends on the base is written over by one that another entry makes. */
    @Test
    void lastEntryForAWordTellsTheBase() throws IOException {
        PieBuilder program = pie().relr(DATA, DATA + 8, DATA + 0x10);
        program.rela(DATA, R_X86_64_RELATIVE, 0, 0x3000).rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x3000);
        program.rela(DATA + 0x10, R_X86_64_RELATIVE, 0, 0x1000).rela(DATA + 0x10, R_X86_64_RELATIVE, 0, 0x3000);
        image.apply(program);

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** Nor does it name a wrong one: the upper half of two of the words is another entry's. */
    @Test
    void fieldThatIsOverlappedTellsNothing() throws IOException {
        PieBuilder program = pie().symbol("sized", 0x11, 1, 0x100, 0x28);
        program.rela(DATA, R_X86_64_RELATIVE, 0, 0x1000).rela(DATA + 4, R_X86_64_SIZE32, 1, 0);
        program.rela(DATA + 0x10, R_X86_64_RELATIVE, 0, 0x1000).rela(DATA + 0x14, R_X86_64_SIZE32, 1, 0);
        program.rela(DATA + 0x20, R_X86_64_RELATIVE, 0, 0x1000);
        image.apply(program);

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** More of them than are looked at, so that those which come later are no way out. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1023, 1024, 1025})
    void manyWordsMayBeWrittenOver(int count) throws IOException {
        PieBuilder program = pie().data(DATA, 0x4000, 0x5000);
        for (int i = 0; i < count; i++) {
            program.rela(DATA + 8L * i, R_X86_64_RELATIVE, 0, 0x2000);
        }
        for (int i = 0; i < count; i++) {
            program.rela(DATA + 8L * i, R_X86_64_RELATIVE, 0, 0x1000);
        }
        image.apply(program);

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** RELR and REL add: a word that has two such entries holds the base twice. */
    @Test
    void baseThatNoWordTellsHasToBeGiven() throws IOException {
        image.apply(pie().relr(DATA, DATA).rel(DATA + 8, R_X86_64_RELATIVE, 0).rel(DATA + 8, R_X86_64_RELATIVE, 0));

        image.assertIdentical(image.verify("--base", "0x7f0000"), "--base 0x7f0000 --tables safe");
        assertThat(image.verify("--base", "0x800000").output()).doesNotContain("It is identical");
        Run run = image.verify();
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .isEqualTo("reloc: " + image.in() + ": unsupported: the image does not tell its load base: each word"
                        + " that would is relocated by more than one entry; --base ADDR says it\n");
    }

    /** A word that holds the base twice among others that do not. */
    @Test
    void wordThatIsAddedToTwiceNamesNoBase() throws IOException {
        image.apply(pie().relr(DATA, DATA, DATA + 0x10).relr(DATA + 0x18, DATA + 0x18, DATA + 0x18, DATA + 0x20));

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** A word of 32 bits names a base as well. */
    @Test
    void baseIsFoundInWordsOf32Bits() throws IOException {
        image.apply(pie().symbol("code", 0x12, 1, 0x180, 0x40).rela(DATA, R_X86_64_32, 1, 0));

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    /** A base of 2^48 that the 64-bit words name, and at which no 32 bits hold the third word. */
    private void nameABaseThatDoesNotFit() throws IOException {
        image.apply(program());
        image.setWord64(0x10008, (1L << 48) + 0x1234);
        image.setWord64(0x10010, (1L << 48) + 0x188);
        image.setWord64(0x10020, (1L << 48) + 0x500);
    }

    @Test
    void baseThatIsGivenIsTheOneThatCounts() throws IOException {
        nameABaseThatDoesNotFit();

        // In each of the three words two bytes are 0 that should not be, and one is 1 that should be 0.
        Run run = image.verify("--base", "0x7f0000");
        assertThat(run.output())
                .startsWith(
                        image.path() + ": different: 6 bytes in 1 page, compared with --base 0x7f0000 --tables safe\n")
                .doesNotContain("It is identical");
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    /** It is not the program's fault. */
    @Test
    void baseAtWhichTheProgramCannotBeExplainsNothing() throws IOException {
        nameABaseThatDoesNotFit();

        image.assertDifferent(image.verify(), "no load base explains its words\n");
    }

    /** Here it is: the value of an absolute symbol is the same at each base. */
    @Test
    void wordThatFitsAtNoBaseIsTheProgramsFault() throws IOException {
        image.apply(program());
        program()
                .symbol("big", 0x10, 0xfff1, 1L << 40, 0)
                .rela(DATA + 0x30, R_X86_64_32, 3, 0)
                .writeTo(image.in());

        Run run = image.verify();
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors())
                .isEqualTo(
                        "reloc: " + image.in() + ": unsupported: RELA entry 3, R_X86_64_32 (10) at 0x10030: the value"
                                + " 0x10000000000 does not fit an unsigned 32-bit field (file offset 0x448)\n");
    }

    @Test
    void noBaseExplainsZeros() throws IOException {
        image.apply(program());
        Files.write(image.path(), new byte[SIZE]);

        image.assertDifferent(image.verify(), "no load base explains its words\n");
        assertThat(image.verify("--base", "0x7f0000").output())
                .contains("image offset 0x0,", "expected:   0x7f\n", "found:      0x0\n")
                .doesNotContain("It is identical");
    }

    /** A base is a multiple of a page. */
    @Test
    void noBaseExplainsWordsThatAreOff() throws IOException {
        image.apply(program());
        image.setWord64(0x10008, 0x7f1235);
        image.setWord64(0x10010, 0x7f0189);
        image.setWord64(0x10018, 0x7f0181);
        image.setWord64(0x10020, 0x7f0501);

        image.assertDifferent(image.verify(), "no load base explains its words\n");
        assertThat(image.verify("--base", "0x7f0000").output()).contains("4 bytes in 1 page,");
    }

    /** The last page of the image would pass the end of the address space. */
    @Test
    void noBaseExplainsWordsThatAreTooHigh() throws IOException {
        image.apply(program());
        image.setWord64(0x10008, -0x11000 + 0x1234);
        image.setWord64(0x10010, -0x11000 + 0x188);
        image.setWord64(0x10018, 0x7f0181); // 32 bits cannot name a base so high
        image.setWord64(0x10020, -0x11000 + 0x500);

        image.assertDifferent(image.verify(), "no load base explains its words\n");
    }

    /**
     * Symbols in a reserved section are refused by name, and to find out the version in it a list that is broken at its end
     * is read over 5 MiB.
     */
    @Test
    void brokenVersionsAreNotReadForEachEntry() throws IOException {
        int entryCount = 300;
        int versionCount = 600;
        PieBuilder program = pie().data(DATA, 0x500000, 0x500000).symbol("reserved", 0x12, 0xff20, 0, 0);
        program.rela(DATA + 0x400000, R_X86_64_RELATIVE, 0, 0);
        for (int i = 0; i < entryCount; i++) {
            program.rela(DATA + 8L * i, R_X86_64_64, 1, 0);
        }
        long versions = DATA + 0x1000;
        program.tag(Elf.DT_VERSYM, versions).word16(versions, 0, 2);
        program.tag(Elf.DT_VERNEED, versions + 0x10).tag(Elf.DT_VERNEEDNUM, versionCount);
        for (int i = 0; i < versionCount; i++) {
            int next = i < versionCount - 1 ? 0x2000 : 0x7fff_ffff;
            program.word16(versions + 0x10 + 0x2000L * i, 1, 0).word32(versions + 0x14 + 0x2000L * i, 0, 16, next);
        }
        program.writeTo(image.in());
        Files.write(image.path(), new byte[0x510000]);
        Verifier.Request request = new Verifier.Request(null, null, true, false, null, Map.of());
        try (Program opened = new Program(InputFile.open(image.in()));
                InputFile zeros = InputFile.open(image.path())) {
            Verifier verifier = new Verifier(opened, zeros, request);

            assertThat(catchThrowableOfType(Failure.class, verifier::verify).kind())
                    .isEqualTo(Failure.Kind.MALFORMED);
            assertThat(opened.input().bytesRead()).isLessThan(4 * opened.input().size());
        }
    }
}
