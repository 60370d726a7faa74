package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With symbol 0 alone DT_HASH is at 0x400, DT_SYMTAB at 0x410 and DT_STRTAB at 0x428. */
final class StringTableTest {
    private static void read(PieBuilder pie, Consumer<StringTable> test) {
        try (Program program = pie.open()) {
            test.accept(new StringTable(program.dynamic(), program.segments(), program.input()));
        }
    }

    @Test
    void aStringEndsAtAZeroByte() {
        read(pie().string("foo").string("bar"), strings -> {
            assertThat(strings.get(0)).isEmpty();
            assertThat(strings.get(1)).isEqualTo("foo");
            assertThat(strings.get(2)).isEqualTo("oo");
            assertThat(strings.get(5)).isEqualTo("bar");
            assertThat(strings.get(8)).isEmpty();
        });
    }

    @Test
    void eachCharIsOneByte() {
        read(pie().string("é"), strings -> assertThat(strings.get(1)).isEqualTo("\u00c3\u00a9"));
    }

    @Test
    void aStringWithoutItsEnd() {
        read(
                pie().string("foo").setTag(Elf.DT_STRSZ, 4),
                strings -> assertMalformed(
                        "string at offset 0x1 of DT_STRTAB does not end within DT_STRSZ 0x4 (file offset 0x428)",
                        () -> strings.get(1)));
    }

    @Test
    void aStringPastTheEnd() {
        read(
                pie().string("foo"),
                strings -> assertMalformed(
                        "string at offset 0x5 of DT_STRTAB does not end within DT_STRSZ 0x5 (file offset 0x428)",
                        () -> strings.get(5)));
    }

    @Test
    void anOffsetIsUnsigned() {
        read(
                pie().string("foo"),
                strings -> assertMalformed(
                        "string at offset 0xffffffff of DT_STRTAB does not end within DT_STRSZ 0x5"
                                + " (file offset 0x428)",
                        () -> strings.get(0xffffffffL)));
    }

    @Test
    void aLongStringIsCut() {
        read(pie().string("a".repeat(4096)).string("b".repeat(10_000)), strings -> {
            assertThat(strings.get(1)).isEqualTo("a".repeat(4096));
            assertThat(strings.get(4098)).isEqualTo("b".repeat(4096));
            assertThat(strings.get(1 + 4000)).as("after a long one").isEqualTo("a".repeat(96));
        });
    }

    @Test
    void aTableThatPassesItsSegment() {
        assertMalformed(
                "DT_STRTAB 0x428 and DT_STRSZ 0x100000 do not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x238)",
                () -> read(pie().string("foo").setTag(Elf.DT_STRSZ, 0x100000), strings -> {}));
    }

    @Test
    void aTableWhoseSizeWraps() {
        assertMalformed(
                "DT_STRTAB 0x428 and DT_STRSZ 0xffffffffffffffff do not lie in the file-backed part of one PT_LOAD"
                        + " (file offset 0x238)",
                () -> read(pie().string("foo").setTag(Elf.DT_STRSZ, -1), strings -> {}));
    }
}
