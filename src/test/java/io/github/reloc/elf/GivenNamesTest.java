package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Symbol 1 is the one that is looked at. */
final class GivenNamesTest {
    private static final long NEEDED = DATA + 0x200;

    private static PieBuilder symbol(String name) {
        return pie().data(0x10000000, 0x1000, 0x1000).symbol(name, 0x12, 0, 0, 0);
    }

    /** Symbol 1 with a version that the file needs of others: version index 2, its name behind that of the symbol. */
    private static PieBuilder symbolWithVersion(String name, String version) {
        return pie().symbol(name, 0x12, 0, 0, 0)
                .string(version)
                .tag(Elf.DT_VERSYM, DATA)
                .word16(DATA, 0, 2)
                .tag(Elf.DT_VERNEED, NEEDED)
                .tag(Elf.DT_VERNEEDNUM, 1)
                .word16(NEEDED, 1, 1)
                .word32(NEEDED + 4, 0, 16, 0)
                .word32(NEEDED + 16, 0)
                .word16(NEEDED + 20, 0, 2)
                .word32(NEEDED + 24, name.length() + 2, 0);
    }

    private static String find(PieBuilder pie, String... names) {
        try (Program program = pie.open()) {
            return new GivenNames(Set.of(names)).of(program.symbols(), 1);
        }
    }

    @Test
    void theNameThatIsTheSymbols() {
        assertThat(find(symbol("foo"), "bar", "foo", "fooo")).isEqualTo("foo");
        assertThat(find(symbol("foo"), "fo", "fooo", "foo@")).isNull();
        assertThat(find(symbol("foo"))).isNull();
    }

    @Test
    void aSymbolWithoutAName() {
        assertThat(find(symbol(""), "foo")).isNull();
    }

    /** Where names are cut to be shown, too. */
    @Test
    void theWholeNameCounts() {
        for (int length : new int[] {255, 256, 4095, 4096, 4097, 10_000}) {
            String name = "a".repeat(length);
            assertThat(find(symbol(name), name)).isEqualTo(name);
            assertThat(find(symbol(name + "a"), name)).as("%d", length).isNull();
            assertThat(find(symbol(name), name + "a")).as("%d", length).isNull();
        }
    }

    @Test
    void theWholeVersionCounts() {
        String version = "v".repeat(4096);
        assertThat(find(symbolWithVersion("foo", version), "foo@" + version)).isEqualTo("foo@" + version);
        assertThat(find(symbolWithVersion("foo", version + "v"), "foo@" + version))
                .isNull();
    }

    @Test
    void theNameWithItsVersionGoesFirst() {
        assertThat(find(symbolWithVersion("foo", "V1"), "foo", "foo@V1")).isEqualTo("foo@V1");
        assertThat(find(symbolWithVersion("foo", "V2"), "foo", "foo@V1")).isEqualTo("foo");
        assertThat(find(symbolWithVersion("foo", "V2"), "foo@V1")).isNull();
    }

    /** C3 A9 in UTF-8, a char for each. */
    @Test
    void aNameIsBytes() {
        assertThat(find(symbol("é"), "\u00c3\u00a9")).isEqualTo("\u00c3\u00a9");
        assertThat(find(symbol("é"), "é")).isNull();
        String version = "\u00c3\u00a9@V1";
        try (Program program =
                symbolWithVersion("é", "V1").word32(NEEDED + 24, 4, 0).open()) {
            assertThat(new GivenNames(Set.of(version)).of(program.symbols(), 1)).isEqualTo(version);
        }
    }

    @Test
    void noMoreIsReadThanTheLongestHas() {
        try (Program program = symbol("a".repeat(8 << 20)).open()) {
            SymbolTable symbols = program.symbols();
            symbols.get(1);
            long before = program.input().bytesRead();

            assertThat(new GivenNames(Set.of("a".repeat(1000), "b")).of(symbols, 1))
                    .isNull();

            // The file is read in blocks of 16 KiB.
            assertThat(program.input().bytesRead() - before).isLessThanOrEqualTo(2 << 14);
        }
    }

    /** A version that nobody asks for does not matter. */
    @Test
    void brokenVersionsAreNotLookedAt() {
        PieBuilder pie = symbolWithVersion("foo", "V1").word16(DATA, 0, 3);

        assertThat(find(pie, "foo")).isEqualTo("foo");
        assertMalformed(
                "symbol 1 has version index 3, which neither DT_VERDEF nor DT_VERNEED names (file offset 0x258)",
                () -> find(pie, "foo@V1"));
    }
}
