package io.github.reloc.proof;

import static io.github.reloc.proof.Fixture.Trait.CANNOT_RELOCATE_ITSELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A map is enough to load an image with nothing else at hand: {@code src/test/c/map-loader.c} sees no ELF file, and gives
 * memory exactly the permissions that the map has.
 */
final class MapLoaderTest {
    private static final String RELOCATED = "relocated";
    private static final int LOADER_ERROR = 99;

    /** What a shell says of SIGSEGV: 128 and the signal. */
    private static final int SEGMENTATION_FAULT = 139;

    private static final long[] BASES = {0x7f0000, 0x7e1234567000L};
    private static final long BASE = BASES[0];

    /** Programs that write to no page of RELRO once it is relocated. */
    private static final Set<String> WITH_RELRO = Set.of("rela", "relr", "mixed", "rel", "textrel");

    @TempDir
    static Path folder;

    private static Path loader;

    @BeforeAll
    static void compileLoader() throws IOException {
        loader = ImageLoader.compile(folder, "map-loader");
    }

    static Stream<Fixture> fixtures() {
        return Fixture.programs().stream();
    }

    static Stream<Fixture> withoutRelocationsInBss() {
        return fixtures().filter(fixture -> !fixture.property().equals("bss"));
    }

    static Stream<Fixture> thatRelocateThemselves() {
        return fixtures().filter(fixture -> !fixture.has(CANNOT_RELOCATE_ITSELF));
    }

    static Stream<Fixture> thatHaveRelro() {
        return fixtures().filter(fixture -> WITH_RELRO.contains(fixture.property()));
    }

    private static Path image() {
        return folder.resolve("image");
    }

    private static Path map() {
        return folder.resolve("map.json");
    }

    private static void apply(Fixture fixture, long base, String... options) {
        List<String> withMap = new ArrayList<>(List.of(options));
        withMap.addAll(List.of("--map", map().toString()));
        Run run = Run.of(fixture.apply(base, image(), withMap.toArray(new String[0])));
        assertThat(run.exitCode()).as(run.errors()).isZero();
    }

