package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_PC32;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE64;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.OutputFile;
import io.github.reloc.image.PageSet;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What an image says of how it was made. Page 16 holds the first bytes of the data segment. */
final class RelocatedImageTest {

    private static final int GLOBAL = 0x10;
    private static final int SECTION = 1;
    private static final int ABSOLUTE = 0xfff1;

    private static RelocatedImage make(PieBuilder pie) {
        return make(pie, Map.of());
    }

    private static RelocatedImage make(PieBuilder pie, Map<String, Long> symbolValues) {
        try (Program program = pie.open();
                OutputFile scratch = OutputFile.to(new ByteArrayOutputStream())) {
            ImageRequest request = new ImageRequest(
                    0x7f0000, Format.MEMORY, TableRule.TRIM, true, PhysicalAddresses.DEFAULT, symbolValues);
            return RelocatedImage.inMemory(program, request, scratch);
        }
    }

    private static SortedMap<Integer, Long> of(RelocationCounts counts, Kind kind) {
        return counts.toMap(kind);
    }

    private static List<Integer> pages(PageSet set) {
        List<Integer> pages = new ArrayList<>();
        set.forEachRun((first, count) -> {
            for (long page = first; page != first + count; page++) {
                pages.add((int) page);
            }
        });
        return pages;
    }

    private static List<Integer> basePages(PieBuilder pie) {
        return pages(make(pie).basePages());
    }

    @Test
    void countsByTableAndType() {
        RelocatedImage relocated = make(pie().symbol("symbol", GLOBAL, SECTION, 0x180, 8)
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0)
                .rela(DATA + 16, R_X86_64_IRELATIVE, 0, 0)
                .rela(DATA + 24, R_X86_64_64, 1, 0)
                .rela(DATA + 32, R_X86_64_NONE, 0, 0)
                .rela(DATA + 40, R_X86_64_NONE, 0, 0)
                .rela(DATA + 48, R_X86_64_RELATIVE, 0, 0)
                .jmprel(DATA + 56, R_X86_64_IRELATIVE, 0, 0)
                .jmprel(DATA + 64, R_X86_64_IRELATIVE, 0, 0)
                .relr(DATA + 72, 0b111));

        assertThat(of(relocated.applied(), Kind.RELA)).isEqualTo(Map.of(R_X86_64_64, 1L, R_X86_64_RELATIVE, 3L));
        assertThat(of(relocated.withoutEffect(), Kind.RELA)).isEqualTo(Map.of(R_X86_64_NONE, 2L));
        assertThat(of(relocated.left(), Kind.RELA)).isEqualTo(Map.of(R_X86_64_IRELATIVE, 1L));
        assertThat(of(relocated.applied(), Kind.JMPREL)).isEmpty();
        assertThat(of(relocated.left(), Kind.JMPREL)).isEqualTo(Map.of(R_X86_64_IRELATIVE, 2L));
        assertThat(of(relocated.applied(), Kind.RELR)).isEqualTo(Map.of(R_X86_64_RELATIVE, 3L));
        assertThat(of(relocated.left(), Kind.RELR)).isEmpty();
        assertThat(of(relocated.applied(), Kind.REL)).isEmpty();
    }

    /** Entries come in batches of 2048, which are applied in pieces of 64; the addend is in place, so twice would show. */
    @Test
    void eachOfManyIsAppliedOnce() {
        PieBuilder pie = pie().data(0x100000, 0x10000, 0x10000);
        for (int i = 0; i < 5000; i++) {
            pie.rel(0x100000 + 8L * i, i % 100 == 99 ? R_X86_64_RELATIVE64 : R_X86_64_RELATIVE, 0);
        }
        RelocatedImage relocated = make(pie);

        assertThat(of(relocated.applied(), Kind.REL))
                .isEqualTo(Map.of(R_X86_64_RELATIVE, 4950L, R_X86_64_RELATIVE64, 50L));
        for (int i = 0; i < 5000; i++) {
            assertThat(relocated.image().word64(0x100000 + 8L * i))
                    .as("word %d", i)
                    .isEqualTo(0x7f0000);
        }
        assertThat(relocated.image().word64(0x100000 + 8L * 5000)).isZero();
    }

    @Test
    void pagesOfRelativeWordsDependOnTheBase() {
        assertThat(basePages(pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(BSS + 8, R_X86_64_RELATIVE64, 0, 0)))
                .containsExactly(16, 17);
        assertThat(basePages(pie().rela(BSS - 4, R_X86_64_RELATIVE, 0, 0))).containsExactly(16, 17);
        assertThat(basePages(pie().relr(BSS - 8))).containsExactly(16);
    }

    @Test
    void pagesOfAddressesDependOnTheBase() {
        PieBuilder pie = pie().symbol("symbol", GLOBAL, SECTION, 0x180, 8);

        assertThat(basePages(pie.rela(DATA, R_X86_64_64, 1, 0))).containsExactly(16);
    }

    @Test
    void otherPagesDoNotDependOnTheBase() {
        PieBuilder pie = pie().symbol("symbol", GLOBAL, SECTION, 0x10000, 8)
                .symbol("number", GLOBAL, ABSOLUTE, 0x1234, 8)
                .rela(DATA, R_X86_64_SIZE64, 1, 0)
                .rela(DATA + 8, R_X86_64_PC32, 1, 0)
                .rela(DATA + 16, R_X86_64_64, 2, 0)
                .rela(DATA + 24, R_X86_64_NONE, 0, 0)
                .rela(DATA + 32, R_X86_64_IRELATIVE, 0, 0);

        assertThat(basePages(pie)).isEmpty();
    }

    /** The last of the page, where one of 8 bytes would reach into the next. */
    @Test
    void aFieldOf4BytesReachesLessFar() {
        PieBuilder pie = pie().symbol("number", GLOBAL, ABSOLUTE, 0x800000, 8);

        assertThat(basePages(pie.rela(BSS - 4, R_X86_64_PC32, 1, 0))).containsExactly(16);
    }

    @Test
    void namesThatNoEntryAsksFor() {
        PieBuilder pie = pie().symbol("gone", GLOBAL, 0, 0, 0).rela(DATA, R_X86_64_64, 1, 0);

        assertThat(make(pie, Map.of("gone", 1L, "other", 2L)).unusedNames()).containsExactly("other");
    }

    /** Even one alone, and in the first word of a block: it is what makes a large program quick. */
    @Test
    void relativeWordsGoThroughTheWindow() {
        RelocatedImage relocated =
                make(pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, R_X86_64_RELATIVE64, 0, 0));

        // It is closed already, and remembers.
        assertThat(pages(relocated.image().closeWindow())).containsExactly(16);
    }

    @Test
    void aTableThatIsMalformed() {
        assertMalformed(
                "DT_RELASZ 0x19 is not a multiple of 24 (file offset 0x218)",
                () -> make(pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).setTag(8, 0x19)));
    }
}
