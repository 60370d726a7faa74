package io.github.reloc.proof;

import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import io.github.reloc.proof.Headers.DynamicEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every image, whatever the file. */
final class PropertyTest {
    private static final long BASE = 0x7e1234567000L;

    /** DT_RELACOUNT, DT_RELCOUNT. */
    private static final long[] COUNTS_OF_RELATIVE_ENTRIES = {0x6ffffff9L, 0x6ffffffaL};

    /** Tables with the tags of address and size. */
    private enum Table {
        RELR(36, 35),
        REL(17, 18),
        RELA(7, 8),
        JMPREL(23, 2),
        ANDROID_REL(0x6000000fL, 0x60000010L),
        ANDROID_RELA(0x60000011L, 0x60000012L),
        ANDROID_RELR(0x6fffe000L, 0x6fffe001L);

        private final long addressTag;
        private final long sizeTag;

        Table(long addressTag, long sizeTag) {
            this.addressTag = addressTag;
            this.sizeTag = sizeTag;
        }
    }

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream();
    }

    static Stream<Fixture> listedByReadelf() {
        return fixtures().filter(fixture -> !fixture.property().startsWith("android"));
    }

    static Stream<Fixture> withoutRelocationsInBss() {
        return fixtures().filter(fixture -> !fixture.property().equals("bss"));
    }

    /** Static PIEs and shared objects of this machine that need nothing of others but what is left for run time. */
    static Stream<Path> programsOfThisMachine() {
        return Stream.of("/sbin/ldconfig", "/lib64/ld-linux-x86-64.so.2").map(Path::of);
    }

    @ParameterizedTest
    @MethodSource("listedByReadelf")
    void relativeWordsAreBiasAndAddend(Fixture fixture) throws IOException {
        assertRelativeWords(
                fixture.file(),
                read(fixture.apply(0, image("zero"), "--tables", "keep")),
                read(fixture.apply(BASE, image("base"), "--tables", "keep")));
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void relativeWordsOfOtherProgramsAreBiasAndAddend(Path program) throws IOException {
        assumeTrue(Files.isReadable(program), () -> "there is no " + program);
        String[] options = {"apply", "--tables", "keep", "--unresolved", "keep", program.toString()};

        assertRelativeWords(program, read(with(options, image("zero"), 0)), read(with(options, image("base"), BASE)));
    }

    private static String[] with(String[] options, Path image, long base) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(image.toString());
        arguments.add("--base=0x" + Long.toHexString(base));
        return arguments.toArray(new String[0]);
    }

    /** The image at a base minus the image at 0 is the base at relative words, and nothing where there is no entry. */
    private static void assertRelativeWords(Path file, ByteBuffer zero, ByteBuffer base) throws IOException {
        Tool.require("readelf");
        Headers headers = Headers.of(file);
        Map<Long, Entry> entries = new HashMap<>();
        try (ReadelfListing listing = ReadelfListing.of(file, folder)) {
            listing.forEachRemaining(entry -> entries.put(entry.place(), entry));
        }
        assertThat(base.capacity()).isEqualTo(zero.capacity()).isEqualTo((int) headers.memorySize());

        Set<Integer> expected = new TreeSet<>();
        for (Entry entry : entries.values()) {
            int at = (int) (entry.place() - headers.start());
            if (entry.type().equals(Entry.RELATIVE)) {
                long addend = entry.addend() == null ? headers.word64(entry.place()) : entry.addend();
                assertThat(base.getLong(at)).as(entry.toString()).isEqualTo(BASE - headers.start() + addend);
                assertThat(zero.getLong(at)).as(entry.toString()).isEqualTo(-headers.start() + addend);
            } else if (!entry.type().equals("R_X86_64_NONE")) {
                // S + A: moves with the program, or is a constant.
                assertThat(base.getLong(at) - zero.getLong(at))
                        .as(entry.toString())
                        .isIn(BASE, 0L);
            }
            for (int i = 0; i < Long.BYTES; i++) {
                expected.add(at + i);
            }
        }
        for (int i = base.mismatch(zero); i >= 0 && i < base.capacity(); i++) {
            if (base.get(i) != zero.get(i)) {
                assertThat(expected)
                        .as("a byte changed at image offset 0x%x", i)
                        .contains(i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void unrelocatedBytesAreThoseOfTheFile(Fixture fixture) throws IOException {
        Headers headers = Headers.of(fixture.file());
        ByteBuffer image = read(fixture.apply(0, image("zero"), "--tables", "keep"));

        // What changes between two bases is checked elsewhere, and what does not change at all is as it was linked.
        byte[] linked = new byte[(int) headers.memorySize()];
        for (Headers.Segment segment : headers.ofType(Headers.PT_LOAD)) {
            headers.bytes().get((int) segment.fileOffset(), linked, (int) (segment.address() - headers.start()), (int)
                    segment.fileSize());
        }
        Run dump = Run.of("dump", "--format", "jsonl", fixture.file().toString());
        new JsonEntries(dump.output().lines().iterator()).forEachRemaining(entry -> {
            if (!entry.type().equals("R_X86_64_NONE")) {
                int at = (int) (entry.place() - headers.start());
                image.get(at, linked, at, Long.BYTES);
            }
        });
        assertSameBytes(image, ByteBuffer.wrap(linked));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void imageDependsOnTheBytesOfTheFileAlone(Fixture fixture) throws IOException {
        Path elsewhere = Files.createTempDirectory(folder, "elsewhere");
        Path copy = Files.copy(fixture.file(), elsewhere.resolve("copy"));
        String[] arguments = fixture.apply(BASE, image("here"));
        ByteBuffer here = read(arguments);

        arguments[arguments.length - 2] = copy.toString();
        arguments[arguments.length - 1] = elsewhere.resolve("image").toString();
        assertSameBytes(read(arguments), here);
    }

    @ParameterizedTest
    @MethodSource("withoutRelocationsInBss")
    void omittingBssLeavesZerosOut(Fixture fixture) throws IOException {
        ByteBuffer whole = read(fixture.apply(BASE, image("whole")));
        ByteBuffer shorter = read(fixture.apply(BASE, image("shorter"), "--omit-bss"));

        Headers headers = Headers.of(fixture.file());
        long fileBacked = headers.ofType(Headers.PT_LOAD).stream()
                .filter(segment -> segment.fileSize() > 0)
                .mapToLong(segment -> segment.address() + segment.fileSize())
                .max()
                .orElseThrow();
        assertThat(shorter.capacity()).isEqualTo((int) (fileBacked - headers.start()));
        ByteBuffer rest = ByteBuffer.allocate(whole.capacity() - shorter.capacity());
        assertSameBytes(shorter, whole.slice(0, shorter.capacity()));
        assertSameBytes(whole.slice(shorter.capacity(), rest.capacity()), rest);
    }

    /** Sizes and counts say what is left for run time, it stands at the front, and nothing else changes. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void safeTablesHoldWhatIsLeft(Fixture fixture) throws IOException {
        ByteBuffer safe = read(fixture.apply(BASE, image("safe"), "--tables", "safe"));

        assertSameBytes(safe, withAppliedEntriesGone(fixture, false));
        assertSameBytes(read(fixture.apply(BASE, image("default"))), safe);
    }

    /** The same, and zeros behind it. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void trimmedTablesHoldWhatIsLeft(Fixture fixture) throws IOException {
        ByteBuffer trim = read(fixture.apply(BASE, image("trim"), "--tables", "trim"));

        assertSameBytes(trim, withAppliedEntriesGone(fixture, true));
    }

    private static ByteBuffer withAppliedEntriesGone(Fixture fixture, boolean clears) throws IOException {
        ByteBuffer expected = read(fixture.apply(BASE, image("keep"), "--tables", "keep"));
        Headers headers = Headers.of(fixture.file());
        for (Table table : Table.values()) {
            DynamicEntry address = headers.dynamicEntry(table.addressTag);
            DynamicEntry size = headers.dynamicEntry(table.sizeTag);
            if (address == null || size == null || size.value() == 0) {
                continue;
            }
            int start = (int) (address.value() - headers.start());
            int end = start + (int) size.value();
            int kept = start;
            boolean hasWholeEntries = table == Table.RELA || table == Table.JMPREL;
            for (int at = start; hasWholeEntries && at < end; at += 24) {
                // The one type in the fixtures that is left for run time.
                if (expected.getInt(at + 8) == R_X86_64_IRELATIVE) {
                    expected.put(kept, expected, at, 24);
                    kept += 24;
                }
            }
            if (clears) {
                expected.put(kept, new byte[end - kept]);
            }
            expected.putLong((int) (size.valueAddress() - headers.start()), kept - start);
        }
        if (fixture.property().equals("jmprel-tail")) {
            // A table inside another follows its entries; here none are left, so both begin at the same place.
            long start = headers.dynamicEntry(Table.RELA.addressTag).value();
            DynamicEntry jmprel = headers.dynamicEntry(Table.JMPREL.addressTag);
            expected.putLong((int) (jmprel.valueAddress() - headers.start()), start);
        }
        for (long tag : COUNTS_OF_RELATIVE_ENTRIES) {
            DynamicEntry count = headers.dynamicEntry(tag);
            if (count != null) {
                expected.putLong((int) (count.valueAddress() - headers.start()), 0);
            }
        }
        return expected;
    }

    /** What {@code dump --base} promises is what {@code apply --base} writes. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void listedValuesAreTheWordsOfTheImage(Fixture fixture) throws IOException {
        ByteBuffer image = read(fixture.apply(BASE, image("base"), "--tables", "keep"));
        long start = Headers.of(fixture.file()).start();
        Run dump = Run.of(
                "dump", "--base", "0x" + Long.toHexString(BASE), fixture.file().toString());
        // Place, address, type, value, and addend or symbol.
        Map<Integer, String> values = new HashMap<>();
        dump.output().lines().filter(line -> line.startsWith("0x")).forEach(line -> {
            String[] columns = line.split(" +", 5);
            values.put((int) (Long.decode(columns[0]) - start), columns[3]);
            assertThat(Long.decode(columns[1])).isEqualTo(Long.decode(columns[0]) - start + BASE);
        });
        values.values().removeIf(value -> value.equals("-"));
        assertThat(values).isNotEmpty();
        values.forEach((at, value) ->
                assertThat(String.format("0x%016x", image.getLong(at))).isEqualTo(value));
    }

    private static void assertSameBytes(ByteBuffer actual, ByteBuffer expected) {
        int at = actual.mismatch(expected);
        assertThat(at).as("the first byte that is not as expected, 0x%x", at).isNegative();
    }

    private static Path image(String name) {
        return folder.resolve(name + ".img");
    }

    private static ByteBuffer read(String... arguments) throws IOException {
        Run run = Run.of(arguments);
        assertThat(run.exitCode()).as(run.errors()).isZero();
        Path image = Stream.of(arguments)
                .filter(argument -> argument.startsWith(folder.toString()))
                .reduce((first, second) -> second)
                .map(Path::of)
                .orElseThrow();
        return ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
