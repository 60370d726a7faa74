package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.DYNAMIC_SEGMENT;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.pie;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dynamic section of a built file is at 0x200 of the file; the value of its first entry 8 bytes further. */
final class RelocatedBeforeTest {
    private static void requireNot(PieBuilder pie) {
        try (Program program = pie.open()) {
            RelocatedBefore.requireNot(program);
        }
    }

    private static void assertRefused(String seen, PieBuilder pie) {
        assertUnsupported(
                "it looks relocated already, for "
                        + seen.replace(
                                " (", ": an image cannot be relocated again; give the program that the linker wrote ("),
                () -> requireNot(pie));
    }

    @ParameterizedTest
    @CsvSource({
        "DT_RELA, 7, DT_RELASZ, 8",
        "DT_REL, 17, DT_RELSZ, 18",
        "DT_JMPREL, 23, DT_PLTRELSZ, 2",
        "DT_RELR, 36, DT_RELRSZ, 35",
        "DT_ANDROID_REL, 0x6000000f, DT_ANDROID_RELSZ, 0x60000010",
        "DT_ANDROID_RELA, 0x60000011, DT_ANDROID_RELASZ, 0x60000012",
        "DT_ANDROID_RELR, 0x6fffe000, DT_ANDROID_RELRSZ, 0x6fffe001"
    })
    void tableThatHasAnAddressAndNoEntries(String addressName, long addressTag, String sizeName, long sizeTag) {
        assertRefused(
                sizeName + " is 0, and " + addressName + " 0x400 (file offset 0x218)",
                pie().tag(addressTag, 0x400).tag(sizeTag, 0));
        // GNU ld writes the first beside RELR, lld DT_JMPREL so; what is wrong with the others is said elsewhere.
        requireNot(pie().tag(addressTag, 0).tag(sizeTag, 0));
        requireNot(pie().tag(sizeTag, 0));
        requireNot(pie().tag(addressTag, 0x400).tag(sizeTag, 8));
        requireNot(pie().tag(addressTag, 0x400));
    }

    @ParameterizedTest
    @CsvSource({"DT_RELACOUNT, 0x6ffffff9", "DT_RELCOUNT, 0x6ffffffa"})
    void countOfNoEntries(String name, long tag) {
        assertRefused(
                name + " is 0 (file offset 0x208)",
                pie().tag(tag, 0).rela(DATA, 8, 0, 0).dropTag(7).dropTag(8).dropTag(9));
        requireNot(pie().tag(tag, 1));
    }

    @Test
    void sectionThatEndsWhereItBeginsWithRoom() {
        assertRefused("the dynamic section begins with DT_NULL (file offset 0x200)", pie().afterNull(0, 0));
        requireNot(pie());
        requireNot(pie().set(DYNAMIC_SEGMENT, P_FILESZ, 0x1f));
    }
}
