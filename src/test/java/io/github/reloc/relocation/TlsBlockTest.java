package io.github.reloc.relocation;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPMOD64;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPOFF64;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program header of the block is number 3, at 64 + 3 * 56 = 0xe8 of the file; the next is at 0x120. */
final class TlsBlockTest {
    private static final int PT_TLS = 7;
    private static final long TOP_BIT = Long.MIN_VALUE;

    private static PieBuilder withTls(long virtualAddress, long memorySize, long alignment) {
        return pie().header(PT_TLS, PF_R, 0, virtualAddress, 0, memorySize, alignment);
    }

    private static long size(long virtualAddress, long memorySize, long alignment) {
        try (Program program = withTls(virtualAddress, memorySize, alignment).open()) {
            return new TlsBlock(program).size();
        }
    }

    /** An entry of a type that has to do with the block. */
    private static void evaluate(PieBuilder pie, int type) {
        Evaluated.at(0, pie.rela(DATA, type, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, 0x10, 0x0",
        "0x1, 0x10, 0x10",
        "0xf, 0x10, 0x10",
        "0x10, 0x10, 0x10",
        "0x11, 0x10, 0x20",
        "0x35, 0x1, 0x35",
        "0x35, 0x0, 0x35",
        "0x35, 0x2, 0x36",
        "0x35, 0x1000, 0x1000",
        "0x8000000000000001, 0x1000, 0x8000000000001000",
        "0x1, 0x4000000000000000, 0x4000000000000000"
    })
    void isTheMemorySizeRoundedUpToTheAlignment(String memorySize, String alignment, String size) {
        assertThat(size(0, number(memorySize), number(alignment))).isEqualTo(number(size));
    }

    private static long number(String hexadecimal) {
        return Long.parseUnsignedLong(hexadecimal.substring(2), 16);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "0x7ff0, 0x10", "0x20, 0x20", "0x60, 0x20"})
    void beginsAtAnyMultipleOfTheAlignment(long virtualAddress, long alignment) {
        assertThat(size(virtualAddress, 0x100, alignment)).isEqualTo(0x100);
    }

    @Test
    void theLargestSizes() {
        assertThat(size(0, -1, 1)).isEqualTo(-1);
        assertThat(size(0, -0x10, 0x10)).isEqualTo(-0x10);
    }

    @Test
    void otherProgramHeadersAreNotMeant() {
        try (Program program = pie().header(6, PF_R, 0, 0, 0, 0x99, 1)
                .header(PT_TLS, PF_R, 0, 0, 0, 0x11, 8)
                .header(8, PF_R, 0, 0, 0, 0x99, 1)
                .open()) {
            assertThat(new TlsBlock(program).size()).isEqualTo(0x18);
        }
    }

    @Test
    void aProgramNeedNotHaveOneUntilItIsAskedFor() {
        assertThat(Evaluated.at(0x1000, pie().rela(DATA, 8, 0, 0)).get(0).word())
                .isEqualTo(0x1000);
    }

    /** A faulty one is like none for a program that does not use it. */
    @Test
    void aFaultyOneIsNoFaultUntilItIsAskedFor() {
        assertThat(Evaluated.at(0x1000, withTls(0, 8, 3).rela(DATA, 8, 0, 0))
                        .get(0)
                        .word())
                .isEqualTo(0x1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {R_X86_64_DTPMOD64, R_X86_64_DTPOFF64, R_X86_64_TPOFF64})
    void missing(int type) {
        assertMalformed(
                "RELA entry 0, " + RelocationType.describe(type)
                        + " at 0x10000: a thread-local relocation without PT_TLS (file offset 0x400)",
                () -> evaluate(pie(), type));
    }

    @Test
    void two() {
        assertMalformed(
                "RELA entry 0, R_X86_64_TPOFF64 (18) at 0x10000: program headers 3 and 4 are both PT_TLS"
                        + " (file offset 0x120)",
                () -> evaluate(withTls(0, 8, 8).header(PT_TLS, PF_R, 0, 0, 0, 8, 8), R_X86_64_TPOFF64));
    }

    @Test
    void theFirstTwoOfThreeAreNamed() {
        PieBuilder pie = withTls(0, 8, 8).header(6, PF_R, 0, 0, 0, 0, 0);
        pie.header(PT_TLS, PF_R, 0, 0, 0, 8, 8).header(PT_TLS, PF_R, 0, 0, 0, 8, 8);

        assertMalformed(
                "RELA entry 0, R_X86_64_DTPMOD64 (16) at 0x10000: program headers 3 and 5 are both PT_TLS"
                        + " (file offset 0x158)",
                () -> evaluate(pie, R_X86_64_DTPMOD64));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 6, 0x1001, TOP_BIT, TOP_BIT + 1, -1})
    void anAlignmentThatIsNoPowerOfTwoOrTooLarge(long alignment) {
        assertMalformed(
                "RELA entry 0, R_X86_64_TPOFF64 (18) at 0x10000: program header 3 (PT_TLS): p_align 0x"
                        + Long.toHexString(alignment)
                        + " is not a power of two that a block can be aligned to (file offset 0xe8)",
                () -> evaluate(withTls(0, 8, alignment), R_X86_64_TPOFF64));
    }

    @ParameterizedTest
    @CsvSource({"0x8, 0x10", "0x10, 0x20", "0xf, 0x10", "0x11, 0x10", "0x1, 0x2", "0x8000, 0x4000000000000000"})
    void anAddressThatIsNoMultipleOfTheAlignment(String virtualAddress, String alignment) {
        assertUnsupported(
                "RELA entry 0, R_X86_64_TPOFF64 (18) at 0x10000: program header 3 (PT_TLS): p_vaddr " + virtualAddress
                        + " is not a multiple of p_align " + alignment
                        + ", and loaders disagree on what that means (file offset 0xe8)",
                () -> evaluate(withTls(number(virtualAddress), 8, number(alignment)), R_X86_64_TPOFF64));
    }

    @Test
    void aSizeThatCannotBeRoundedUp() {
        assertMalformed(
                "RELA entry 0, R_X86_64_TPOFF64 (18) at 0x10000: program header 3 (PT_TLS): p_memsz 0xfffffffffffffff1"
                        + " passes the end of the address space (file offset 0xe8)",
                () -> evaluate(withTls(0, -0xf, 0x10), R_X86_64_TPOFF64));
        assertMalformed(
                "RELA entry 0, R_X86_64_DTPOFF64 (17) at 0x10000: program header 3 (PT_TLS): p_memsz 0xffffffffffffffff"
                        + " passes the end of the address space (file offset 0xe8)",
                () -> evaluate(withTls(0, -1, 2), R_X86_64_DTPOFF64));
    }

    /** It is read once, and what was found holds for every entry. */
    @Test
    void isTheSameEachTimeItIsAskedFor() {
        try (Program program = withTls(0, 0x11, 8).open()) {
            TlsBlock tls = new TlsBlock(program);

            assertThat(tls.size()).isEqualTo(0x18);
            assertThat(tls.size()).isEqualTo(0x18);
        }
        try (Program program = pie().open()) {
            TlsBlock tls = new TlsBlock(program);

            assertMalformed("a thread-local relocation without PT_TLS", tls::size);
            assertMalformed("a thread-local relocation without PT_TLS", tls::size);
        }
    }
}
