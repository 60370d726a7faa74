package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code --map} says of images of real programs is what the image, the file and readelf say. */
final class MapFixturesTest {
    private static final long BASE = 0x7f0000;

    /** No byte of the distance is 0 or 255 where it could be, so that no byte of a word is the same at both. */
    private static final long OTHER_BASE = BASE + 0x0102030405061000L;

    /** {@code LOAD 0x000428 0x0000000000001428 0x0000000000001428 0x0008c1 0x0008c1 R E 0x1000}. */
    private static final Pattern PROGRAM_HEADER = Pattern.compile(
            "  ([\\w+]+) +0x(\\w+) 0x(\\w+) 0x(\\w+) 0x(\\w+) 0x(\\w+) ([R ])([W ])([E ]) (?:0x)?(\\w+)");

    private static final long PT_LOOS = 0x6000_0000;

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream();
    }

    static Stream<Fixture> withoutRelocationsInBss() {
        return PropertyTest.withoutRelocationsInBss();
    }

    static Stream<Fixture> listedByReadelf() {
        return PropertyTest.listedByReadelf();
    }

    static Stream<Path> programsOfThisMachine() {
        return PropertyTest.programsOfThisMachine();
    }

    private static MappedImage apply(Fixture fixture, long base, String... options) throws IOException {
        return MappedImage.of(fixture, base, folder, options);
    }

    private static MappedImage apply(Path program, long base) throws IOException {
        assumeTrue(Files.isReadable(program), () -> "there is no " + program);
        return MappedImage.of(program, base, folder);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** Otherwise that a map is valid would show nothing. */
    @Test
    void schemaRefusesWhatIsNoMap() throws IOException {
        String text = apply(new Fixture("rela.c.ld"), BASE).json();
        for (String[] change : new String[][] {
            {"\"schemaVersion\" : 2", "\"schemaVersion\" : 1"},
            {"\"base\" : \"0x7f0000\"", "\"base\" : 8323072"},
            {"\"base\" : \"0x7f0000\"", "\"base\" : \"0x007f0000\""},
            {"\"base\" : \"0x7f0000\"", "\"date\" : \"today\", \"base\" : \"0x7f0000\""},
            {"\"basePages\"", "\"pages\""},
            {"\"rw-\"", "\"wr-\""},
            {"\"RELA\"", "\"RELAX\""},
            {"\"omitBss\" : false", "\"omitBss\" : \"no\""},
        }) {
            assertThat(text).contains(change[0]);
            assertThat(MappedImage.isValid(text.replace(change[0], change[1])))
                    .as(change[1])
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void filesAreDescribed(Fixture fixture) throws IOException {
        MappedImage mapped = apply(fixture, BASE);
        byte[] input = Files.readAllBytes(fixture.file());

        assertThat(mapped.text("/input/name")).isEqualTo(fixture.name() + ".elf");
        assertThat(mapped.number("/input/size")).isEqualTo(input.length);
        assertThat(mapped.text("/input/sha256")).isEqualTo(MappedImage.sha256(input));
        assertThat(mapped.text("/image/name")).isEqualTo("image");
        assertThat(mapped.number("/image/size")).isEqualTo(mapped.bytes().length);
        assertThat(mapped.text("/image/sha256")).isEqualTo(MappedImage.sha256(mapped.bytes()));
    }

    /** As above, from a program that has nothing of ours, and a file of many blocks. */
    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void hashesAreThoseOfSha256sum(Path program) throws IOException {
        Tool.require("sha256sum");
        MappedImage mapped = apply(program, BASE);
        Path segments = Files.createTempDirectory(folder, "segments");
        List<String> command = new ArrayList<>(
                List.of("sha256sum", program.toString(), folder.resolve("image").toString()));
        List<String> expected = new ArrayList<>(List.of(mapped.text("/input/sha256"), mapped.text("/image/sha256")));
        for (JsonNode segment : mapped.map().get("segments")) {
            int start = Long.decode(segment.get("imageOffset").textValue()).intValue();
            int end = start + segment.get("memorySize").intValue();
            Path part = segments.resolve(String.valueOf(start));
            Files.write(part, Arrays.copyOfRange(mapped.bytes(), start, end));
            command.add(part.toString());
            expected.add(segment.get("sha256").textValue());
        }

        Tool.Result result = Tool.run(folder, command);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.output().lines().map(line -> line.substring(0, 64))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void segmentsAreThoseOfReadelf(Fixture fixture) throws IOException {
        assertProgramHeaders(apply(fixture, BASE, "--tables", "trim"));
    }

    /** Their hashes are of memory, of which the file may not have all. */
    @ParameterizedTest
    @MethodSource("withoutRelocationsInBss")
    void segmentsAreTheSameWithoutBss(Fixture fixture) throws IOException {
        MappedImage whole = apply(fixture, BASE);
        MappedImage shorter = apply(fixture, BASE, "--omit-bss");
        assertProgramHeaders(shorter);

        assertThat(shorter.map().get("segments")).isEqualTo(whole.map().get("segments"));
        assertThat(shorter.number("/memorySize")).isEqualTo(whole.bytes().length);
        assertThat(shorter.number("/image/size")).isEqualTo(shorter.bytes().length);
        assertThat(shorter.map().at("/options/omitBss").booleanValue())
                .isEqualTo(shorter.bytes().length != whole.bytes().length);
        assertThat(whole.map().at("/options/omitBss").isBoolean()).isTrue();
        assertThat(whole.map().at("/options/omitBss").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void segmentsOfOtherProgramsAreThoseOfReadelf(Path program) throws IOException {
        assertProgramHeaders(apply(program, BASE));
    }

    private static void assertProgramHeaders(MappedImage mapped) throws IOException {
        Tool.require("readelf");
        Tool.Result result = Tool.run(
                folder, List.of("readelf", "-lW", mapped.file().toAbsolutePath().toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        Headers headers = Headers.of(mapped.file());
        long bias = BASE - headers.start();
        byte[] memory = Arrays.copyOf(mapped.bytes(), (int) mapped.number("/memorySize"));

        List<String> segments = new ArrayList<>();
        List<String> others = new ArrayList<>();
        String relro = "";
        String tls = "";
        Matcher header = PROGRAM_HEADER.matcher("");
        for (String line : result.output().lines().toList()) {
            if (!header.reset(line).matches()) {
                continue;
            }
            long address = Long.parseLong(header.group(3), 16) + bias;
            // A flat image has no physical addresses but those of its program.
            long physical = Long.parseLong(header.group(4), 16);
            physical += header.group(4).equals(header.group(3)) ? bias : 0;
            long fileSize = Long.parseLong(header.group(5), 16);
            long memorySize = Long.parseLong(header.group(6), 16);
            String load = "{\"loadAddress\":\"" + hex(address) + "\"";
            String sizes = ",\"fileSize\":" + fileSize + ",\"memorySize\":" + memorySize;
            String alignment = ",\"alignment\":\"0x" + header.group(10) + "\"";
            int flags = (header.group(7).equals("R") ? 4 : 0)
                    + (header.group(8).equals("W") ? 2 : 0)
                    + (header.group(9).equals("E") ? 1 : 0)
                    + headers.systemFlags(segments.size() + others.size());
            if (header.group(1).equals("LOAD")) {
                int start = (int) (address - BASE);
                byte[] bytes = Arrays.copyOfRange(memory, start, start + (int) memorySize);
                String permissions = (header.group(7) + header.group(8) + header.group(9))
                        .toLowerCase(Locale.ROOT)
                        .replace(' ', '-')
                        .replace('e', 'x');
                segments.add(load + ",\"physicalAddress\":\"" + hex(physical) + "\",\"imageOffset\":\"" + hex(start)
                        + "\"" + sizes + ",\"permissions\":\"" + permissions + "\",\"flags\":\"" + hex(flags) + "\""
                        + alignment + ",\"sha256\":\"" + MappedImage.sha256(bytes) + "\"}");
                continue;
            }
            boolean isMemory = !header.group(1).equals("GNU_STACK");
            others.add("{\"type\":\"" + type(header.group(1)) + "\",\"flags\":\"" + hex(flags) + "\""
                    + (isMemory ? ",\"loadAddress\":\"" + hex(address) + "\"" : "") + ",\"size\":" + memorySize + "}");
            if (header.group(1).equals("GNU_RELRO")) {
                relro = load + ",\"size\":" + memorySize + "}";
            } else if (header.group(1).equals("TLS")) {
                tls = load + sizes + alignment + "}";
            }
        }
        List<String> describedOthers = new ArrayList<>();
        mapped.map().get("otherProgramHeaders").forEach(other -> describedOthers.add(other.toString()));
        assertThat(describedOthers).isEqualTo(others);
        List<String> described = new ArrayList<>();
        mapped.map().get("segments").forEach(segment -> described.add(segment.toString()));
        assertThat(segments).isNotEmpty();
        assertThat(described).isEqualTo(segments);
        assertThat(mapped.map().at("/relro").toString()).isEqualTo(relro);
        assertThat(mapped.map().at("/tls").toString()).isEqualTo(tls);
    }

    /** By its name, or by the number where readelf knows none: {@code LOOS+0x3400000}. */
    private static String type(String readelf) {
        return readelf.startsWith("LOOS+") ? hex(PT_LOOS + Long.decode(readelf.substring(5))) : "PT_" + readelf;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void addressesAreThoseOfTheHeader(Fixture fixture) throws IOException {
        Headers headers = Headers.of(fixture.file());
        for (long base : new long[] {0, BASE, 0xffff_ffff_8000_0000L}) {
            MappedImage mapped = apply(fixture, base);
            long bias = base - headers.start();

            assertThat(mapped.address("/base")).isEqualTo(base);
            assertThat(mapped.address("/bias")).isEqualTo(bias);
            assertThat(mapped.number("/memorySize")).isEqualTo(headers.memorySize());
            assertThat(mapped.address("/entry")).isEqualTo(headers.entry() + bias);
            assertThat(mapped.address("/programHeaders/loadAddress")).isEqualTo(headers.programHeaderAddress() + bias);
            assertThat(mapped.number("/programHeaders/count"))
                    .isEqualTo(headers.segments().size());
        }
    }

    @ParameterizedTest
    @MethodSource("listedByReadelf")
    void countsAreThoseOfReadelf(Fixture fixture) throws IOException {
        assertCounts(apply(fixture, BASE));
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void countsOfOtherProgramsAreThoseOfReadelf(Path program) throws IOException {
        assertCounts(apply(program, BASE));
    }

    private static void assertCounts(MappedImage mapped) throws IOException {
        Tool.require("readelf");
        Map<String, Integer> applied = new TreeMap<>();
        Map<String, Integer> left = new TreeMap<>();
        Map<String, Integer> withoutEffect = new TreeMap<>();
        try (ReadelfListing listing = ReadelfListing.of(mapped.file(), folder)) {
            listing.forEachRemaining(entry -> (switch (entry.type()) {
                        case "R_X86_64_IRELATIVE" -> left;
                        case "R_X86_64_NONE" -> withoutEffect;
                        default -> applied;
                    })
                    .merge(entry.table() + " " + entry.type(), 1, Integer::sum));
        }
        Map<String, Integer> describedAsApplied = new TreeMap<>();
        Map<String, Integer> describedAsLeft = new TreeMap<>();
        Map<String, Integer> describedAsWithoutEffect = new TreeMap<>();
        for (JsonNode count : mapped.map().get("counts")) {
            String name =
                    count.get("table").textValue() + " " + count.get("type").textValue();
            assertThat(describedAsApplied.put(name, count.get("applied").intValue()))
                    .isNull();
            describedAsLeft.put(name, count.get("left").intValue());
            describedAsWithoutEffect.put(name, count.get("withoutEffect").intValue());
        }
        describedAsApplied.values().removeIf(count -> count == 0);
        describedAsLeft.values().removeIf(count -> count == 0);
        assertThat(describedAsApplied).isEqualTo(applied);
        assertThat(describedAsLeft).isEqualTo(left);
        describedAsWithoutEffect.values().removeIf(count -> count == 0);
        assertThat(describedAsWithoutEffect).isEqualTo(withoutEffect);
    }

    /** Every page that differs is listed, and every page that is listed differs. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void basePagesAreThoseThatDifferAtAnotherBase(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "keep", "trim"}) {
            assertBasePages(apply(fixture, BASE, "--tables", tables), apply(fixture, OTHER_BASE, "--tables", tables));
        }
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void basePagesOfOtherProgramsAreThoseThatDifferAtAnotherBase(Path program) throws IOException {
        assertBasePages(apply(program, BASE), apply(program, OTHER_BASE));
    }

    private static void assertBasePages(MappedImage one, MappedImage other) {
        Set<Integer> differing = new TreeSet<>();
        assertThat(one.bytes()).hasSameSizeAs(other.bytes());
        for (int i = 0; i < one.bytes().length; i++) {
            if (one.bytes()[i] != other.bytes()[i]) {
                differing.add(i / (int) Headers.PAGE_SIZE);
            }
        }
        assertThat(differing).isNotEmpty();
        assertThat(one.basePages()).isEqualTo(differing);
        assertThat(other.basePages()).isEqualTo(one.basePages());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void optionsAreDescribed(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "keep", "trim"}) {
            MappedImage mapped = apply(fixture, BASE, "--tables", tables);
            boolean isIndirect = fixture.property().equals("irelative");
            boolean isUndefined = fixture.property().equals("undefined");

            assertThat(mapped.map().get("options").toString())
                    .isEqualTo("{\"format\":\"raw\",\"tables\":\"" + tables + "\",\"unresolved\":\""
                            + (isIndirect ? "keep" : "fail") + "\",\"omitBss\":false,\"defsym\":{"
                            + (isUndefined ? "\"host_call\":\"0x2b00\",\"host_number\":\"0x2a00\"" : "") + "}}");
        }
    }

    /** No date, no folder, nothing of the machine. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void mapIsTheSameInAnotherFolder(Fixture fixture) throws IOException {
        String here = apply(fixture, BASE).json();
        Path elsewhere = Files.createTempDirectory(folder, "elsewhere");
        Path copy = Files.copy(fixture.file(), elsewhere.resolve(fixture.name() + ".elf"));
        Path map = elsewhere.resolve("other.json()");
        String[] arguments = fixture.apply(BASE, elsewhere.resolve("image"), "--map", map.toString());
        arguments[arguments.length - 2] = copy.toString();
        assertThat(Run.of(arguments).exitCode()).isZero();

        assertThat(Files.readString(map)).isEqualTo(here);
        assertThat(here).doesNotContain(folder.toString()).doesNotContain("testdata");
    }
}
