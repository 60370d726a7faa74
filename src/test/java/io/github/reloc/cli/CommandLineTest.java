package io.github.reloc.cli;

import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts depend on: exit codes, which stream gets what, and errors of one line. */
final class CommandLineTest {
    private static final int DONE = 0;
    private static final int USAGE = 2;
    private static final int MALFORMED = 3;
    private static final int UNSUPPORTED = 4;
    private static final int INPUT_OUTPUT = 5;
    private static final int BUG = 70;

    private static final int UNKNOWN_TYPE = 0x63;

    @TempDir
    Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void writeInput() throws IOException {
        in = relative().writeTo(folder.resolve("in.elf"));
        out = folder.resolve("out.img");
    }

    /** Two words of RELATIVE, A = 0x1000 and -8. */
    private static PieBuilder relative() {
        return PieBuilder.pie()
                .rela(PieBuilder.DATA, R_X86_64_RELATIVE, 0, 0x1000)
                .rela(PieBuilder.DATA + 8, R_X86_64_RELATIVE, 0, -8);
    }

    // Usage: what is wrong with it is in UsageTest

    @ParameterizedTest
    @ValueSource(strings = {"0x10000", "0X10000", "65536", "65_536", "0x1_0000", "0", "0xffff_ffff_fff0_0000"})
    void addressesAreHexadecimalOrDecimal(String base) {
        assertThat(run("apply --base " + base + " IN OUT").exitCode()).isEqualTo(DONE);
    }

