package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.relocation.RelocationType.Field;
import io.github.reloc.relocation.RelocationType.Formula;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the package comment, row by row: the types have what it says, and the engine writes what it says. */
final class FormulasTest {
    private static final Path PACKAGE_COMMENT = Path.of("src/main/java/io/github/reloc/relocation/package-info.java");
    private static final Pattern ROW =
            Pattern.compile("<tr><td>(.+?)</td><td>(\\d+)</td><td>(.+?)</td><td>(.+?)</td></tr>");
    private static final Pattern README_ROW = Pattern.compile("(?m)^\\| (R_X86_64_[\\w, ]+) \\| (.+?) \\|$");

    private static final int PT_TLS = 7;
    private static final int ABSOLUTE = 0xfff1;

    /** The types whose symbol is a thread-local one. */
    private static final Set<Integer> THREAD_LOCAL = Set.of(16, 17, 18);

    /** A row of the table. */
    private record Row(String type, int number, String field, String value) {
        boolean isComputed() {
            return !value.equals("nothing") && !value.equals("at run time");
        }

        int size() {
            return field.equals("word64") ? 8 : 4;
        }

        boolean fits(long word) {
            return switch (field) {
                case "word64" -> true;
                case "word32, signed" -> word >= -0x8000_0000L && word <= 0x7fff_ffffL;
                case "word32, unsigned" -> word >= 0 && word <= 0xffff_ffffL;
                default -> throw new IllegalArgumentException(field);
            };
        }

        /** The first and the last value that fit, and their neighbours that do not. */
        List<Long> ends() {
            return switch (field) {
                case "word32, signed" -> List.of(-0x8000_0001L, -0x8000_0000L, 0x7fff_ffffL, 0x8000_0000L);
                case "word32, unsigned" -> List.of(-1L, 0L, 0xffff_ffffL, 0x1_0000_0000L);
                default -> List.of();
            };
        }
    }

