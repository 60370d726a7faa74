package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.check.Loader;
import io.github.reloc.check.Loaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckCommandTest {
    private static final String SOUND = "testdata/rela.c.lld.elf";
    private static final String WARNINGS = "testdata/mixed.c.lld.elf";
    private static final String ERRORS = "testdata/undefined.c.lld.elf";
    private static final String NOTES = "testdata/weak.c.lld.elf";

    @TempDir
    Path folder;

    @Test
    void nothingFound() {
        Run run = Run.of("check", SOUND);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).isEqualTo("reloc: testdata/rela.c.lld.elf: nothing found\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aLineForEachFinding() {
        Run run = Run.of("check", WARNINGS);
        assertThat(run.output())
                .isEqualTo("testdata/mixed.c.lld.elf: warning: table-not-idempotent: RELR has 4 entries that add to the"
                        + " word in place; link with -z nopack-relative-relocs (lld, mold: --pack-dyn-relocs=none)"
                        + " and without -z rel, or keep apply's --tables safe or trim\n"
                        + "testdata/mixed.c.lld.elf: warning: unaligned-relr: 1 entry changes a word that is not"
                        + " aligned to 8 bytes, at 0x2d2a; align pointers to 8 bytes (no packed structures), or link"
                        + " without RELR\n");
        assertThat(run.errors()).isEqualTo("reloc: testdata/mixed.c.lld.elf: 2 warnings\n");
    }

    @Test
    void warningsCountWhenStrict() {
        assertThat(Run.of("check", WARNINGS).exitCode()).isZero();
        assertThat(Run.of("check", "--strict", WARNINGS).exitCode()).isEqualTo(1);
        assertThat(Run.of("check", "--strict", SOUND).exitCode()).isZero();
    }

    @Test
    void errorsAlwaysCount() {
        Run run = Run.of("check", ERRORS);
        assertThat(run.output())
                .startsWith(
                        "testdata/undefined.c.lld.elf: error: undefined-symbol: not defined: host_number, host_call;");
        assertThat(run.errors()).isEqualTo("reloc: testdata/undefined.c.lld.elf: 1 error\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void notesNeverCount() {
        Run run = Run.of("check", "--strict", NOTES);
        assertThat(run.errors()).isEqualTo("reloc: testdata/weak.c.lld.elf: 1 note\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void quietLeavesTheFindings() {
        Run run = Run.of("check", "--quiet", ERRORS);
        assertThat(run.output()).isNotEmpty();
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void standardInput() throws IOException {
        Run run = Run.withInput(Files.readAllBytes(Path.of(ERRORS)), "check", "-");
        assertThat(run.output()).startsWith("-: error: undefined-symbol: ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void aNameIsEscaped() throws IOException {
        Path file = Files.copy(Path.of(ERRORS), folder.resolve("a\u001b[1m"));
        assertThat(Run.of("check", file.toString()).output())
                .doesNotContain("\u001b")
                .contains("a\\u{1b}[1m: error");
    }

    @Test
    void aMalformedFileHasNoFindings() throws IOException {
        Path file = PieBuilder.pie().relr(1).writeTo(folder.resolve("file"));
        Run run = Run.of("check", file.toString());
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .isEqualTo("reloc: " + file + ": malformed ELF: RELR begins with a bitmap, 0x1 (file offset 0x400)\n");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void otherExitCodes() throws IOException {
        assertThat(Run.of(
                                "check",
                                PieBuilder.pie()
                                        .set(PieBuilder.FileField.E_TYPE, 2)
                                        .writeTo(folder.resolve("exec"))
                                        .toString())
                        .exitCode())
                .isEqualTo(4);
        assertThat(Run.of("check", folder.resolve("none").toString()).exitCode())
                .isEqualTo(5);
        assertThat(Run.of("check").exitCode()).isEqualTo(2);
        assertThat(Run.of("check", "--format", "xml", SOUND).exitCode()).isEqualTo(2);
    }

    @Test
    void relocatedSaysWhatIsLeft() {
        Run run = Run.of("check", "--relocated", SOUND);
        assertThat(run.output())
                .isEqualTo("testdata/rela.c.lld.elf: error: relocation-left: 11 entries of RELA of type"
                        + " R_X86_64_RELATIVE, at 0x2e80, 0x2e88, 0x2e90, …; link statically for a fixed address (-static"
                        + " -no-pie), with a C library that has no indirect functions, such as musl, or link a static PIE"
                        + " and let apply --format elf compute them\n");
        assertThat(run.errors()).isEqualTo("reloc: testdata/rela.c.lld.elf: 1 error\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    /** As apply leaves it: a table that has an address and no entries, which would be refused without the option. */
    @Test
    void relocatedIsForWhatIsRelocatedAlready() throws IOException {
        Path file = PieBuilder.pie().rela(PieBuilder.DATA, 8, 0, 0).setTag(8, 0).writeTo(folder.resolve("done"));
        assertThat(Run.of("check", file.toString()).exitCode()).isEqualTo(4);
        Run run = Run.of("check", "--relocated", file.toString());
        assertThat(run.errors()).isEqualTo("reloc: " + file + ": nothing found\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void relocatedWithNothingToLookAt() throws IOException {
        Path file = PieBuilder.pie()
                .set(PieBuilder.FileField.E_TYPE, 2)
                .set(PieBuilder.DYNAMIC_SEGMENT, PieBuilder.SegmentField.P_TYPE, 0)
                .writeTo(folder.resolve("bare"));
        Run run = Run.of("check", "--relocated", file.toString());
        assertThat(run.output()).startsWith(file + ": warning: nothing-to-look-at: there is no dynamic section, ");
        assertThat(run.exitCode()).isZero();
        assertThat(Run.of("check", "--relocated", "--strict", file.toString()).exitCode())
                .isEqualTo(1);
    }

    @Test
    void loaderSaysWhatItWouldNotRelocate() {
        Run run = Run.of("check", "--loader", "musl-1.2.3", "--loader", "MUSL", WARNINGS);
        assertThat(run.output())
                .isEqualTo("testdata/mixed.c.lld.elf: error: loader-skips: musl-1.2.3 skips 4 entries of RELR of type"
                        + " R_X86_64_RELATIVE, at 0x2d10, 0x2d18, 0x2d2a, …: it does not read this table; link without"
                        + " such entries, or let the program have another loader\n");
        assertThat(run.errors()).isEqualTo("reloc: testdata/mixed.c.lld.elf: 1 error\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void loaderThatRelocatesAll() {
        Run run = Run.of("check", "--strict", "--loader", "rcrt1", "--loader", "rcrt1", SOUND);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).isEqualTo("reloc: testdata/rela.c.lld.elf: nothing found\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void loaderInJsonAndSarif() {
        String[] arguments = {"check", "--loader", "u-boot", "--format", "json", SOUND};
        assertThat(Run.of(arguments).output())
                .contains(
                        "\"rule\":\"loader-refuses\",\"severity\":\"error\",\"message\":\"u-boot refuses every program"
                                + " for x86-64 (e_machine is 62)\"");
        arguments[4] = "sarif";
        assertThat(Run.of(arguments).output()).contains("\"ruleId\":\"loader-refuses\"");
    }

    @Test
    void loaderThatIsNotKnown() {
        Run run = Run.of("check", "--loader", "rcrt2", SOUND);
        assertThat(run.errors())
                .startsWith("reloc: check: --loader: 'rcrt2' is not one of rcrt1, musl, musl-1.2.3,")
                .endsWith("; did you mean 'rcrt1'?\n")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void loaderOfAProgramThatIsRelocatedAlready() throws IOException {
        Path file = PieBuilder.pie().rela(PieBuilder.DATA, 8, 0, 0).setTag(8, 0).writeTo(folder.resolve("done"));
        assertThat(Run.of("check", "--loader", "rcrt1", file.toString()).exitCode())
                .isEqualTo(4);
    }

    @Test
    void loaderAndRelocatedExcludeEachOther() {
        Run run = Run.of("check", "--loader", "rcrt1", "--relocated", SOUND);
        assertThat(run.errors())
                .isEqualTo("reloc: check: --relocated is for a program that no loader has to relocate, so there is no"
                        + " --loader with it (see 'reloc help check')\n");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void helpListsTheLoaders() {
        String help = Run.of("help", "check").output();
        for (Loader loader : Loaders.ALL) {
            Loader.Source source = loader.source();
            Path file = Path.of(source.files().get(0)).getFileName();
            assertThat(help)
                    .contains("  " + loader.id() + "\n      " + loader.title() + "\n      " + source.project() + " "
                            + file + " " + source.commit().substring(0, 12) + " of " + source.date() + "\n");
        }
        assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void outputThatCannotBeWritten() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exitCode = new Reloc(
                        new ByteArrayInputStream(new byte[0]),
                        full,
                        new PrintStream(errors, true, StandardCharsets.UTF_8))
                .run("check", ERRORS);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isEqualTo("reloc: standard output: cannot write: No space left on device\n");
        assertThat(exitCode).isEqualTo(5);
    }

    @Test
    void json() {
        assertThat(Run.of("check", "--format", "json", ERRORS).output())
                .isEqualTo("{\"file\":\"testdata/undefined.c.lld.elf\","
                        + "\"counts\":{\"error\":1,\"warning\":0,\"note\":0},"
                        + "\"findings\":[{\"rule\":\"undefined-symbol\",\"severity\":\"error\","
                        + "\"message\":\"not defined: host_number, host_call\","
                        + "\"fix\":\"link what defines them (--no-undefined shows where they are used), or give them"
                        + " an address with apply --defsym\","
                        + "\"address\":\"0x2d58\",\"fileOffset\":\"0xd58\"}]}\n");
        assertThat(Run.of("check", "--format", "json", SOUND).output())
                .isEqualTo("{\"file\":\"testdata/rela.c.lld.elf\","
                        + "\"counts\":{\"error\":0,\"warning\":0,\"note\":0},\"findings\":[]}\n");
    }

    @Test
    void jsonOfAFindingWithoutAPlace() throws IOException {
        Path file = PieBuilder.pie().writeTo(folder.resolve("file"));
        assertThat(Run.of("check", "--format", "json", file.toString()).output())
                .contains("\"rule\":\"executable-stack\"")
                .doesNotContain("\"address\"")
                .doesNotContain("\"fileOffset\"");
    }
}
