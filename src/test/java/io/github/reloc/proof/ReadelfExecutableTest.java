package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What other readers say of an executable that {@code apply --format elf} wrote is what they say of the program, but for
 * addresses.
 */
final class ReadelfExecutableTest {
    private static final long BASE = 0x7654_3220_0000L;

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream().filter(fixture -> !fixture.property().equals("bss"));
    }

    /** A packed table that stays is refused. */
    static Stream<Fixture> withTablesThatCanStay() {
        return fixtures().filter(fixture -> !fixture.property().startsWith("android"));
    }

    private static Executable executable(Fixture fixture, String tables) throws IOException {
        return fixture.property().equals("pvh-physical")
                ? Executable.of(folder, fixture, BASE, "--tables", tables, "--physical", "keep")
                : Executable.of(folder, fixture, BASE, "--tables", tables);
    }

    /** With tables kept, all that readelf shows is there as it was: each number is the same, or an address that moved. */
    @ParameterizedTest
    @MethodSource("withTablesThatCanStay")
    void linesDifferInAddressesAlone(Fixture fixture) throws IOException {
        long bias = BASE - Headers.of(fixture.file()).start();
        List<String> before = readelf("-aW", fixture.file());
        List<String> after = readelf("-aW", executable(fixture, "keep").file());

        assertThat(after).hasSameSizeAs(before);
        int moved = 0;
        for (int i = 0; i < before.size(); i++) {
            String line = before.get(i);
            if (isRelocatedNote(line)) {
                continue;
            }
            if (line.startsWith("  Type:") && !line.contains("EXEC")) {
                assertThat(after.get(i)).matches(" +Type: +EXEC \\(Executable file\\)");
                continue;
            }
            String[] words = line.trim().split("\\s+", -1);
            String[] movedWords = after.get(i).trim().split("\\s+", -1);
            assertThat(movedWords).as(line).hasSameSizeAs(words);
            for (int j = 0; j < words.length; j++) {
                if (!words[j].equals(movedWords[j])) {
                    assertThat(number(movedWords[j]) - number(words[j]))
                            .as("%s%n%s", line, after.get(i))
                            .isEqualTo(bias);
                    moved++;
                }
            }
        }
        // Each program has an entry point, a segment and an address in its dynamic section, at least.
        assertThat(moved).isGreaterThan(4);
    }

    /** A descriptor that has an entry is shown as bytes. */
    private static boolean isRelocatedNote(String line) {
        return line.startsWith("  Xen ");
    }

    /** Hexadecimal, with or without 0x; an addend below 0 has a sign. */
    private static long number(String word) {
        assertThat(word).matches("(0x|-)?[0-9a-f]+");
        return word.startsWith("-")
                ? Long.parseLong(word, 16)
                : Long.parseUnsignedLong(word.startsWith("0x") ? word.substring(2) : word, 16);
    }

    /** Without its tables it has the same headers, symbols and notes, and sizes in the dynamic section that are 0. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void headersAreTheSameWithoutTables(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            List<String> options = List.of("-lW", "-sW", "-nW", "-VW");
            for (String option : options) {
                List<String> before = withoutAddresses(readelf(option, fixture.file()));
                assertThat(withoutAddresses(
                                readelf(option, executable(fixture, tables).file())))
                        .as(option)
                        .isEqualTo(before);
            }
        }
    }

    /** The lines as they are but for numbers of 12 digits and more, or with 0x, and what a PIE is called. */
    private static List<String> withoutAddresses(List<String> lines) {
        return lines.stream()
                .filter(line -> !isRelocatedNote(line))
                .map(line -> line.replaceAll("0x[0-9a-f]+|\\b[0-9a-f]{12,}\\b", "N"))
                .map(line -> line.replaceAll("DYN \\(.*\\)|EXEC \\(.*\\)", "T"))
                .toList();
    }

    /**
     * Of a table that is not there, linkers say that it is at 0, which is no address of the program any more; a packed table
     * of which nothing is left has not even a header.
     */
    @ParameterizedTest
    @MethodSource("fixtures")
    void llvmReadelfHasNoComplaintThatItHadNotBefore(Fixture fixture) throws IOException {
        Tool.require("llvm-readelf");
        for (String tables : new String[] {"safe", "trim"}) {
            Set<String> complaints = complaints(
                    List.of("llvm-readelf", "-a"), executable(fixture, tables).file());
            complaints.removeIf(
                    line -> line.matches(".*: unable to parse DT_(RELA|JMPREL): virtual address is not in .*: N"));
            complaints.removeIf(
                    line -> line.matches(".* SHT_ANDROID_RELA section .*: invalid packed relocation header"));

            assertThat(complaints).isSubsetOf(complaints(List.of("llvm-readelf", "-a"), fixture.file()));
        }
    }

    /**
     * As above. It knows no static PIE at an address of its own, but says of GNU ld's the same; and DT_TEXTREL stays without
     * the entries that it is for.
     */
    @ParameterizedTest
    @MethodSource("fixtures")
    void elflintHasNoComplaintThatItHadNotBefore(Fixture fixture) throws IOException {
        Tool.require("eu-elflint");
        for (String tables : new String[] {"safe", "trim"}) {
            List<String> command = List.of("eu-elflint", "--gnu-ld");
            Set<String> complaints =
                    complaints(command, executable(fixture, tables).file());
            complaints.removeIf(
                    line -> line.matches(".* '.dynamic': .* (RELA|JMPREL) value must point into loaded segment"));
            complaints.remove("static executable cannot have dynamic sections");
            complaints.remove("text relocation flag set but not needed");

            assertThat(complaints).isSubsetOf(complaints(command, fixture.file()));
        }
    }

    /** What a program says of a file on standard error, or on standard output if it says nothing else, without numbers. */
    private static Set<String> complaints(List<String> command, Path file) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.add(file.toAbsolutePath().toString());
        Tool.Result result = Tool.run(folder, all);
        String text = command.get(0).equals("eu-elflint") ? result.output() + result.errors() : result.errors();
        return text.lines()
                .map(line -> line.replace(file.toAbsolutePath().toString(), "F"))
                .map(line -> line.replaceAll("0x[0-9a-f]+|\\b[0-9]+\\b", "N").replace("[ N]", "[N]"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> readelf(String option, Path file) throws IOException {
        Tool.require("readelf");
        Tool.Result result = Tool.run(
                folder, List.of("readelf", option, file.toAbsolutePath().toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return result.output().lines().toList();
    }
}
