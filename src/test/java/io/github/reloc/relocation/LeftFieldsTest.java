package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_32S;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_COPY;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPMOD64;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_JUMP_SLOT;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_PC32;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE32;
import static io.github.reloc.RelocationTypes.R_X86_64_TLSDESC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.relocation.ImageRequest.Format;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries left for run time: which fields they may have, and what becomes of applied entries for the same bytes. */
final class LeftFieldsTest {
    private static final long BASE = 0x7f0000;

    private static final long DT_TEXTREL = 22;
    private static final int PT_TLS = 7;

    private static final int OBJECT = 1;
    private static final int COPIED = 2;
    private static final int EMPTY = 3;
    private static final int CHOSEN = 4;
    private static final int GONE = 5;

    /** Where the field of the entry that is left begins. */
    private static final long LEFT = DATA + 0x100;

    /** The symbols by the numbers above; of those that can be copied one has 32 bytes, the other none. */
    private static PieBuilder symbols() {
        return pie().header(PT_TLS, PF_R, 0, 0, 0, 8, 8)
                .symbol("object", 0x11, 1, 0x180, 8)
                .symbol("copied", 0x11, 0, 0, 0x20)
                .symbol("empty", 0x11, 0, 0, 0)
                .symbol("chosen", 0x1a, 1, 0x180, 0)
                .symbol("gone", 0x10, 0, 0, 0);
    }

    private static Relocated apply(TableRule rule, PieBuilder pie) {
        return Relocated.of(
                pie, new ImageRequest(BASE, Format.MEMORY, rule, true, PhysicalAddresses.DEFAULT, Map.of()));
    }

    private static void assertRefused(String applied, String left, long fileOffset, PieBuilder pie) {
        assertRefused(TableRule.TRIM, applied, left, fileOffset, pie);
    }