    /**
     * A program at an address: the letters that are the same for each of its entries.
     *
     * @param start where it is linked
     * @param sectionIndex of its symbol
     * @param symbolValue of its symbol
     * @param z the size of its symbol
     * @param tlsMemorySize p_memsz of PT_TLS
     * @param tlsAlignment its p_align
     * @param tlsSize the one rounded up to the other
     * @param threadLocal the offset of a symbol in the TLS block
     */
    private record Setting(
            long start,
            long base,
            int sectionIndex,
            long symbolValue,
            long z,
            long tlsMemorySize,
            long tlsAlignment,
            long tlsSize,
            long threadLocal) {

        long place(int entry) {
            return start + 0x1000c + 24L * entry;
        }

        PieBuilder program() {
            return pie().linkedAt(start)
                    .header(PT_TLS, PF_R, 0, start, 0, tlsMemorySize, tlsAlignment)
                    .symbol("symbol", 0x11, sectionIndex, symbolValue, z)
                    .symbol("local", 0x16, 1, threadLocal, 8);
        }

        /** What the text of a row comes to, modulo 2^64. */
        long compute(Row row, int entry, long a) {
            long b = base - start;
            long s = sectionIndex == ABSOLUTE ? symbolValue : b + symbolValue;
            long p = b + place(entry);
            Map<String, Long> letters =
                    Map.of("A", a, "B", b, "P", p, "S", s, "Z", z, "st_value", threadLocal, "TLS size", tlsSize);
            long sum = 0;
            for (String term : row.value().split(" (?=[+-] )", -1)) {
                String name = term.replaceFirst("^[+-] ", "");
                long operand = letters.containsKey(name) ? letters.get(name) : Long.parseLong(name);
                sum += term.startsWith("-") ? -operand : operand;
            }
            return sum;
        }

        /** Addends of all sizes and, for a narrow field of the first entry, those that take its value to the ends. */
        List<Long> addends(Row row) {
            List<Long> addends = new ArrayList<>(List.of(
                    0L,
                    1L,
                    -1L,
                    0x1234L,
                    -0x10001L,
                    0x7fff_ffffL,
                    -0x8000_0000L,
                    0x8000_0000L,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE));
            if (row.value().contains("A")) {
                for (long end : row.ends()) {
                    addends.add(end - compute(row, 0, 0));
                }
            }
            return addends;
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting(0, 0x7f0000, 1, 0x180, 0x40, 0x35, 0x10, 0x40, 0x28),
            new Setting(0, 0, 1, 0x11800, 0, 0, 1, 0, 0),
            new Setting(0x400000, 0x1000, 1, 0x400180, 0xffff_ffffL, 0x40, 0x40, 0x40, 0x8),
            new Setting(0x400000, 0x8000_0000L, 1, 0x400180, 0x8000_0180L, 0x41, 0x40, 0x80, 0x28),
            new Setting(0, 0xffff_ffff_8000_0000L, 1, 0x180, -1, 8, 0, 8, 0),
            new Setting(
                    0x7fff_0000_0000L, 0x5555_5555_0000L, 1, 0x7fff_0001_0800L, 0x1_0000_0000L, 1, 0x1000, 0x1000, 1),
            new Setting(0, 0x7f0000, ABSOLUTE, 0x8000_0180L, 8, 0x8000_0001L, 8, 0x8000_0008L, 0x8000_0000L));

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Row> rows() {
        return ROW.matcher(read(PACKAGE_COMMENT))
                .results()
                .map(row -> new Row(row.group(1), Integer.parseInt(row.group(2)), row.group(3), row.group(4)))
                .toList();
    }

    static Stream<Row> computedRows() {
        return rows().stream().filter(Row::isComputed);
    }

    private static int symbol(Row row) {
        return THREAD_LOCAL.contains(row.number()) ? 2 : 1;
    }

    @Test
    void theTypesAreThoseOfTheTable() {
        Map<String, Field> fields = Map.of(
                "none", Field.NONE,
                "word64", Field.WORD64,
                "word32, signed", Field.SIGNED_WORD32,
                "word32, unsigned", Field.WORD32,
                "two word64", Field.DESCRIPTOR,
                "Z bytes", Field.SYMBOL);
        Map<Field, Integer> sizes = Map.of(
                Field.NONE, 0,
                Field.WORD64, 8,
                Field.SIGNED_WORD32, 4,
                Field.WORD32, 4,
                Field.DESCRIPTOR, 16,
                Field.SYMBOL, 0);
        List<String> withFormula = new ArrayList<>();
        for (RelocationType type : RelocationType.values()) {
            if (type.formula() != Formula.LINK_TIME) {
                withFormula.add(type.name() + " " + type.number());
            }
        }
        assertThat(withFormula).hasSize(18);
        assertThat(rows().stream().map(row -> row.type() + " " + row.number())).isEqualTo(withFormula);
        for (Row row : rows()) {
            RelocationType type = RelocationType.valueOf(row.type());
            assertThat(type.field()).as(row.type()).isEqualTo(fields.get(row.field()));
            assertThat(type.field().size()).as(row.type()).isEqualTo(sizes.get(type.field()));
            assertThat(type.field().isWord())
                    .as(row.type())
                    .isEqualTo(row.field().startsWith("word"));
            int wordSize = type.field().isWord() ? sizes.get(type.field()) : 0;
            assertThat(RelocationType.wordSize(row.number())).as(row.type()).isEqualTo(wordSize);
        }
    }

    @Test
    void theReadmeHasTheSameValues() {
        Map<String, String> readme = new TreeMap<>();
        README_ROW.matcher(read(Path.of("README.md"))).results().forEach(row -> {
            for (String type : row.group(1).split(", ", -1)) {
                readme.put(type, row.group(2));
            }
        });
        Map<String, String> table = new TreeMap<>();
        for (Row row : rows()) {
            if (!row.value().equals("at run time")) {
                table.put(row.type(), row.value());
            }
        }
        assertThat(readme).isEqualTo(table);
    }

    @ParameterizedTest
    @MethodSource("computedRows")
    void addendInTheEntry(Row row) {
        for (Setting setting : SETTINGS) {
            PieBuilder fitting = setting.program();
            List<Long> expected = new ArrayList<>();
            for (long addend : setting.addends(row)) {
                int entry = expected.size();
                long word = setting.compute(row, entry, addend);
                if (row.fits(word)) {
                    long place = setting.place(entry);
                    // The word in place means nothing, and what is beside the field stays as it is.
                    fitting.rela(place, row.number(), symbol(row), addend)
                            .word64(place - 8, -1)
                            .word64(place, -1)
                            .word64(place + 8, -1);
                    expected.add(word);
                }
                long first = setting.compute(row, 0, addend);
                if (!row.fits(first)) {
                    assertDoesNotFit(
                            row,
                            "RELA",
                            setting,
                            first,
                            setting.program().rela(setting.place(0), row.number(), symbol(row), addend));
                }
            }
            assertWritten(row, setting, fitting, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("computedRows")
    void addendInPlace(Row row) {
        Set<Long> ends = new TreeSet<>();
        for (Setting setting : SETTINGS) {
            PieBuilder fitting = setting.program();
            List<Long> expected = new ArrayList<>();
            for (long addend : setting.addends(row)) {
                if (row.size() == 4 && addend != (int) addend) {
                    continue;
                }
                int entry = expected.size();
                long word = setting.compute(row, entry, addend);
                if (row.fits(word)) {
                    inPlace(fitting, row, setting.place(entry), addend);
                    expected.add(word);
                }
                long first = setting.compute(row, 0, addend);
                if (row.ends().contains(first)) {
                    ends.add(first);
                }
                if (!row.fits(first)) {
                    assertDoesNotFit(
                            row, "REL", setting, first, inPlace(setting.program(), row, setting.place(0), addend));
                }
            }
            assertWritten(row, setting, fitting, expected);
        }
        assertThat(ends).as("the ends that were reached").containsExactlyInAnyOrderElementsOf(row.ends());
    }

    private static PieBuilder inPlace(PieBuilder pie, Row row, long place, long addend) {
        pie.rel(place, row.number(), symbol(row)).word64(place - 8, -1).word64(place + 8, -1);
        return row.size() == 8
                ? pie.word64(place, addend)
                : pie.word32(place, (int) addend).word32(place + 4, -1);
    }

    private static void assertDoesNotFit(Row row, String table, Setting setting, long word, PieBuilder pie) {
        String range = row.field().equals("word32, signed") ? "a signed" : "an unsigned";
        String place = Long.toHexString(setting.place(0));
        assertUnsupported(
                table + " entry 0, " + row.type() + " (" + row.number() + ") at 0x" + place + ": the value 0x"
                        + Long.toHexString(word) + " does not fit " + range
                        + " 32-bit field (file offset 0x400)",
                () -> Relocated.at(setting.base(), pie));
    }

    /** That the image has these words, with all ones around them. */
    private static void assertWritten(Row row, Setting setting, PieBuilder pie, List<Long> expected) {
        Relocated image = Relocated.at(setting.base(), pie);
        for (int entry = 0; entry < expected.size(); entry++) {
            String description = row.type() + ", entry " + entry + " of " + setting;
            long offset = setting.place(entry) - setting.start();
            long word = expected.get(entry);
            long field = row.size() == 8 ? word : 0xffff_ffff_0000_0000L | (word & 0xffff_ffffL);
            assertThat(image.word64(offset)).as(description).isEqualTo(field);
            assertThat(image.word64(offset - 8)).as("before " + description).isEqualTo(-1);
            assertThat(image.word64(offset + 8)).as("behind " + description).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("computedRows")
    void theValueBeforeItIsCutToItsField(Row row) {
        for (Setting setting : SETTINGS) {
            PieBuilder pie = setting.program();
            List<Long> expected = new ArrayList<>();
            for (long addend : setting.addends(row)) {
                int entry = expected.size();
                pie.rela(setting.place(entry), row.number(), symbol(row), addend);
                expected.add(setting.compute(row, entry, addend));
            }
            List<Outcome> outcomes = Evaluated.unboundedAt(setting.base(), pie);
            List<Outcome> aPageFurther = Evaluated.unboundedAt(setting.base() + 0x1000, pie);

            assertThat(outcomes.stream().map(Outcome::word)).isEqualTo(expected);
            for (int entry = 0; entry < expected.size(); entry++) {
                Outcome outcome = outcomes.get(entry);
                assertThat(outcome.kind()).isEqualTo(Outcome.Kind.WORD);
                assertThat(outcome.fieldSize()).isEqualTo(row.size());
                assertThat(outcome.fits()).as("fits").isEqualTo(row.fits(expected.get(entry)));
                boolean changes = outcome.word() != aPageFurther.get(entry).word();
                assertThat(outcome.dependsOnBase())
                        .as("%s of %s depends on the base", row.type(), setting)
                        .isEqualTo(changes);
            }
        }
    }
}
