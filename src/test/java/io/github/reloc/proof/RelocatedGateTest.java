package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.reloc.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code check --relocated} counts as many entries as {@code readelf -rW} lists, which goes by section headers: of
 * programs with and without a dynamic section, with and without symbols.
 */
final class RelocatedGateTest {
    /** Entries of RELA and REL as readelf shows them, and the number of those of RELR. */
    private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{12,16}  [0-9a-f]{12,16} R_X86_64_(?!NONE).*");

    private static final Pattern RELR_COUNT = Pattern.compile(" *(?:contains )?(\\d+) offsets?");

    private static final Pattern COUNT = Pattern.compile("(\\d+) entr(?:y|ies) .*");

    /** A static PIE, programs in Go, and an archive's own static programs; where they are there. */
    private static final List<String> OF_THIS_MACHINE = List.of(
            "/sbin/ldconfig",
            "/bin/busybox",
            "/usr/bin/kubectl",
            "/usr/local/go/bin/gofmt",
            "/usr/bin/musl-ldd",
            "/usr/bin/ls",
            "/lib64/ld-linux-x86-64.so.2",
            "/usr/lib/x86_64-linux-gnu/libc.so.6");

    /** What readelf cannot see: no section headers, or tables in sections of another type. */
    private static final List<String> NOT_IN_SECTIONS = List.of("no-sections", "jmprel-relative", "jmprel-tail");

    @TempDir
    static Path folder;

    @BeforeAll
    static void requireReadelf() {
        Tool.require("readelf");
    }

    static Stream<Path> files() {
        Stream<Path> fixtures = Fixture.all().stream()
                .filter(fixture -> !fixture.property().startsWith("android"))
                .filter(fixture -> !NOT_IN_SECTIONS.contains(fixture.property()))
                .map(Fixture::file);
        return Stream.concat(fixtures, OF_THIS_MACHINE.stream().map(Path::of).filter(Files::exists));
    }

    @ParameterizedTest
    @MethodSource("files")
    void countsWhatReadelfLists(Path file) throws IOException {
        assertCountedAlike(file);
    }