    private static void assertRefused(TableRule rule, String applied, String left, long fileOffset, PieBuilder pie) {
        Failure failure = catchThrowableOfType(Failure.class, () -> apply(rule, pie));
        assertThat(failure).as("a Failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(Failure.Kind.UNSUPPORTED);
        assertThat(failure.getMessage())
                .isEqualTo(applied + ": it would leave its table, and " + left
                        + ", which relocates the same bytes, would stay for run time (file offset 0x"
                        + Long.toHexString(fileOffset) + ")");
        assertThat(failure.remedies()).containsExactly(Remedy.KEEP_TABLES);
    }

    // Entries that are left, each type that can be

    /** Type, symbol, size of the field. */
    static Stream<Arguments> leftTypes() {
        return Stream.of(
                Arguments.of(R_X86_64_COPY, COPIED, 32),
                Arguments.of(R_X86_64_TLSDESC, 0, 16),
                Arguments.of(R_X86_64_TLSDESC, GONE, 16),
                Arguments.of(R_X86_64_IRELATIVE, 0, 8),
                Arguments.of(R_X86_64_64, CHOSEN, 8),
                Arguments.of(R_X86_64_64, GONE, 8),
                Arguments.of(R_X86_64_GLOB_DAT, GONE, 8),
                Arguments.of(R_X86_64_JUMP_SLOT, CHOSEN, 8),
                Arguments.of(R_X86_64_32, GONE, 4),
                Arguments.of(R_X86_64_32S, CHOSEN, 4),
                Arguments.of(R_X86_64_PC32, GONE, 4),
                Arguments.of(R_X86_64_SIZE32, GONE, 4),
                Arguments.of(R_X86_64_DTPMOD64, GONE, 8));
    }

    private static String entry(int type, long place) {
        return "RELA entry 0, " + RelocationType.describe(type) + " at 0x" + Long.toHexString(place) + ": ";
    }

    @ParameterizedTest
    @MethodSource("leftTypes")
    void theFieldLiesInMemory(int type, int symbol, int size) {
        for (TableRule rule : TableRule.values()) {
            apply(rule, symbols().rela(DATA, type, symbol, 0));
            apply(rule, symbols().rela(END - size, type, symbol, 0));
            for (long place : new long[] {END - size + 1, END, 0x8000, -1}) {
                assertMalformed(
                        entry(type, place) + "its place lies outside the memory of any one PT_LOAD (file offset 0x400)",
                        () -> apply(rule, symbols().rela(place, type, symbol, 0)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("leftTypes")
    void theFieldLiesInNoTable(int type, int symbol, int size) {
        // RELA is 0x400 to 0x418, and nothing is between its end and the hash table.
        for (TableRule rule : TableRule.values()) {
            apply(rule, symbols().headersFlags(PF_R | PF_W).rela(0x400 - size, type, symbol, 0));
            for (long place : new long[] {0x400 - size + 1, 0x400, 0x417}) {
                assertMalformed(
                        entry(type, place) + "its place lies inside the RELA table (file offset 0x400)",
                        () -> apply(rule, symbols().headersFlags(PF_R | PF_W).rela(place, type, symbol, 0)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("leftTypes")
    void theFieldIsWritable(int type, int symbol, int size) {
        for (TableRule rule : TableRule.values()) {
            apply(rule, symbols().tag(DT_TEXTREL, 0).rela(0x1b0, type, symbol, 0));
            assertMalformed(
                    entry(type, 0x1b0)
                            + "its place lies in a segment that is not writable, and there is no DT_TEXTREL"
                            + " (file offset 0x400)",
                    () -> apply(rule, symbols().rela(0x1b0, type, symbol, 0)));
        }
    }

    /** A copy of nothing has no place. */
    @Test
    void anEntryWithoutAFieldMayBeAnywhere() {
        for (TableRule rule : TableRule.values()) {
            apply(rule, symbols().rela(-1, R_X86_64_COPY, EMPTY, 0).rela(LEFT, R_X86_64_RELATIVE, 0, 0));
            apply(rule, symbols().rela(LEFT + 4, R_X86_64_COPY, EMPTY, 0).rela(LEFT, R_X86_64_RELATIVE, 0, 0));
        }
    }

    // An applied entry beside one that is left

    /** The first and last of the applied fields that share a byte, and their neighbours that share none. */
    @ParameterizedTest
    @MethodSource("leftTypes")
    void anAppliedWordMustNotShareAByte(int type, int symbol, int size) {
        for (long place : new long[] {LEFT - 8, LEFT + size}) {
            apply(TableRule.TRIM, symbols().rela(LEFT, type, symbol, 0).rela(place, R_X86_64_RELATIVE, 0, 0));
            apply(TableRule.TRIM, symbols().rela(place, R_X86_64_RELATIVE, 0, 0).rela(LEFT, type, symbol, 0));
        }
        for (long place : new long[] {LEFT - 7, LEFT, LEFT + size - 1}) {
            String at = " at 0x" + Long.toHexString(place);
            assertRefused(
                    "RELA entry 1, R_X86_64_RELATIVE (8)" + at,
                    "RELA entry 0",
                    0x418,
                    symbols().rela(LEFT, type, symbol, 0).rela(place, R_X86_64_RELATIVE, 0, 0));
            assertRefused(
                    "RELA entry 0, R_X86_64_RELATIVE (8)" + at,
                    "RELA entry 1",
                    0x400,
                    symbols().rela(place, R_X86_64_RELATIVE, 0, 0).rela(LEFT, type, symbol, 0));
        }
    }

    @Test
    void anAppliedFieldOf4BytesReachesLessFar() {
        for (long place : new long[] {LEFT - 4, LEFT + 16}) {
            apply(TableRule.TRIM, symbols().rela(LEFT, R_X86_64_TLSDESC, 0, 0).rela(place, R_X86_64_SIZE32, OBJECT, 0));
        }
        for (long place : new long[] {LEFT - 3, LEFT + 15}) {
            assertRefused(
                    "RELA entry 1, R_X86_64_SIZE32 (32) at 0x" + Long.toHexString(place),
                    "RELA entry 0",
                    0x418,
                    symbols().rela(LEFT, R_X86_64_TLSDESC, 0, 0).rela(place, R_X86_64_SIZE32, OBJECT, 0));
        }
    }

    @Test
    void anAppliedEntryWithoutAFieldIsInNobodysWay() {
        Relocated image = apply(
                TableRule.TRIM,
                symbols()
                        .rela(LEFT, R_X86_64_IRELATIVE, 0, 0x180)
                        .rela(LEFT, R_X86_64_NONE, 0, 0)
                        .rela(LEFT + 4, R_X86_64_NONE, 0, 0));

        assertThat(image.word64(0x400)).as("the entry that is left").isEqualTo(LEFT);
    }

    @ParameterizedTest
    @CsvSource({
        // The table of the entry that is left is the first of the two that are named, and begins at 0x400 or behind.
        "RELA, JMPREL, 0x418",
        "JMPREL, RELA, 0x400",
        "RELA, REL, 0x418",
        "REL, RELA, 0x400",
        "RELA, RELR, 0x418",
        "REL, RELR, 0x410",
        "JMPREL, REL, 0x418"
    })
    void inAnotherTable(String left, String applied, long fileOffset) {
        // RELR names even addresses alone.
        for (long place : new long[] {LEFT - 6, LEFT + 6}) {
            PieBuilder pie = symbols();
            add(pie, left, LEFT, R_X86_64_IRELATIVE);
            add(pie, applied, place, R_X86_64_RELATIVE);
            assertRefused(
                    applied + " entry 0, R_X86_64_RELATIVE (8) at 0x" + Long.toHexString(place),
                    left + " entry 0",
                    fileOffset,
                    pie);
        }
        for (long place : new long[] {LEFT - 8, LEFT + 8}) {
            PieBuilder pie = symbols();
            add(pie, left, LEFT, R_X86_64_IRELATIVE);
            add(pie, applied, place, R_X86_64_RELATIVE);
            apply(TableRule.TRIM, pie);
        }
    }

    private static void add(PieBuilder pie, String table, long place, int type) {
        switch (table) {
            case "RELA" -> pie.rela(place, type, 0, 0);
            case "JMPREL" -> pie.jmprel(place, type, 0, 0);
            case "REL" -> pie.rel(place, type, 0);
            case "RELR" -> pie.relr(place);
            default -> throw new IllegalArgumentException(table);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SAFE", "TRIM"})
    void eachRuleThatTakesEntriesFromTheirTable(TableRule rule) {
        for (String table : new String[] {"REL", "RELA", "JMPREL"}) {
            PieBuilder pie = pie();
            add(pie, table, LEFT, R_X86_64_RELATIVE);
            add(pie, table, LEFT + 4, R_X86_64_IRELATIVE);

            assertRefused(rule, table + " entry 0, R_X86_64_RELATIVE (8) at 0x10100", table + " entry 1", 0x400, pie);
        }
    }

    @Test
    void nothingLeavesItsTableWhereTablesAreKept() {
        PieBuilder pie = pie().rel(LEFT, R_X86_64_RELATIVE, 0)
                .rel(LEFT + 4, R_X86_64_IRELATIVE, 0)
                .rela(LEFT, R_X86_64_RELATIVE, 0, 0x1234);

        assertThat(apply(TableRule.KEEP, pie).word64(LEFT)).isEqualTo(0x7f1234);
    }

    // Several that are left

    @Test
    void twoThatAreLeftMayShareBytes() {
        PieBuilder pie = symbols()
                .rela(LEFT, R_X86_64_COPY, COPIED, 0)
                .rela(LEFT + 4, R_X86_64_IRELATIVE, 0, 0x180)
                .rela(LEFT + 4, R_X86_64_IRELATIVE, 0, 0x190)
                .jmprel(LEFT + 8, R_X86_64_JUMP_SLOT, CHOSEN, 0);
        Relocated image = apply(TableRule.TRIM, pie);

        assertThat(image.word64(0x400)).isEqualTo(LEFT);
        assertThat(image.word64(0x418)).isEqualTo(LEFT + 4);
        assertThat(image.word64(0x430)).isEqualTo(LEFT + 4);
        assertThat(image.word64(0x448)).isEqualTo(LEFT + 8);
    }

    /** What is left lies between 0x10100 and 0x10120, and short ones inside it. */
    @Test
    void oneThatReachesFurtherThanThoseBehindIt() {
        for (long place : new long[] {LEFT + 0x18, LEFT + 0x1f}) {
            assertRefused(
                    "RELA entry 3, R_X86_64_RELATIVE (8) at 0x" + Long.toHexString(place),
                    "RELA entry 1",
                    0x448,
                    symbols()
                            .rela(LEFT + 0x10, R_X86_64_IRELATIVE, 0, 0)
                            .rela(LEFT, R_X86_64_COPY, COPIED, 0)
                            .rela(LEFT + 8, R_X86_64_IRELATIVE, 0, 0)
                            .rela(place, R_X86_64_RELATIVE, 0, 0));
        }
    }

    @Test
    void betweenTwoThatAreLeft() {
        // Left are 0x10100 to 0x10108 and 0x10110 to 0x10118.
        PieBuilder fine = pie().rela(LEFT + 0x10, R_X86_64_IRELATIVE, 0, 0).rela(LEFT, R_X86_64_IRELATIVE, 0, 0);
        apply(TableRule.TRIM, fine.rela(LEFT + 8, R_X86_64_RELATIVE, 0, 0));

        assertRefused(
                "RELA entry 2, R_X86_64_RELATIVE (8) at 0x10107",
                "RELA entry 1",
                0x430,
                pie().rela(LEFT + 0x10, R_X86_64_IRELATIVE, 0, 0)
                        .rela(LEFT, R_X86_64_IRELATIVE, 0, 0)
                        .rela(LEFT + 7, R_X86_64_RELATIVE, 0, 0));
        assertRefused(
                "RELA entry 2, R_X86_64_RELATIVE (8) at 0x10109",
                "RELA entry 0",
                0x430,
                pie().rela(LEFT + 0x10, R_X86_64_IRELATIVE, 0, 0)
                        .rela(LEFT, R_X86_64_IRELATIVE, 0, 0)
                        .rela(LEFT + 9, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void theFirstAppliedEntryIsNamed() {
        assertRefused(
                "RELA entry 1, R_X86_64_RELATIVE (8) at 0x10104",
                "RELA entry 2",
                0x418,
                pie().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                        .rela(LEFT + 4, R_X86_64_RELATIVE, 0, 0)
                        .rela(LEFT, R_X86_64_IRELATIVE, 0, 0)
                        .rela(LEFT, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void entriesThatStayAreToldFromAppliedOnesInEachTable() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(LEFT, R_X86_64_IRELATIVE, 0, 0)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0)
                .rela(LEFT + 0x20, R_X86_64_IRELATIVE, 0, 0)
                .jmprel(LEFT + 0x40, R_X86_64_IRELATIVE, 0, 0)
                .jmprel(DATA + 16, R_X86_64_RELATIVE, 0, 0)
                .jmprel(LEFT + 0x60, R_X86_64_IRELATIVE, 0, 0);
        apply(TableRule.TRIM, pie);

        assertRefused(
                "JMPREL entry 3, R_X86_64_RELATIVE (8) at 0x10124",
                "RELA entry 3",
                0x400 + 4 * 24 + 3 * 24,
                pie.jmprel(LEFT + 0x24, R_X86_64_RELATIVE, 0, 0));
    }

    /** The table's entries come in batches of 2048. */
    @Test
    void farBehindInItsTable() {
        PieBuilder pie = pie().data(0x100000, 0x10000, 0x10000);
        for (int i = 0; i < 5000; i++) {
            pie.rela(0x100100 + 8L * i, i % 2500 == 2499 ? R_X86_64_IRELATIVE : R_X86_64_RELATIVE, 0, 0);
        }
        apply(TableRule.TRIM, pie);

        // Entry 4999, the last that is left, has 0x100100 + 8 * 4999 = 0x109d38.
        assertRefused(
                "RELA entry 5000, R_X86_64_RELATIVE (8) at 0x109d3f",
                "RELA entry 4999",
                0x400 + 24 * 5000,
                pie.rela(0x109d3f, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void atTheStartOfTheAddressSpace() {
        // The ELF header is written over, which nobody minds here.
        PieBuilder pie = pie().headersFlags(PF_R | PF_W);

        assertRefused(
                "RELA entry 1, R_X86_64_RELATIVE (8) at 0x0",
                "RELA entry 0",
                0x418,
                pie.rela(3, R_X86_64_IRELATIVE, 0, 0).rela(0, R_X86_64_RELATIVE, 0, 0));
        apply(
                TableRule.TRIM,
                pie().headersFlags(PF_R | PF_W)
                        .rela(3, R_X86_64_IRELATIVE, 0, 0)
                        .rela(11, R_X86_64_RELATIVE, 0, 0));
    }

    @Test
    void inTheUpperHalfOfTheAddressSpace() {
        long start = 0x8000_0000_0000_0000L - 0x10000;
        // The data segment begins at 2^63.
        PieBuilder pie = pie().linkedAt(start).rela(Long.MIN_VALUE, R_X86_64_IRELATIVE, 0, 0);
        apply(TableRule.TRIM, pie.rela(Long.MIN_VALUE + 8, R_X86_64_RELATIVE, 0, 0));

        assertRefused(
                "RELA entry 2, R_X86_64_RELATIVE (8) at 0x8000000000000001",
                "RELA entry 0",
                0x430,
                pie.rela(Long.MIN_VALUE + 1, R_X86_64_RELATIVE, 0, 0));
    }

    /** 41 entries of 24 bytes; the one that is applied, the last, meets the last but one that is left. */
    @Test
    void manyThatAreLeft() {
        PieBuilder pie = pie();
        for (int i = 0; i < 40; i++) {
            pie.rela(DATA + 16L * i, R_X86_64_IRELATIVE, 0, 0x180);
        }
        assertThat(apply(TableRule.TRIM, pie).word64(DATA + 16 * 39)).isZero();

        long place = DATA + 16 * 38;
        assertRefused(
                "RELA entry 40, R_X86_64_RELATIVE (8) at 0x" + Long.toHexString(place),
                "RELA entry 38",
                0x400 + 24 * 40,
                pie.rela(place, R_X86_64_RELATIVE, 0, 0));
    }
}
