package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.elf.Elf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listings: what is in them, which options select it, and what a file that is broken leaves of them. */
final class DumpCommandTest {
    private static final int UNKNOWN_TYPE = 0x63;
    private static final String BROKEN_SIZE = "DT_RELASZ 0x31 is not a multiple of 24 (file offset 0x218)";

    @TempDir
    Path folder;

    /** RELR, RELA with symbol, without, and of an unknown type, and JMPREL. */
    private static PieBuilder builder() {
        return PieBuilder.pie()
                .symbol("name", 0x12, 1, 0x300, 8)
                .word64(PieBuilder.DATA, 0x1234)
                .relr(PieBuilder.DATA)
                .rela(PieBuilder.DATA + 8, 8, 0, -4)
                .rela(PieBuilder.DATA + 16, 1, 1, -16)
                .rela(PieBuilder.DATA + 24, UNKNOWN_TYPE, 0, Long.MIN_VALUE)
                .jmprel(PieBuilder.DATA + 32, 7, 1, 0);
    }

    private Run dump(PieBuilder file, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("dump"));
        arguments.addAll(List.of(options));
        arguments.add(file.writeTo(folder.resolve("in.elf")).toString());
        return Run.of(arguments.toArray(new String[0]));
    }

    private int dumpTo(OutputStream out) throws IOException {
        Path file = builder().writeTo(folder.resolve("in.elf"));
        PrintStream errors = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Reloc(InputStream.nullInputStream(), out, errors).run("dump", file.toString());
    }

    @Test
    void readerThatIsGoneIsNoError() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().close();
        try (OutputStream out = Channels.newOutputStream(pipe.sink())) {
            assertThat(dumpTo(out)).isZero();
        }
    }

    /** The words of an error are those of the locale. */
    @Test
    void errorWithWordsOfAnotherOneIsAnError() throws IOException {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No room left on /mnt/broken pipe");
            }
        };

        assertThat(dumpTo(out)).isEqualTo(5);
    }

    @Test
    void textIsAHeadingAndALineForEachEntry() throws IOException {
        Run run = dump(builder());

        assertThat(run.exitCode()).isZero();
        assertThat(run.errors()).isEmpty();
        // RELA at 0x400, 72 bytes; JMPREL, 24; RELR.
        assertThat(run.output()).isEqualTo("""
                        RELR at 0x460, 1 entry
                        Place               Type                    Addend / Symbol
                        0x0000000000010000  R_X86_64_RELATIVE       0x1234

                        RELA at 0x400, 3 entries
                        Place               Type                    Addend / Symbol
                        0x0000000000010008  R_X86_64_RELATIVE       -0x4
                        0x0000000000010010  R_X86_64_64             name - 0x10
                        0x0000000000010018  0x63                    -0x8000000000000000

                        JMPREL at 0x448, 1 entry
                        Place               Type                    Addend / Symbol
                        0x0000000000010020  R_X86_64_JUMP_SLOT      name
                        """);
    }

    @Test
    void sizeOfATableIsUnsigned() throws IOException {
        Run run = dump(PieBuilder.pie().rel(PieBuilder.DATA, 8, 0).setTag(Elf.DT_RELSZ, -16), "--format", "json");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output()).contains("\"size\":18446744073709551600,");
    }

    /** Entries of symbols 1, 2 and 3: with a version that nothing names, a name outside DT_STRTAB, and without a fault. */
    private static PieBuilder broken() {
        PieBuilder file = PieBuilder.pie()
                .symbol("first", 0x12, 0, 0, 0)
                .symbol("second", 0x12, 0, 0, 0)
                .symbol("third", 0x12, 0, 0, 0)
                .tag(0x6ffffff0L, PieBuilder.DATA) // DT_VERSYM
                .word16(PieBuilder.DATA, 0, 7, 1, 1);
        for (int symbol = 1; symbol <= 3; symbol++) {
            file.rela(PieBuilder.DATA + 8L * symbol, 1, symbol, symbol);
        }
        // RELA of 72 bytes; DT_HASH of 4 symbols, 28 and 4 bytes; symbols 0 and 1.
        return file.patch32(0x400 + 72 + 32 + 48, 0x7fffffff);
    }

    @Test
    void brokenNamesDoNotEndTheListing() throws IOException {
        Run run = dump(broken());

        assertThat(run.output()).endsWith("""
                        0x0000000000010008  R_X86_64_64             first@<corrupt> + 0x1
                        0x0000000000010010  R_X86_64_64             <corrupt> + 0x2
                        0x0000000000010018  R_X86_64_64             third + 0x3
                        """);
        assertThat(run.errors())
                .isEqualTo("reloc: " + folder.resolve("in.elf") + ": malformed ELF: symbol 1 has version index 7, which"
                        + " neither DT_VERDEF nor DT_VERNEED names (file offset 0x288)\n");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(dump(broken(), "--format", "jsonl").output())
                .contains("\"symbol\":\"first@<corrupt>\"}\n", "\"symbol\":\"<corrupt>\"}\n", "\"third\"}\n");
    }

    @Test
    void symbolsThatAreNotThereDoNotEndTheListing() throws IOException {
        PieBuilder file = PieBuilder.pie().rela(PieBuilder.DATA, 1, 9, 0).rela(PieBuilder.DATA + 8, 8, 0, 0x10);
        String expected = """
                        0x0000000000010000  R_X86_64_64             <corrupt>
                        0x0000000000010008  R_X86_64_RELATIVE       0x10
                        """;

        Run without = dump(file);
        assertThat(without.output()).endsWith(expected);
        assertThat(without.errors()).contains("malformed ELF: an entry names symbol 9, and there is no DT_SYMTAB");
        assertThat(without.exitCode()).isEqualTo(3);

        Run beyond = dump(file.symbols());
        assertThat(beyond.output()).endsWith(expected);
        assertThat(beyond.errors()).contains("malformed ELF: symbol index 9 is past the end of DT_SYMTAB");

        Run malformed = dump(file.setTag(Elf.DT_SYMENT, 16));
        assertThat(malformed.output()).endsWith(expected);
        assertThat(malformed.errors()).contains("malformed ELF: DT_SYMENT 0x10 is not 24");
    }

    @Test
    void jsonLinesHaveTheFieldsOfTheContract() throws IOException {
        assertThat(dump(builder(), "--format", "jsonl").output()).isEqualTo("""
                        {"table":"RELR","index":0,"place":"0x10000","type":"R_X86_64_RELATIVE","addend":"0x1234"}
                        {"table":"RELA","index":0,"place":"0x10008","type":"R_X86_64_RELATIVE","addend":"-0x4"}
                        {"table":"RELA","index":1,"place":"0x10010","type":"R_X86_64_64","addend":"-0x10","symbol":"name"}
                        {"table":"RELA","index":2,"place":"0x10018","type":"0x63","addend":"-0x8000000000000000"}
                        {"table":"JMPREL","index":0,"place":"0x10020","type":"R_X86_64_JUMP_SLOT","addend":"0x0","symbol":"name"}
                        """);
    }

    /** B = 0x7f0000, S = B + 0x300. */
    @Test
    void baseAddsAddressAndValue() throws IOException {
        assertThat(dump(builder(), "--format", "jsonl", "--base", "0x7f0000")
                        .output()
                        .lines())
                .map(line ->
                        line.replaceAll(".*\"index\"", "\"index\"").replaceAll("\"place.*\"address\"", "\"address\""))
                .containsExactly(
                        "\"index\":0,\"address\":\"0x800000\",\"value\":\"0x7f1234\"}",
                        "\"index\":0,\"address\":\"0x800008\",\"value\":\"0x7efffc\"}",
                        "\"index\":1,\"address\":\"0x800010\",\"value\":\"0x7f02f0\"}",
                        "\"index\":2,\"address\":\"0x800018\"}",
                        "\"index\":0,\"address\":\"0x800020\",\"value\":\"0x7f0300\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "--table=relr, 1",
        "--table=RELA, 3",
        "--table=rela --table=jmprel, 4",
        "--type=R_X86_64_RELATIVE, 2",
        "--type=relative, 2",
        "--type=0x8, 2",
        "--type=8, 2",
        "--type=0x63, 1",
        "--type=64 --type=99, 2",
        "--type=64 --type=jump_slot, 2",
        "--table=rela --type=relative, 1",
        "--table=rel, 0",
        "--type=PC32, 0",
    })
    void optionsSelectEntries(String options, int count) throws IOException {
        // 64 is R_X86_64_64, too, and 8 R_X86_64_8, because there are such names; 99 is 0x63.
        String[] all = ("--format=jsonl " + options).split(" ", -1);
        Run run = dump(builder(), all);

        assertThat(run.exitCode()).isZero();
        assertThat(run.output().lines()).hasSize(count);
    }

    @ParameterizedTest
    @CsvSource({
        "--table=rel, --table rel",
        "--type=PC32, --type PC32",
        "--type=PC32 --table=relr --type=37, --table relr --type PC32 --type 37",
        "--table=relr --type=jump_slot, --table relr --type jump_slot",
        "--table=relr --type=jump_slot --summary, --table relr --type jump_slot",
        "--table=relr --type=jump_slot --format=json, --table relr --type jump_slot",
    })
    void optionsThatSelectNothingSaySo(String options, String named) throws IOException {
        Run run = dump(builder(), options.split(" ", -1));

        assertThat(run.errors()).isEqualTo("reloc: " + folder.resolve("in.elf") + ": no entry matches " + named + "\n");
        assertThat(run.exitCode()).isZero();
        assertThat(dump(builder(), (options + " -q").split(" ", -1)).errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--table=relr", "--table=relr --summary", "--type=8", "--type=8 --type=37"})
    void optionsThatSelectSomethingAreQuiet(String options) throws IOException {
        assertThat(dump(builder(), ("--format=text " + options).strip().split(" ", -1))
                        .errors())
                .isEmpty();
        assertThat(dump(PieBuilder.pie()).errors()).isEmpty();
    }

    @Test
    void indicesStayThoseOfTheTableWhenEntriesAreSelected() throws IOException {
        assertThat(dump(builder(), "--format=jsonl", "--type=0x63").output()).contains("\"index\":2");
    }

    @Test
    void summaryCounts() throws IOException {
        assertThat(dump(builder(), "--summary").output().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "Table Type Count",
                        "RELR R_X86_64_RELATIVE 1",
                        "RELA R_X86_64_64 1",
                        "RELA R_X86_64_RELATIVE 1",
                        "RELA 0x63 1",
                        "JMPREL R_X86_64_JUMP_SLOT 1");
    }

    @Test
    void fileWithoutEntriesIsFine() throws IOException {
        assertThat(dump(PieBuilder.pie()).output()).isEqualTo("no relocation entries\n");
        assertThat(dump(PieBuilder.pie(), "--format", "jsonl").output()).isEmpty();
        assertThat(dump(PieBuilder.pie(), "--format", "json").output()).contains("\"tables\":[],\"relocations\":[]");
        assertThat(dump(PieBuilder.pie()).exitCode()).isZero();
    }

    @Test
    void jsonDocumentHasTheFieldsOfTheContract() throws IOException {
        Run run = dump(builder(), "--format", "json", "--base", "0x7f0000");

        assertThat(run.output())
                .startsWith("{\"file\":\"" + folder.resolve("in.elf") + "\",\"base\":\"0x7f0000\",\"tables\":["
                        + "{\"table\":\"RELR\",\"address\":\"0x460\",\"size\":8,\"count\":1},"
                        + "{\"table\":\"RELA\",\"address\":\"0x400\",\"size\":72,\"count\":3},"
                        + "{\"table\":\"JMPREL\",\"address\":\"0x448\",\"size\":24,\"count\":1}],\"relocations\":[{")
                .endsWith("}]}\n");
        assertThat(dump(builder(), "--format", "json").output()).doesNotContain("base");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "jsonl"})
    void malformedTableIsListedAsFarAsItCanBeRead(String format) throws IOException {
        // One byte over two entries.
        Run run = dump(builder().setTag(Elf.DT_RELASZ, 49), "--format", format);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors())
                .isEqualTo("reloc: " + folder.resolve("in.elf") + ": malformed ELF: " + BROKEN_SIZE + "\n");
        assertThat(run.output()).contains("10008", "10010", "10020").doesNotContain("10018");
        if (format.equals("json")) {
            assertIsOneDocument(run.output());
        }
    }

    @Test
    void nameThatNeedsEscapingGivesJsonAllTheSame() throws IOException {
        Path file = Files.write(
                folder.resolve("a \"b\" \\ \u001b \u00e9"), builder().build());
        Run run = Run.of("dump", "--format", "json", file.toString());

        assertThat(run.exitCode()).isZero();
        assertIsOneDocument(run.output());
        assertThat(run.output()).doesNotContain("\u001b").contains("\u00e9");
    }

    /** Names seen last are kept, short ones, by index modulo a power of two; these come again and again. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "jsonl"})
    void namesOfManySymbols(String format) throws IOException {
        PieBuilder builder = PieBuilder.pie().data(0x200000, 0x1000, 0x1000);
        int count = 9000;
        for (int i = 1; i <= count; i++) {
            builder.symbol("s" + i + (i % 1000 == 1 ? "x".repeat(300) : ""), 0x12, 1, 0, 0);
        }
        List<Integer> indices = List.of(1, 4097, 8193, 1, 2, 4098, 2, 1001, 5097, 1001, 9000, 1);
        for (int index : indices) {
            builder.rela(0x200000, 1, index, 0);
        }
        Run run = Run.of(
                "dump",
                "--format",
                format,
                builder.writeTo(folder.resolve("in.elf")).toString());

        String pattern = format.equals("text") ? "^0x.* (s\\d+x*)$" : "^.*\"symbol\":\"(s\\d+x*)\"}$";
        assertThat(run.output()
                        .lines()
                        .filter(line -> line.matches(pattern))
                        .map(line -> line.replaceAll(pattern, "$1")))
                .containsExactlyElementsOf(indices.stream()
                        .map(i -> "s" + i + (i % 1000 == 1 ? "x".repeat(300) : ""))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "jsonl"})
    void symbolThatWouldConfuseATerminalIsEscaped(String format) throws IOException {
        PieBuilder file = PieBuilder.pie()
                .symbol("a\u001b[2Jb\u202ec\nd", 0x12, 1, 0x300, 8)
                .rela(PieBuilder.DATA, 1, 1, 0);
        Run run = dump(file, "--format", format);

        // A backslash in JSON is two.
        assertThat(run.output().replace("\\\\", "\\")).contains("a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
        assertThat(run.output())
                .doesNotContain("\u001b")
                .doesNotContain("\u202e")
                .doesNotContain("c\nd");
    }

    private static void assertIsOneDocument(String text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            parser.skipChildren();
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
        }
    }
}