    @Test
    void aStaticProgramOfGlibcHasIndirectFunctions() throws IOException {
        Path program = link("static", "-static", "-no-pie");
        assertThat(assertCountedAlike(program)).isPositive();
        Run run = Run.of("check", "--relocated", program.toString());
        assertThat(run.output())
                .contains(" from __rela_iplt_start to __rela_iplt_end of type R_X86_64_IRELATIVE, at 0x")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void aStaticProgramOfGlibcWithoutSymbols() throws IOException {
        Path program = link("stripped", "-static", "-no-pie", "-s");
        assertThat(assertCountedAlike(program)).isPositive();
        assertThat(Run.of("check", "--relocated", program.toString()).output())
                .contains(" in allocated sections of type R_X86_64_IRELATIVE, at 0x")
                .hasLineCount(1);
    }

    @Test
    void aStaticProgramOfGlibcWithSymbolsAlone() throws IOException {
        Path program = link("disguised", "-static", "-no-pie");
        long expected = assertCountedAlike(program);
        disguiseRelocationSections(program);
        assertThat(readelfCount(program)).isZero();
        assertThat(count(program)).isEqualTo(expected);
    }

    static Stream<Fixture> executables() {
        return Fixture.all().stream()
                .filter(fixture -> fixture.property().startsWith("rel")
                        || fixture.property().equals("musl")
                        || fixture.property().equals("jmprel"));
    }

    /** Nothing is left in their tables; in those that are kept everything is. */
    @ParameterizedTest
    @MethodSource("executables")
    void whatApplyMakesAnExecutableOf(Fixture fixture) throws IOException {
        Path executable = folder.resolve(fixture.name() + ".exec");
        for (String tables : List.of("safe", "trim", "keep")) {
            Run apply = Run.of(fixture.apply(0x7f0000, executable, "--format", "elf", "--tables", tables));
            assertThat(apply.exitCode()).as(apply.errors()).isZero();
            assertThat(assertCountedAlike(executable)).isEqualTo(tables.equals("keep") ? count(fixture.file()) : 0);
        }
    }

    /** It has the headers of the program, and none of its tables. */
    @Test
    void aSeparateDebugFileIsRefused() throws IOException {
        Tool.require("objcopy");
        Path program = link("with-debug", "-static", "-no-pie", "-g");
        Path debug = folder.resolve("with-debug.debug");
        List<String> command = List.of("objcopy", "--only-keep-debug", program.toString(), debug.toString());
        assertThat(Tool.run(folder, command).exitCode()).isZero();
        Run run = Run.of("check", "--relocated", debug.toString());
        assertThat(run.errors()).contains(": unsupported: a separate debug file, ");
        assertThat(run.exitCode()).isEqualTo(4);
    }

    @Test
    void aDynamicProgramThatIsNoPie() throws IOException {
        assertThat(assertCountedAlike(link("dynamic", "-no-pie"))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bfd", "lld", "mold"})
    void aProgramInWhichNothingIsLeft(String linker) throws IOException {
        Tool.require(linker.equals("bfd") ? "ld" : linker.equals("lld") ? "ld.lld" : linker);
        Path source = folder.resolve("freestanding.c");
        Files.writeString(source, "int word; int *pointer = &word; void _start(void) { for (;;) *pointer = 1; }\n");
        Path program = build(source, "free-" + linker, "-nostdlib", "-static", "-no-pie", "-fuse-ld=" + linker);
        assertThat(assertCountedAlike(program)).isZero();
        Run run = Run.of("check", "--strict", "--relocated", program.toString());
        assertThat(run.errors()).isEqualTo("reloc: " + program + ": nothing found\n");
        assertThat(run.exitCode()).isZero();
    }

    private static Path link(String name, String... options) throws IOException {
        Path source = folder.resolve("program.c");
        Files.writeString(source, "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n");
        return build(source, name, options);
    }

    private static Path build(Path source, String name, String... options) throws IOException {
        Tool.require("gcc");
        Path program = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-fno-pie", "-o", program.toString()));
        command.addAll(List.of(options));
        command.add(source.toString());
        Tool.Result result = Tool.run(folder, command);
        assumeTrue(result.exitCode() == 0, () -> "cannot be linked here: " + result.errors());
        return program;
    }

    /** Makes SHT_PROGBITS of every SHT_RELA, as a linker script can that puts tables among other data. */
    private static void disguiseRelocationSections(Path program) throws IOException {
        byte[] file = Files.readAllBytes(program);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int start = (int) bytes.getLong(40);
        int count = bytes.getShort(60);
        for (int i = 0; i < count; i++) {
            if (bytes.getInt(start + 64 * i + 4) == 4) {
                bytes.putInt(start + 64 * i + 4, 1);
            }
        }
        Files.write(program, file);
    }

    private static long assertCountedAlike(Path file) throws IOException {
        long expected = readelfCount(file);
        assertThat(count(file)).isEqualTo(expected);
        assertThat(Run.of("check", "--relocated", file.toString()).exitCode()).isEqualTo(expected == 0 ? 0 : 1);
        return expected;
    }

    private static long readelfCount(Path file) throws IOException {
        Path output = Files.createTempFile(folder, "readelf", ".txt");
        List<String> command = List.of("readelf", "-rW", file.toAbsolutePath().toString());
        Tool.Result result = Tool.runTo(output, folder, Map.of(), command);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        long count = 0;
        for (String line : Files.readAllLines(output)) {
            Matcher relr = RELR_COUNT.matcher(line);
            if (relr.matches()) {
                count += Long.parseLong(relr.group(1));
            } else if (ENTRY.matcher(line).matches()) {
                count++;
            }
        }
        Files.delete(output);
        return count;
    }

    /** The sum of what the findings count. */
    private static long count(Path file) throws IOException {
        Run run = Run.of("check", "--relocated", "--format", "json", file.toString());
        assertThat(run.exitCode()).as(run.errors()).isLessThan(2);
        long count = 0;
        try (JsonParser json = new JsonFactory().createParser(run.bytes())) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("message")) {
                    Matcher entries = COUNT.matcher(json.nextTextValue());
                    assertThat(entries.matches()).as(json.getText()).isTrue();
                    count += Long.parseLong(entries.group(1));
                }
            }
        }
        return count;
    }
}