    /** Loads the image by the map, both as they are now. */
    private static Tool.Result load(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(loader.toString()));
        boolean hasRelro = arguments.length != 0 && arguments[0].equals("--relro");
        if (hasRelro) {
            command.add("--relro");
        }
        command.addAll(List.of(map().toString(), image().toString()));
        command.addAll(Arrays.asList(arguments).subList(hasRelro ? 1 : 0, arguments.length));
        Tool.Result result = Tool.run(folder, command);
        // The kernel may have put a library of the loader where the image goes; next time it is elsewhere.
        for (int attempt = 1; isTaken(result) && attempt < 5; attempt++) {
            result = Tool.run(folder, command);
        }
        return result;
    }

    private static boolean isTaken(Tool.Result result) {
        return result.exitCode() == LOADER_ERROR && result.errors().contains("cannot map");
    }

    private static void assertPrints(Tool.Result result, Fixture fixture) throws IOException {
        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).isEqualTo(fixture.expectedOutput());
        assertThat(result.exitCode()).isZero();
    }

    /** An error of the loader. */
    private static void assertRefused(Tool.Result result, String message) {
        assertThat(result.errors()).isEqualTo("map-loader: " + message + "\n");
        assertThat(result.output()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(LOADER_ERROR);
    }

    private static void editMap(String from, String to) throws IOException {
        String text = Files.readString(map());
        assertThat(text).contains(from);
        Files.writeString(map(), text.replace(from, to));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void relocatedImageRuns(Fixture fixture) throws IOException {
        for (long base : BASES) {
            apply(fixture, base);
            assertPrints(load(RELOCATED), fixture);
        }
    }

    @ParameterizedTest
    @MethodSource("withoutRelocationsInBss")
    void imageWithoutBssRuns(Fixture fixture) throws IOException {
        apply(fixture, BASE, "--omit-bss");

        assertPrints(load(RELOCATED), fixture);
    }

    /** Its own relocator finds nothing to do, or what is left for run time. */
    @ParameterizedTest
    @MethodSource("thatRelocateThemselves")
    void imageThatRelocatesItselfRuns(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            apply(fixture, BASE, "--tables", tables);
            assertPrints(load(), fixture);
        }
    }

    @ParameterizedTest
    @MethodSource("thatHaveRelro")
    void imageRunsWithRelroReadOnlyFromTheStart(Fixture fixture) throws IOException {
        apply(fixture, BASE);

        assertPrints(load("--relro", RELOCATED), fixture);
        assertPrints(load("--relro"), fixture);
    }

    /** Otherwise the test above would show nothing. */
    @ParameterizedTest
    @CsvSource({"rela.c.ld", "rela.c.lld", "rela.c.mold"})
    void ownRelocatorDoesNotWriteToReadOnlyRelro(String name) throws IOException {
        apply(new Fixture(name), BASE, "--tables", "keep");

        assertThat(load("--relro").exitCode()).isEqualTo(SEGMENTATION_FAULT);
    }

    /** Permissions are those of the map, so a program that needs others does not run. */
    @ParameterizedTest
    @CsvSource({"r-x,r--", "r-x,rw-", "rw-,r--", "rw-,---"})
    void permissionsAreThoseOfTheMap(String needed, String given) throws IOException {
        Fixture fixture = new Fixture("rela.c.lld");
        // With its tables it writes relocated words again.
        apply(fixture, BASE, "--tables", "keep");
        assertPrints(load(), fixture);
        editMap("\"" + needed + "\"", "\"" + given + "\"");

        assertThat(load().exitCode()).isEqualTo(SEGMENTATION_FAULT);
    }

    /** Two segments on one page: the page has the permissions of both. */
    @Test
    void sharedPageHasThePermissionsOfBoth() throws IOException {
        Fixture fixture = new Fixture("mixed.c.ld");
        apply(fixture, BASE);
        Headers headers = Headers.of(fixture.file());
        List<Headers.Segment> loads = headers.ofType(Headers.PT_LOAD);
        long codeEnd = loads.get(0).end();
        assertThat(Headers.pageStart(codeEnd))
                .as("segments on pages of their own")
                .isLessThan(Headers.pageStart(loads.get(1).address()));
        assertPrints(load(), fixture);

        // The end of the code becomes a segment of its own, without any permission: what the first allows is left.
        String text = Files.readString(map());
        int start = text.indexOf('{', text.indexOf("\"segments\""));
        int end = text.indexOf('}', start) + 1;
        String code = text.substring(start, end);
        String size = "\"memorySize\" : ";
        String first = code.replaceAll("(fileSize|memorySize)\" : \\d+", "$1\" : " + (codeEnd - 1));
        String second = "{\"loadAddress\":\"0x" + Long.toHexString(BASE + codeEnd - 1) + "\",\"imageOffset\":\"0x"
                + Long.toHexString(codeEnd - 1) + "\",\"fileSize\":1,\"memorySize\":1,\"permissions\":\"---\"}";
        assertThat(first).contains(size + (codeEnd - 1));
        Files.writeString(map(), text.substring(0, start) + first + "," + second + text.substring(end));
        assertPrints(load(), fixture);
    }

    /** Words of an image for another base point elsewhere. */
    @Test
    void imageNeedsItsOwnMap() throws IOException {
        Fixture fixture = new Fixture("rela.c.ld");
        apply(fixture, BASES[1]);
        byte[] other = Files.readAllBytes(image());
        apply(fixture, BASE);
        Files.write(image(), other);

        assertThat(load(RELOCATED).exitCode()).isNotZero();
    }

    // What is no map, or contradicts itself, is refused before anything runs

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"schemaVersion\" : 2    | \"schemaVersion\" : 3     | map: schemaVersion 3 is not 2",
                "\"schemaVersion\" : 2    | \"schemaVersion\" : 2.0   | 'map, line 2: a whole number of 64 bits expected'",
                "\"schemaVersion\" : 2,   | ''                        | map: no schemaVersion",
                "\"base\" : \"0x7f0000\"  | \"base\" : \"0x7f0001\"   | base: not a multiple of 0x1000: 0x7f0001",
                "\"base\" : \"0x7f0000\"  | \"base\" : \"0x7F0000\"   | 'map, line 13: an address expected'",
                "\"base\" : \"0x7f0000\"  | \"base\" : \"0x800000\"   | map: segment 0: loadAddress and imageOffset disagree",
                "\"memorySize\" : 12288   | \"memorySize\" : 8192     | map: the image is larger than memorySize",
                "\"size\" : 12288         | \"size\" : 12289          | 'map: the image has 0x3000 bytes, not 0x3001'",
                "\"permissions\" : \"rw-\"| \"permissions\" : \"wr-\" | 'map, line 39: permissions expected'",
                "\"permissions\" : \"rw-\"| \"other\" : 1             | map: no permissions",
                "\"entry\"                | \"entrance\"              | map: no entry",
            })
    void mapIsChecked(String from, String to, String message) throws IOException {
        apply(new Fixture("rela.c.ld"), BASE);
        editMap(from, to);

        assertRefused(load(), message);
    }

    @Test
    void truncatedMapIsRefused() throws IOException {
        apply(new Fixture("rela.c.ld"), BASE);
        String text = Files.readString(map());
        for (int size = 0; size < text.length() - 2; size += 17) {
            Files.writeString(map(), text.substring(0, size));
            Tool.Result result = load();
            assertThat(result.exitCode()).as("%d characters", size).isEqualTo(LOADER_ERROR);
            assertThat(result.errors()).matches("map-loader: map, line \\d+: .* expected\n");
        }
    }

    @Test
    void relroMustBeThere() throws IOException {
        apply(new Fixture("jmprel-relative.s.ld"), BASE);

        assertRefused(load("--relro"), "map: no relro");
    }
}
