package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which lines {@code diff} writes for two maps, and what it does not take for one. */
final class DiffCommandTest {
    /** The least that is taken for a map. */
    private static final String LEAST = "{\"schemaVersion\":1}";

    @TempDir
    Path folder;

    private Path before;
    private Path after;

    @BeforeEach
    void nameFiles() {
        before = folder.resolve("old.json");
        after = folder.resolve("new.json");
    }

    private static PieBuilder program() {
        return pie().entry(0x180).rela(DATA, R_X86_64_RELATIVE, 0, 0x1000);
    }

    /** Writes the map of an image. */
    private void apply(PieBuilder program, Path map, String base, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", base, "--map", map.toString()));
        arguments.addAll(List.of(options));
        arguments.add(program.writeTo(folder.resolve("in.elf")).toString());
        arguments.add(folder.resolve("out.img").toString());
        Run run = Run.of(arguments.toArray(new String[0]));
        assertThat(run.exitCode()).as(run.errors()).isZero();
    }

    private Run diff() {
        return Run.of("diff", before.toString(), after.toString());
    }

    private Run diff(String oldJson, String newJson) throws IOException {
        Files.writeString(before, oldJson);
        Files.writeString(after, newJson);
        return diff();
    }

    private static void assertLines(Run run, String... lines) {
        assertThat(run.output().lines()).containsExactly(lines);
        assertThat(run.output()).endsWith("\n");
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private static void assertSame(Run run) {
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void sameMapsAreSilence() throws IOException {
        apply(program(), before, "0x7f0000");
        apply(program(), after, "0x7f0000");

        assertSame(diff());
        assertSame(Run.of("diff", before.toString(), before.toString()));
    }

    /** Blanks and the order of fields say nothing. */
    @Test
    void sameValuesAreSilence() throws IOException {
        assertSame(diff("{\"schemaVersion\":1,\"a\":{\"b\":[1,\"x\"],\"c\":true}}", """
                        {
                          "a" : { "c" : true, "b" : [ 1, "x" ] },
                          "schemaVersion" : 1
                        }
                        """));
    }

    @Test
    void changedValueIsALine() throws IOException {
        apply(program(), before, "0x7f0000");
        String text = Files.readString(before);
        Files.writeString(after, text.replace("\"rw-\"", "\"rwx\""));

        assertLines(diff(), "segments[1].permissions: rw- -> rwx");
    }

    @Test
    void anotherBaseChangesAddressesAndWords() throws IOException {
        apply(program(), before, "0x7f0000");
        apply(program(), after, "0x800000");
        String image = value(before, "image");
        String segment = value(before, "segments");

        // Segment 0 has no relocated word.
        assertLines(
                diff(),
                "image.sha256: " + image + " -> " + value(after, "image"),
                "base: 0x7f0000 -> 0x800000",
                "bias: 0x7f0000 -> 0x800000",
                "entry: 0x7f0180 -> 0x800180",
                "programHeaders.loadAddress: 0x7f0040 -> 0x800040",
                "segments[0].loadAddress: 0x7f0000 -> 0x800000",
                "segments[0].physicalAddress: 0x7f0000 -> 0x800000",
                "segments[1].loadAddress: 0x800000 -> 0x810000",
                "segments[1].physicalAddress: 0x800000 -> 0x810000",
                "segments[1].sha256: " + segment + " -> " + value(after, "segments"),
                "otherProgramHeaders[0].loadAddress: 0x7f0200 -> 0x800200",
                "basePages[0].loadAddress: 0x800000 -> 0x810000");
    }

    /** The last SHA-256 in a field of the map that has no other objects but such with one. */
    private static String value(Path map, String field) throws IOException {
        String text = Files.readString(map);
        String rest = text.substring(text.indexOf("\"" + field + "\""));
        String part = rest.substring(0, rest.indexOf(field.equals("segments") ? "]" : "}"));
        int at = part.lastIndexOf("\"sha256\" : \"") + "\"sha256\" : \"".length();
        return part.substring(at, at + 64);
    }

    @Test
    void absentValuesAreNamedSo() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"gone\":\"0x1\",\"list\":[{\"a\":1},{\"a\":2}]}",
                        "{\"schemaVersion\":1,\"list\":[{\"a\":1}],\"come\":false}"),
                "gone: 0x1 -> (absent)",
                "list[1].a: 2 -> (absent)",
                "come: (absent) -> false");
    }

    /** One entry point, one entry more. */
    @Test
    void anotherProgramIsSaidWithItsCounts() throws IOException {
        apply(program(), before, "0x7f0000");
        apply(program().entry(0).rela(DATA + 0x1000, 0, 0, 0), after, "0x7f0000");

        assertThat(diff().output().lines())
                .contains("entry: 0x7f0180 -> (absent)", "counts[0].type: R_X86_64_RELATIVE -> R_X86_64_NONE")
                .contains("counts[1].type: (absent) -> R_X86_64_RELATIVE")
                .noneMatch(line -> line.startsWith("base"));
    }

    // What could be taken for something else

    @Test
    void anotherTypeIsADifference() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\":\"1\",\"b\":true,\"c\":\"null\",\"d\":1,\"e\":\"-1.5E3\",\"f\":\"---\"}",
                        "{\"schemaVersion\":1,\"a\":1,\"b\":\"true\",\"c\":null,\"d\":1.0,\"e\":\"\",\"f\":\"0x1\"}"),
                "a: \"1\" -> 1",
                "b: true -> \"true\"",
                "c: \"null\" -> null",
                "d: 1 -> 1.0",
                "e: \"-1.5E3\" -> \"\"",
                "f: --- -> 0x1");
    }

    @Test
    void emptyContainerIsAValue() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\":{},\"b\":[],\"c\":{},\"d\":[],\"e\":[[]],\"f\":{},\"g\":[2]}",
                        "{\"schemaVersion\":1,\"b\":{},\"c\":0,\"d\":[1],\"e\":[],\"f\":{\"h\":[]},\"g\":[]}"),
                "a: {} -> (absent)",
                "b: [] -> {}",
                "c: {} -> 0",
                "e[0]: [] -> (absent)",
                "g[0]: 2 -> (absent)",
                "d[0]: (absent) -> 1",
                "f.h: (absent) -> []");
    }

    @Test
    void containerOfAnotherKindIsADifference() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\":[1],\"b\":\"x\",\"c\":{\"e\":[1]}}",
                        "{\"schemaVersion\":1,\"a\":{\"0\":1},\"b\":{\"d\":1},\"c\":null}"),
                "a: [...] -> {...}",
                "a[0]: 1 -> (absent)",
                "b: x -> {...}",
                "c: {...} -> null",
                "c.e[0]: 1 -> (absent)",
                "a.0: (absent) -> 1",
                "b.d: (absent) -> 1");
    }

    @Test
    void nameIsNoPath() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\":{\"b\":1},\"c\":[1],\"d: e\":1,\"\":1,\"puts@GLIBC_2.2.5\":1}",
                        "{\"schemaVersion\":1,\"a.b\":1,\"c[0]\":1,\"d\":1,\"\\\"\":1}"),
                "a.b: 1 -> (absent)",
                "c[0]: 1 -> (absent)",
                "\"d: e\": 1 -> (absent)",
                "\"\": 1 -> (absent)",
                "\"puts@GLIBC_2.2.5\": 1 -> (absent)",
                "\"a.b\": (absent) -> 1",
                "\"c[0]\": (absent) -> 1",
                "d: (absent) -> 1",
                "\"\\\"\": (absent) -> 1");
    }

    @Test
    void stringIsNoWordOfALine() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\":\"(absent)\",\"b\":\"x -> y\",\"c\":\"{}\",\"d\":\"[...]\",\"e\":\"\\\"\"}",
                        LEAST),
                "a: \"(absent)\" -> (absent)",
                "b: \"x -> y\" -> (absent)",
                "c: \"{}\" -> (absent)",
                "d: \"[...]\" -> (absent)",
                "e: \"\\\"\" -> (absent)");
    }

    // Size

    /** A path of its own for each value would take 20 GB. */
    @Test
    void longNamesOfManyValuesTakeLittleMemory() throws IOException {
        String name = "n".repeat(100_000);
        String old = "{\"schemaVersion\":1,\"" + name + "\":[0" + ",0".repeat(100_000) + "]}";
        String changed = old.replace("[0,", "[1,");
        diff(LEAST, LEAST); // loads the classes
        long start = allocatedBytes();

        Run run = diff(old, changed);

        assertThat(allocatedBytes() - start).as("bytes allocated").isLessThan(200L << 20);
        String shown = "n".repeat(498) + "..." + "n".repeat(498);
        assertThat(run.output().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith(shown.substring(0, 490))
                        .endsWith("nnn[0]: 0 -> 1")
                        .hasSizeLessThan(1020));
    }

    /** Each value of the other map is absent, and a line. */
    @Test
    void linesAreShort() throws IOException {
        String map = "{\"schemaVersion\":1,\"" + "n".repeat(100_000) + "\":[" + "0,".repeat(1000) + "\""
                + "x".repeat(100_000) + "\"]}";

        assertThat(diff(map, LEAST).output().lines())
                .hasSize(1001)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(2100));
    }

    @Test
    void containersMayBeNested() throws IOException {
        assertSame(diff(nested("[", "]", 15), nested("[", "]", 15)));
    }

    /** 2^15 names of 30 letters, all of one hash: "Aa" and "BB" have the same. */
    @Test
    void namesMayHaveOneHash() throws IOException {
        StringBuilder map = new StringBuilder("{\"schemaVersion\":1");
        for (int i = 0; i < 1 << 15; i++) {
            map.append(",\"");
            for (int bit = 0; bit < 15; bit++) {
                map.append((i >>> bit & 1) == 0 ? "Aa" : "BB");
            }
            map.append("\":0");
        }
        map.append('}');

        assertSame(diff(map.toString(), map.toString()));
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** A line stays a line, whatever the maps hold. */
    @Test
    void textIsEscaped() throws IOException {
        assertLines(
                diff(
                        "{\"schemaVersion\":1,\"a\\nb\":\"\\u001b[31m\"}",
                        "{\"schemaVersion\":1,\"a\\nb\":\"\\u202e\\\\\"}"),
                "a\\u{a}b: \\u{1b}[31m -> \\u{202e}\\\\");
    }

    @Test
    void oldMapMayComeByStandardInput() throws IOException {
        apply(program(), before, "0x7f0000");
        apply(program(), after, "0x7f0000");
        byte[] input = Files.readAllBytes(before);

        assertSame(Run.withInput(input, "diff", "-", after.toString()));
        assertSame(Run.withInput(input, "diff", after.toString(), "-"));
        assertLines(
                Run.withInput(
                        "{\"schemaVersion\":1,\"a\":1}".getBytes(StandardCharsets.UTF_8),
                        "diff",
                        "-",
                        Files.writeString(after, LEAST).toString()),
                "a: 1 -> (absent)");
    }

    /** There is one standard input. */
    @Test
    void onlyOneOfBothComesByStandardInput() {
        Run run = Run.withInput(LEAST.getBytes(StandardCharsets.UTF_8), "diff", "-", "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).hasLineCount(1);
    }

    static Stream<Arguments> whatIsNoMap() {
        String notAMap = "schemaVersion is none of 1 to 2\n";
        return Stream.of(
                Arguments.of("", notAMap),
                Arguments.of("{}", notAMap),
                Arguments.of("[1]", notAMap),
                Arguments.of("1", notAMap),
                Arguments.of("\"schemaVersion\"", notAMap),
                Arguments.of("{\"schemaVersion\":3}", notAMap),
                Arguments.of("{\"schemaVersion\":\"1\"}", notAMap),
                Arguments.of("{\"schemaVersion\":1.0}", notAMap),
                Arguments.of("{\"schemaVersion\":[1]}", notAMap),
                Arguments.of("{\"a\":{\"schemaVersion\":1}}", notAMap),
                Arguments.of("schemaVersion: 1", "not JSON (line 1)\n"),
                Arguments.of("\u007fELG", "not JSON (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1", "not JSON (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1,}", "not JSON (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1,\"a\":01}", "not JSON (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1,\n\"a\":\"\u0001\"}", "not JSON (line 2)\n"),
                Arguments.of("{\"schemaVersion\":1,\n\"a\":NaN}", "not JSON (line 2)\n"),
                Arguments.of("\ufeff{\"schemaVersion\":1}", "not JSON (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1}\n{}", "something follows the JSON document (line 2)\n"),
                Arguments.of("{\"schemaVersion\":1} x", "not JSON (line 1)\n"),
                Arguments.of("[".repeat(100_000), notAMap),
                Arguments.of(nested("[", "]", 16), "nested more than 16 deep (line 1)\n"),
                Arguments.of("{\"a\":".repeat(100_000), "nested more than 16 deep (line 1)\n"),
                Arguments.of("{\"schemaVersion\":1,\n\"a\":1,\n\"a\":1}", "an object has two fields \"a\" (line 3)\n"),
                Arguments.of(
                        "{\"schemaVersion\":1,\"a\":[{\"b\\n\":1,\"\\u0062\\n\":2}]}",
                        "an object has two fields \"b\\u{a}\" (line 1)\n"));
    }

    /** A map with so many containers in each other, and the map around them. */
    private static String nested(String open, String close, int count) {
        return "{\"schemaVersion\":1,\"a\":" + open.repeat(count) + close.repeat(count) + "}";
    }

    @ParameterizedTest
    @MethodSource("whatIsNoMap")
    void whatIsNoMapIsRefused(String text, String reason) throws IOException {
        assertCannotRead(diff(text, LEAST), before, "not the map of an image: " + reason);
        assertCannotRead(diff(LEAST, text), after, "not the map of an image: " + reason);
    }

    private static void assertCannotRead(Run run, Path file, String reason) {
        assertThat(run.errors())
                .startsWith("reloc: " + file + ": cannot read: " + reason)
                .hasLineCount(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(5);
    }

    @Test
    void programOrImageInPlaceOfItsMapIsCalledThat() throws IOException {
        String reason = "not the map of an image, but a program or an image; apply --map writes maps\n";

        assertCannotRead(diff("\u007fELF", LEAST), before, reason);
        assertCannotRead(diff(LEAST, "\u007fELF and the rest of it"), after, reason);
    }

    @Test
    void lineOfAnErrorIsNamed() throws IOException {
        assertThat(diff("{\n\n\"schemaVersion\":1,\n?}", LEAST).errors()).endsWith(" (line 4)\n");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        diff(LEAST, LEAST);
        Files.write(after, "{\"schemaVersion\":1,\"a\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertCannotRead(diff(), after, "not the map of an image: not UTF-8\n");

        Files.write(after, LEAST.getBytes(StandardCharsets.UTF_16LE));
        assertCannotRead(diff(), after, "not the map of an image: not JSON (line 1)\n");
    }

    @Test
    void fileThatIsTooLargeIsNotRead() throws IOException {
        diff(LEAST, LEAST);
        try (RandomAccessFile file = new RandomAccessFile(before.toFile(), "rw")) {
            file.setLength((64L << 20) + 1);
        }

        assertCannotRead(diff(), before, "not the map of an image: larger than any\n");
    }

    @Test
    void bothMustBeFiles() throws IOException {
        Files.writeString(after, LEAST);
        assertCannotRead(diff(), before, "no such file or directory");
        assertCannotRead(Run.of("diff", after.toString(), before.toString()), before, "no such file or directory");

        Files.createDirectory(before);
        assertCannotRead(diff(), before, "a directory, not a regular file");
    }

    /** Opening it to read would wait for somebody who writes. */
    @Test
    void fifoIsRefused() throws IOException {
        Tool.require("mkfifo");
        Files.writeString(after, LEAST);
        Tool.run(folder, List.of("mkfifo", before.toString()));

        assertCannotRead(diff(), before, "a pipe, not a regular file; give - for it: COMMAND | reloc … -\n");
    }

    @Test
    void wrongUsageIsRefused() {
        assertThat(Run.of("diff", "old.json").exitCode()).isEqualTo(2);
        assertThat(Run.of("diff", "--base", "0", "old.json", "new.json").exitCode())
                .isEqualTo(2);
    }
}
