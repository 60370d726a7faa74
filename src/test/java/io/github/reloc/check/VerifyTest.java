package io.github.reloc.check;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.VerifiedImage;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code verify} finds out of an image, and what it says of one that it cannot explain. */
final class VerifyTest {
    /** Image size: from the headers at 0 to PieBuilder.END. */
    private static final int SIZE = 0x12000;

    /** With --omit-bss: up to PieBuilder.BSS. */
    private static final int SIZE_WITHOUT_BSS = 0x11000;

    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    // What was applied is found out

    @Test
    void optionsAreFoundOut() throws IOException {
        image.apply(program());
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");

        image.apply(program(), "--tables", "keep");
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables keep");

        image.apply(program(), "--tables", "trim", "--omit-bss");
        assertThat(Files.size(image.path())).isEqualTo(SIZE_WITHOUT_BSS);
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables trim --omit-bss");
    }

    @Test
    void optionsMayBeGiven() throws IOException {
        image.apply(program(), "--tables", "keep", "--omit-bss");

        image.assertIdentical(
                image.verify("--base", "8323072", "--tables", "keep", "--omit-bss"),
                "--base 0x7f0000 --tables keep --omit-bss");
        image.assertIdentical(image.verify("--base", "0x7f0000"), "--base 0x7f0000 --tables keep --omit-bss");
        image.assertIdentical(image.verify("--tables", "keep"), "--base 0x7f0000 --tables keep --omit-bss");
    }

    @Test
    void quietLeavesNothingButTheExitCodeOfAnIdenticalImage() throws IOException {
        image.apply(program());
        Run run = image.verify("--quiet");

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void programMayComeByStandardInput() throws IOException {
        image.apply(program());

        image.assertIdentical(
                Run.withInput(program().build(), "verify", "-", image.path().toString()),
                "--base 0x7f0000 --tables safe");
    }

    @Test
    void entriesLeftForRunTimeAreRecognised() throws IOException {
        image.apply(program().rela(DATA + 0x28, R_X86_64_IRELATIVE, 0, 0x180), "--unresolved", "keep");

        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe --unresolved keep");
        image.assertIdentical(image.verify("--unresolved", "keep"), "--base 0x7f0000 --tables safe --unresolved keep");
        Run run = image.verify("--unresolved", "fail");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .startsWith("reloc: " + image.in() + ": unresolved: ")
                .hasLineCount(1);
    }

    /** It may have been asked for, and nothing came of it. */
    @Test
    void entriesThatAreNotLeftAreNotSpokenOf() throws IOException {
        image.apply(program(), "--unresolved", "keep");

        image.assertIdentical(image.verify("--unresolved", "keep"), "--base 0x7f0000 --tables safe");
    }

    /** Then apply would refuse the program, whatever is in the image. */
    @Test
    void entriesThatMustNotBeLeftEndTheWork() throws IOException {
        image.apply(program().rela(DATA + 0x28, R_X86_64_IRELATIVE, 0, 0x180), "--unresolved", "keep");
        Files.write(image.path(), new byte[SIZE]);

        assertThat(image.verify().exitCode()).isEqualTo(1);
        assertThat(image.verify("--unresolved", "fail").exitCode()).isEqualTo(4);
        assertThat(image.verify("--unresolved", "fail", "--base", "0x7f0000").exitCode())
                .isEqualTo(4);
    }

    // What would explain it

    @Test
    void tablesThatExplainAreNamed() throws IOException {
        image.apply(program(), "--tables", "keep");
        Run run = image.verify("--tables", "trim");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("compared with --base 0x7f0000 --tables trim\n")
                .endsWith("\n  It is identical to what apply writes with --tables keep\n");
    }

    @Test
    void baseThatExplainsIsNamed() throws IOException {
        image.apply(program());

        // In each of the four words the byte 0x7f should be 0x80.
        image.assertDifferent(image.verify("--base", "0x800000"), """
                4 bytes in 1 page, compared with --base 0x800000 --tables safe
                  first:      image offset 0x10008, load address 0x810008, in program header 1 (PT_LOAD, rw-), in table+0x8
                  relocation: RELA entry 0, R_X86_64_RELATIVE (8), at 0x10008
                  expected:   0x801234
                  found:      0x7f1234
                  It is identical to what apply writes with --base 0x7f0000
                """);
    }

    /** Only one option at a time is another. */
    @Test
    void twoWrongOptionsAreNotExplained() throws IOException {
        image.apply(program(), "--tables", "keep");
        Run run = image.verify("--base", "0x800000", "--tables", "safe");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).doesNotContain("It is identical");
    }