    // Help

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "help",
                "apply --help",
                "apply -h",
                "help apply",
                "dump --help",
                "help dump",
                "help help",
                "help --help"
            })
    void helpIsData(String arguments) {
        Run run = run(arguments);

        assertThat(run.exitCode()).isEqualTo(DONE);
        assertThat(run.output()).startsWith("Usage: reloc ");
        assertThat(run.output().lines()).allMatch(line -> line.length() <= 100);
        assertThat(run.errors()).isEmpty();
    }

    @Test
    void helpAboutACommandIsTheSameBothWays() {
        assertThat(run("help apply").output()).isEqualTo(run("apply --help").output());
        assertThat(run("help dump").output()).isEqualTo(run("dump --help").output());
        assertThat(run("help").output()).isEqualTo(run("--help").output());
        assertThat(run("help help").output()).isEqualTo(run("help --help").output());
    }

    @Test
    void helpHasExamplesEverywhere() {
        assertThat(run("help").output()).contains("\nExamples:\n  reloc ");
        for (String command : Reloc.model().getSubcommands().keySet()) {
            assertThat(run("help " + command).output()).containsPattern("\nExamples?:\n  reloc " + command + " ?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void versionIsData(String option) {
        Run run = run(option);

        assertThat(run.exitCode()).isEqualTo(DONE);
        assertThat(run.output())
                .matches("reloc \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\ncommit ([0-9a-f]{40}(-dirty)?|unknown)\nJava .*\n");
        assertThat(run.output()).endsWith(", " + System.getProperty("java.home") + "\n");
        assertThat(run.errors()).isEmpty();
    }

    // Streams

    @Test
    void applyToAFileWritesOneLineToStandardError() {
        Run run = run("apply --base 0x7f0000 IN OUT");

        assertThat(run.exitCode()).isEqualTo(DONE);
        assertThat(run.output()).isEmpty();
        // 0x12000 bytes of memory, from DATA's end; no entry point.
        assertThat(run.errors())
                .isEqualTo("reloc: " + out + ": 73728 bytes, load range 0x7f0000-0x802000, no entry, applied RELA 2\n");
    }

    @Test
    void applyWritesTheSameToStandardOutput() throws IOException {
        run("apply --base 0x7f0000 IN OUT");
        Run run = run("apply --base 0x7f0000 IN -");

        assertThat(run.exitCode()).isEqualTo(DONE);
        assertThat(run.bytes()).isEqualTo(Files.readAllBytes(out));
        assertThat(run.errors()).startsWith("reloc: -: 73728 bytes").hasLineCount(1);
    }

    @Test
    void inputMayComeFromStandardInput() throws IOException {
        byte[] file = Files.readAllBytes(in);
        Run apply = Run.withInput(file, "apply", "--base", "0x7f0000", "-", "-");
        Run dump = Run.withInput(file, "dump", "-");

        assertThat(apply.bytes()).isEqualTo(run("apply --base 0x7f0000 IN -").bytes());
        assertThat(dump.output()).isEqualTo(run("dump IN").output());
        assertThat(dump.errors()).isEmpty();
    }

    @Test
    void emptyStandardInputIsNotAnElfFile() {
        Run run = Run.of("dump", "-");

        assertThat(run.exitCode()).isEqualTo(MALFORMED);
        assertThat(run.errors()).startsWith("reloc: -: not an ELF file: ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--quiet", "-q"})
    void quietLeavesNothingButErrors(String option) throws IOException {
        relative().alignment(0x200000).writeTo(in);
        assertThat(run("apply --base 0x7f0000 " + option + " IN OUT").errors()).isEmpty();
        assertThat(run("dump " + option + " IN").output())
                .isEqualTo(run("dump IN").output());

        Files.writeString(in, "text");
        Run run = run("apply --base 0x7f0000 " + option + " IN OUT");
        assertThat(run.exitCode()).isEqualTo(MALFORMED);
        assertThat(run.errors())
                .startsWith("reloc: " + in + ": not an ELF file: ")
                .hasLineCount(1);
    }

    @Test
    void alignmentThatTheBaseDoesNotGiveIsAWarning() throws IOException {
        relative().alignment(0x200000).writeTo(in);
        Run run = run("apply --base 0x7f0000 IN OUT");

        assertThat(run.exitCode()).isEqualTo(DONE);
        assertThat(run.errors())
                .hasLineCount(2)
                .contains("reloc: " + in + ": warning: ")
                .contains("0x200000");
        assertThat(run("apply --base 0x800000 IN OUT").errors()).hasLineCount(1);
    }

    // Failures

    @Test
    void verdictsHaveExitCodes() throws IOException {
        assertFails(INPUT_OUTPUT, "cannot read", "dump " + folder.resolve("missing"));
        assertFails(INPUT_OUTPUT, "cannot read", "dump " + folder);
        assertFails(INPUT_OUTPUT, "cannot read", "apply --base 0 " + folder.resolve("missing") + " OUT");

        Files.writeString(in, "#!/bin/sh\n");
        assertFails(MALFORMED, "not an ELF file", "dump IN");
        relative().truncate(0x100).writeTo(in);
        assertFails(MALFORMED, "malformed ELF", "apply --base 0 IN OUT");
        relative().set(PieBuilder.FileField.E_TYPE, 2).writeTo(in); // ET_EXEC
        assertFails(UNSUPPORTED, "unsupported", "apply --base 0 IN OUT");
        relative().set(PieBuilder.FileField.E_MACHINE, 183).writeTo(in); // EM_AARCH64
        assertFails(UNSUPPORTED, "unsupported", "apply --base 0 IN OUT");
        PieBuilder.pie().rela(PieBuilder.DATA, UNKNOWN_TYPE, 0, 0).writeTo(in);
        assertFails(UNSUPPORTED, "unsupported", "apply --base 0 IN OUT");
        PieBuilder.pie()
                .symbol("absent", 0x10, 0, 0, 0)
                .rela(PieBuilder.DATA, 1, 1, 0)
                .writeTo(in);
        assertFails(UNSUPPORTED, "unresolved", "apply --base 0 IN OUT");
    }

    /** Names are cut to be shown, and only then. */
    @Test
    void symbolOfALongerNameIsAnother() throws IOException {
        PieBuilder.pie()
                .data(0x1000000, 0x1000, 0x1000)
                .symbol("a".repeat(4097), 0x10, 0, 0, 0)
                .rela(0x1000000, 1, 1, 0)
                .writeTo(in);

        assertFails(UNSUPPORTED, "unresolved", "apply --base 0 --defsym " + "a".repeat(4096) + "=1 IN OUT");
        assertThat(run("apply --base 0 --defsym " + "a".repeat(4097) + "=1 IN OUT")
                        .exitCode())
                .isEqualTo(DONE);
    }

    private void assertFails(int exitCode, String verdict, String arguments) {
        Run run = run(arguments);
        assertThat(run.exitCode()).as(run.errors()).isEqualTo(exitCode);
        assertThat(run.errors()).matches("reloc: [^:]+: " + verdict + ": .*\n");
        assertThat(run.output()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void stackTraceIsShownOnDemandAlone() throws IOException {
        Files.writeString(in, "text");

        assertThat(run("dump IN").errors()).hasLineCount(1);
        assertThat(run("dump --stacktrace IN").errors())
                .startsWith(run("dump IN").errors())
                .contains("\n\tat io.github.reloc.");
    }

    @Test
    void namesOfFilesAreEscaped() {
        Run run = Run.of("dump", folder + "/\u001b[31m\u202e\n");

        assertThat(run.errors()).contains("\\u{1b}[31m\\u{202e}\\u{a}").hasLineCount(1);
    }

    static Stream<Arguments> longArguments() {
        String name = "n".repeat(100_000);
        String blanks = "n ".repeat(50_000);
        String value = "=" + name;
        return Stream.of(
                Arguments.of("reloc: ", "'" + name + "'", new String[] {name}),
                Arguments.of("reloc: ", "'--" + name + "'", new String[] {"--" + name}),
                Arguments.of("reloc: help: ", "no command '" + name + "'", new String[] {"help", name}),
                Arguments.of("reloc: dump: ", "'" + name + "'", new String[] {"dump", "IN", name}),
                Arguments.of("reloc: dump: ", "'--" + name + "'", new String[] {"dump", "--" + name, "IN"}),
                Arguments.of("reloc: dump: ", "'" + name + "' is not a relocation type of x86-64", new String[] {
                    "dump", "--type", name, "IN"
                }),
                Arguments.of(
                        "reloc: dump: ", "is not one of text, json, jsonl", new String[] {"dump", "--format" + value}),
                Arguments.of(
                        "reloc: dump: ", "is not one of text, json, jsonl", new String[] {"dump", "--format", blanks}),
                Arguments.of("reloc: apply: ", "' is not an address, as 0x7f0000 or 8323072 would be", new String[] {
                    "apply", "-b" + name
                }),
                Arguments.of("reloc: apply: ", "symbol " + name + " is given twice", new String[] {
                    "apply", "-b0", "--defsym", name + "=1", "--defsym", name + "=2", "in.elf", "out.img"
                }),
                Arguments.of("reloc: verify: ", "'n'", manyArguments()));
    }

    private static String[] manyArguments() {
        String[] arguments = new String[10_000];
        Arrays.fill(arguments, "n");
        arguments[0] = "verify";
        return arguments;
    }

    /** The middle of a name is left out, not what is said of it. */
    @ParameterizedTest
    @MethodSource("longArguments")
    void messageAboutALongArgumentIsShort(String opening, String rule, String[] arguments) {
        Run run = Run.of(arguments);

        String shown = rule.replace("n".repeat(100_000), "n...n").replace("'", "");
        assertThat(run.errors())
                .hasLineCount(1)
                .hasSizeLessThanOrEqualTo(1001)
                .startsWith(opening)
                .endsWith("')\n");
        assertThat(run.errors().replaceAll("n{2,}", "n").replace("'", "")).contains(shown);
        assertThat(run.exitCode()).isEqualTo(USAGE);
    }

    @Test
    void messageAboutALongFileNameIsShort() {
        Run run = Run.of("dump", folder + "/\u001b" + "n".repeat(100_000) + "\u202e.elf");

        assertThat(run.errors()).hasLineCount(1).hasSizeLessThanOrEqualTo(1001);
        assertThat(run.errors())
                .startsWith("reloc: " + folder)
                .contains("nnn...nnn", "nnn\\u{202e}.elf: cannot read: ");
        assertThat(run.exitCode()).isEqualTo(INPUT_OUTPUT);
    }

    /** Three are named. */
    @Test
    void messageAboutLongSymbolsIsShort() throws IOException {
        for (String name : List.of("n".repeat(4096), "n ".repeat(2048), "\u001b".repeat(4096), "\u00e9".repeat(2048))) {
            PieBuilder.pie()
                    .data(0x1000000, 0x1000, 0x1000)
                    .symbol(name + "1", 0x10, 0, 0, 0)
                    .symbol(name + "2", 0x10, 0, 0, 0)
                    .symbol(name + "3", 0x10, 0, 0, 0)
                    .rela(0x1000000, 1, 1, 0)
                    .rela(0x1000008, 1, 2, 0)
                    .rela(0x1000010, 1, 3, 0)
                    .writeTo(in);

            Run apply = run("apply --base 0 IN OUT");
            Run check = run("check IN");

            assertThat(apply.errors())
                    .startsWith(
                            "reloc: " + in + ": unresolved: 3 entries need run time (3 R_X86_64_64): RELA entry 0 at ")
                    .endsWith("--defsym NAME=ADDR gives a symbol a value\n")
                    .hasLineCount(1)
                    .hasSizeLessThanOrEqualTo(1001);
            assertThat(check.output().lines())
                    .filteredOn(line -> line.startsWith(in + ": error: undefined-symbol: not defined: "))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .hasSizeLessThanOrEqualTo(1000)
                            .endsWith("or give them an address with apply --defsym"));
        }
    }

    /** Where Java or the system say what is wrong. */
    @Test
    void wordsOfAnExceptionAreEscaped() {
        assertThat(runOnBrokenOutput("\u001b[31m\n\u202e", "dump", in.toString()))
                .isEqualTo("5 reloc: standard output: cannot write: \\u{1b}[31m\\u{a}\\u{202e}\n");
        assertThat(runOnBrokenOutput("\u001b[31m", "dump", "--stacktrace", in.toString()))
                .contains("\nCaused by: java.io.IOException: \\u{1b}[31m\n\tat ")
                .doesNotContain("\u001b");
    }

    @Test
    void outputThatFailsIsExitCode5() {
        assertThat(runOnBrokenOutput("No space left on device", "dump", in.toString()))
                .isEqualTo("5 reloc: standard output: cannot write: No space left on device\n");
        assertThat(runOnBrokenOutput("No space left on device", "--help"))
                .isEqualTo("5 reloc: standard output: cannot write: No space left on device\n");
        assertThat(runOnBrokenOutput("No space left on device", "apply", "--base", "0", in.toString(), "-"))
                .isEqualTo("5 reloc: -: cannot write: No space left on device\n");
    }

    @Test
    void readerThatHasSeenEnoughIsNoError() {
        assertThat(runOnBrokenOutput("Broken pipe", "dump", in.toString())).isEqualTo("0 ");
    }

    private static String runOnBrokenOutput(String reason, String... arguments) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exitCode = new Reloc(
                        InputStream.nullInputStream(), broken, new PrintStream(errors, true, StandardCharsets.UTF_8))
                .run(arguments);
        return exitCode + " " + errors.toString(StandardCharsets.UTF_8);
    }

    @Test
    void bugIsExitCode70() {
        OutputStream bug = new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("this test");
            }
        };
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream errorStream = new PrintStream(errors, true, StandardCharsets.UTF_8);

        assertThat(new Reloc(InputStream.nullInputStream(), bug, errorStream).run("--version"))
                .isEqualTo(BUG);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .startsWith("reloc: internal error: ")
                .contains("this test", "\tat ");
    }

    @Test
    void oneProgramRunsManyCommands() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Reloc reloc = new Reloc(
                new ByteArrayInputStream(new byte[0]),
                output,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        reloc.run("dump", "--base", "0x7f0000", "--summary", in.toString());
        output.reset();
        reloc.run("dump", in.toString());

        assertThat(output.toString(StandardCharsets.UTF_8))
                .isEqualTo(run("dump IN").output());
    }

    /** Arguments with blanks between them; IN and OUT stand for the files. */
    private Run run(String arguments) {
        List<String> list = new ArrayList<>();
        for (String argument : arguments.split(" ", -1)) {
            if (!argument.isEmpty()) {
                list.add(argument.equals("IN") ? in.toString() : argument.equals("OUT") ? out.toString() : argument);
            }
        }
        return Run.of(list.toArray(new String[0]));
    }
}