    @Test
    void damageIsNotExplained() throws IOException {
        image.apply(program());
        image.flip(0x180, 1);
        for (String[] options :
                new String[][] {{}, {"--base", "0x800000"}, {"--tables", "keep"}, {"--base", "0x7f0000"}}) {
            assertThat(image.verify(options).output()).contains(" different: ").doesNotContain("It is identical");
        }
    }

    @Test
    void valueOfASymbolCounts() throws IOException {
        PieBuilder program = program().symbol("host", 0x10, 0, 0, 0).rela(DATA + 0x30, R_X86_64_64, 3, 4);
        image.apply(program, "--defsym", "host=0x1000");

        image.assertIdentical(
                image.verify("--defsym", "host=4096"), "--base 0x7f0000 --tables safe --defsym host=0x1000");
        assertThat(image.verify("--defsym", "host=0x2000").output())
                .contains("RELA entry 3, ", "expected:   0x2004\n", "found:      0x1004\n");
        // Not given at all, the entry is one that is left for run time: it would still be in its table.
        assertThat(image.verify("--tables", "safe").output())
                .contains("dynamic:    DT_RELASZ\n", "expected:   0x18\n", "found:      0x0\n");
        assertThat(image.verify().exitCode()).isEqualTo(1);
    }

    /** Where rules come to the same, the first is named: here all entries stay. */
    @Test
    void firstRuleThatFitsIsNamed() throws IOException {
        PieBuilder program = pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180);
        for (String tables : new String[] {"safe", "keep", "trim"}) {
            image.apply(program, "--tables", tables, "--unresolved", "keep");

            image.assertIdentical(image.verify("--base", "0x7f0000"), "any base and --tables safe --unresolved keep");
            image.assertIdentical(
                    image.verify("--tables", tables), "any base and --tables " + tables + " --unresolved keep");
        }
    }

    /** Version 0.1 took applied entries from RELR and REL alone, unless told otherwise. */
    @Test
    void imageInWhichRelaStayedIsExplained() throws IOException {
        image.apply(program(), "--tables", "keep");
        image.setWord64(0x248, 0); // DT_RELRSZ

        image.assertDifferent(image.verify(), """
                1 byte in 1 page, compared with --base 0x7f0000 --tables safe
                  first:      image offset 0x218, load address 0x7f0218, in program header 0 (PT_LOAD, r-x)
                  dynamic:    DT_RELASZ
                  expected:   0x0
                  found:      0x48
                """);
        image.setWord64(0x218, 0);
        image.assertIdentical(image.verify(), "--base 0x7f0000 --tables safe");
    }

    // No image of the program at all

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SIZE_WITHOUT_BSS - 1, SIZE_WITHOUT_BSS + 1, SIZE - 1, SIZE + 1, 2 * SIZE})
    void sizeIsLookedAtFirst(int size) throws IOException {
        image.apply(program());
        Files.write(image.path(), Arrays.copyOf(Files.readAllBytes(image.path()), size));

        String text = "it has " + size + " bytes, and should have ";
        image.assertDifferent(image.verify(), text + "73728, or 69632 with --omit-bss\n");
        image.assertDifferent(image.verify("--omit-bss"), text + "69632\n");
    }

    @Test
    void bssMayNotBeThereWhereItIsToBeLeftOut() throws IOException {
        image.apply(program());

        image.assertDifferent(image.verify("--omit-bss"), "it has 73728 bytes, and should have 69632\n");
    }

    @Test
    void imageOfAnotherProgramIsDifferent() throws IOException {
        image.apply(program().bytes(DATA + 0x60, (byte) 1));
        program().writeTo(image.in());

        assertThat(image.verify().output()).contains(" different: 1 byte in 1 page,", "image offset 0x10060,");
    }

    // What cannot be looked at

    @Test
    void imageMustBeAFile() throws IOException {
        program().writeTo(image.in());
        assertCannotRead("no such file or directory");

        Files.createDirectory(image.path());
        assertCannotRead("a directory, not a regular file");
    }

    /** Opening it to read would wait for somebody who writes. */
    @Test
    void imageMayNotBeAFifo() throws IOException {
        program().writeTo(image.in());
        Tool.require("mkfifo");
        Tool.run(folder, List.of("mkfifo", image.path().toString()));

        assertCannotRead("a pipe, not a regular file; give - for it: COMMAND | reloc … -");
    }

    private void assertCannotRead(String reason) {
        Run run = image.verify();
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains(": cannot read: ", image.path().toString())
                .endsWith(": " + reason + "\n")
                .hasLineCount(1);
    }

    @Test
    void programMustBeWellFormed() throws IOException {
        image.apply(program());
        program().rela(0x7fff0000, R_X86_64_RELATIVE, 0, 0).writeTo(image.in());
        Run run = image.verify();

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .startsWith("reloc: " + image.in() + ": malformed ELF: ")
                .hasLineCount(1);
    }

    @Test
    void wrongUsageIsRefused() throws IOException {
        image.apply(program());
        assertThat(image.verify("--base", "0x7f0001").exitCode()).isEqualTo(2);
        assertThat(image.verify("--tables", "some").exitCode()).isEqualTo(2);
        assertThat(image.verify("--format", "raw").exitCode()).isEqualTo(2);
        assertThat(Run.of("verify", image.in().toString()).exitCode()).isEqualTo(2);
    }

    /** There is one standard input. */
    @Test
    void onlyOneOfBothComesByStandardInput() {
        Run run = Run.withInput(program().build(), "verify", "-", "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).hasLineCount(1);
    }

    @Test
    void sizeOfTheNewImageIsLimited() throws IOException {
        image.apply(program());
        assertThat(image.verify("--max-size", "73728").exitCode()).isZero();
        Run run = image.verify("--max-size", "73727");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors())
                .contains("73728 bytes, more than --max-size 73727")
                .hasLineCount(1);
    }

    /** What is left out needs no room. */
    @Test
    void sizeOfWhatIsComparedIsLimited() throws IOException {
        image.apply(program(), "--omit-bss");

        assertThat(image.verify("--max-size", "69632").exitCode()).isZero();
        assertThat(image.verify("--omit-bss", "--max-size", "69632").exitCode()).isZero();
        Run run = image.verify("--max-size", "69631");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors()).contains("69632 bytes, more than --max-size 69631");
    }

    /** Nothing is compared, so there is nothing to limit. */
    @Test
    void imageOfAWrongSizeIsNotLimited() throws IOException {
        image.apply(program().data(DATA, 0x1000, 1L << 50), "--omit-bss");
        Files.write(image.path(), new byte[5]);

        image.assertDifferent(
                image.verify(), "it has 5 bytes, and should have 1125899906908160, or 69632 with --omit-bss\n");
    }

    @Test
    void imageMayComeByStandardInput() throws IOException {
        image.apply(program());
        Run run = Run.withInput(
                Files.readAllBytes(image.path()), "verify", image.in().toString(), "-");

        assertThat(run.errors())
                .isEqualTo("reloc: -: identical to what apply writes with --base 0x7f0000 --tables safe\n");
        assertThat(run.exitCode()).isZero();
    }

    /** Somebody took the program for its image, or another program; an image cut short only begins like one. */
    @Test
    void programIsNoImage() throws IOException {
        image.apply(program());
        String size = " bytes, and should have 73728, or 69632 with --omit-bss";
        Run itself = Run.of("verify", image.in().toString(), image.in().toString());
        assertThat(itself.output())
                .isEqualTo(image.in() + ": different: it has " + Files.size(image.in()) + size
                        + "; it is an ELF file itself, not the image of one\n");
        assertThat(itself.exitCode()).isEqualTo(1);

        program().entry(0x180).rela(DATA + 0x28, R_X86_64_RELATIVE, 0, 0).writeTo(image.path());
        image.assertDifferent(
                image.verify(),
                "it has " + Files.size(image.path()) + size + "; it is an ELF file itself, not the image of one\n");

        image.apply(program());
        Files.write(image.path(), Arrays.copyOf(Files.readAllBytes(image.path()), 0x3000));
        image.assertDifferent(image.verify(), "it has 12288" + size + "\n");
    }

    /** The program is not to blame. */
    @Test
    void imageThatShrinksIsNamed() throws IOException {
        image.apply(program());
        Verifier.Request request = new Verifier.Request(null, null, true, false, null, Map.of());
        try (Program program = new Program(InputFile.open(image.in()));
                InputFile opened = InputFile.open(image.path())) {
            Files.write(image.path(), new byte[0x10000]);
            Verifier verifier = new Verifier(program, opened, request);

            Failure failure = catchThrowableOfType(Failure.class, verifier::verify);
            assertThat(failure.kind()).isEqualTo(Failure.Kind.INPUT);
            assertThat(failure.file()).isEqualTo(image.path().toString());
            assertThat(failure.getMessage()).contains("the file ended at offset 0x10000 while it was read");
        }
    }
}
