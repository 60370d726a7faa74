package io.github.reloc.executable;

import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.SegmentField.P_PADDR;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Executable;
import io.github.reloc.PieBuilder;
import io.github.reloc.SectionedPie;
import io.github.reloc.elf.Elf;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.TableRule;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Program header i stands at 0x40 + 56 * i; in it p_vaddr at 16 and p_paddr at 24. */
final class MovedHeadersTest {
    private static final long BASE = 0x7f0000;
    private static final int R_X86_64_RELATIVE = 8;
    private static final int R_X86_64_IRELATIVE = 37;

    private static long vaddr(Executable executable, int header) {
        return executable.word64(Elf.EHDR_SIZE + (long) header * Elf.PHDR_SIZE + 16);
    }

    private static long paddr(Executable executable, int header) {
        return executable.word64(Elf.EHDR_SIZE + (long) header * Elf.PHDR_SIZE + 24);
    }

    private static Executable with(PieBuilder pie, PhysicalAddresses physical) {
        return Executable.of(
                pie.build(), new ImageRequest(BASE, Format.EXECUTABLE, TableRule.KEEP, false, physical, Map.of()));
    }

    @Test
    void theElfHeaderIsThatOfAnExecutable() {
        Executable executable = Executable.at(BASE, pie().entry(0x180));

        assertThat(executable.word16(16)).isEqualTo(2);
        assertThat(executable.word64(24)).isEqualTo(0x7f0180);
    }

    @Test
    void anEntryOfZeroIsNone() {
        assertThat(Executable.at(BASE, pie()).word64(24)).isZero();
    }

    /** e_type; p_vaddr and p_paddr of three headers, the bytes of 0x7f: nothing else of a program without tables. */
    @Test
    void nothingElseChanges() {
        assertThat(Executable.at(BASE, pie()).changes())
                .containsExactly("0x10+1", "0x52+1", "0x5a+1", "0x8a+1", "0x92+1", "0xc2+1", "0xca+1");
    }

    @Test
    void aProgramThatDoesNotBeginAtZeroMovesByTheDistance() {
        Executable executable = Executable.at(BASE, pie().linkedAt(0x400000).entry(0x400180));

        assertThat(executable.word64(24)).isEqualTo(0x7f0180);
        assertThat(vaddr(executable, 0)).isEqualTo(0x7f0000);
        assertThat(vaddr(executable, 1)).isEqualTo(0x800000);
        assertThat(paddr(executable, 1)).isEqualTo(0x800000);
    }

    /** Enarx's, and GNU ld's empty PT_LOAD; the stack is no part of the program. */
    @Test
    void headersOfAllTypesMoveButTheStack() {
        Executable executable = Executable.at(
                BASE,
                pie().header(0x63400000, PF_R | 0x300000, 0x200, 0x200, 0x10, 0x10, 8)
                        .header(Elf.PT_GNU_STACK, PF_R, 0, 0, 0, 0, 16)
                        .header(Elf.PT_LOAD, PF_R, 0, 0, 0, 0, 0x1000)
                        .header(Elf.PT_NOTE, PF_R, 0x2000, 0, 0x10, 0, 4)
                        .header(Elf.PT_NULL, 0, 0, 0x1234, 0, 0x10, 0));

        assertThat(vaddr(executable, 3)).isEqualTo(0x7f0200);
        assertThat(executable.word64(0x40 + 3 * 56)).isEqualTo(0x300004_63400000L);
        assertThat(vaddr(executable, 4)).isZero();
        assertThat(vaddr(executable, 5)).isEqualTo(0x7f0000);
        assertThat(vaddr(executable, 6)).as("in no memory").isZero();
        assertThat(vaddr(executable, 7)).as("unused").isEqualTo(0x1234);
    }

    @Test
    void physicalAddressesCanBeginElsewhere() {
        Executable executable = with(pie().linkedAt(0x400000), PhysicalAddresses.from(0x100000));

        assertThat(vaddr(executable, 1)).isEqualTo(0x800000);
        assertThat(paddr(executable, 0)).isEqualTo(0x100000);
        assertThat(paddr(executable, 1)).isEqualTo(0x110000);
        assertThat(paddr(executable, 2)).isEqualTo(0x100200);
    }

    @Test
    void physicalAddressesCanStay() {
        Executable executable = with(pie().set(1, P_PADDR, 0x9000), PhysicalAddresses.AS_LINKED);

        assertThat(paddr(executable, 0)).isZero();
        assertThat(paddr(executable, 1)).isEqualTo(0x9000);
        assertThat(vaddr(executable, 1)).isEqualTo(0x800000);
    }

    @Test
    void ofPhysicalAddressesThatAreOthersMustBeSaidWhatTheyBecome() {
        assertUnsupported(
                "program header 1 (PT_LOAD): p_paddr 0x9000 is not p_vaddr 0x10000, and does not say how it moves (file offset 0x78)",
                () -> with(pie().set(1, P_PADDR, 0x9000), PhysicalAddresses.DEFAULT));
        // Of what is not loaded they say nothing.
        assertThat(paddr(with(pie().set(2, P_PADDR, 0x9000), PhysicalAddresses.DEFAULT), 2))
                .isEqualTo(0x9000);
    }

    @Test
    void physicalAddressesEndAtTheTop() {
        assertThat(paddr(with(pie(), PhysicalAddresses.from(-0x12000)), 1)).isEqualTo(-0x2000);
        assertUnsupported(
                "physical address 0xfffffffffffef000 and image size 0x12000 pass the end of the address space",
                () -> with(pie(), PhysicalAddresses.from(-0x11000)));
    }

    @Test
    void sectionsThatAreAllocatedMove() {
        byte[] program = new SectionedPie(pie())
                .section(".data", 1, 3, DATA, 0x1000, 0x1000, 0)
                .section(".comment", 1, 0, 0, 0x1000, 0x10, 0)
                .section(".bss", 8, 3, 0x11000, 0x2000, 0x1000, 0)
                .build();
        Executable executable = Executable.at(BASE, program, TableRule.SAFE);

        assertThat(executable.word64(SectionedPie.header(program, 0) + 16L)).isZero();
        assertThat(executable.word64(SectionedPie.header(program, 1) + 16L)).isEqualTo(0x800000);
        assertThat(executable.word64(SectionedPie.header(program, 2) + 16L)).isZero();
        assertThat(executable.word64(SectionedPie.header(program, 3) + 16L)).isEqualTo(0x801000);
    }

    /** Three entries, of which one is left; they are the sections .rela.dyn, of two, and .rela.plt. */
    @Test
    void sectionsOfTablesBecomeAsShortAsThese() {
        PieBuilder pie = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x10)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x10)
                .rela(DATA + 16, R_X86_64_IRELATIVE, 0, 0x180);
        byte[] program = new SectionedPie(pie)
                .section(".rela.dyn", Elf.SHT_RELA, 2, 0x400, 0x400, 48, 24)
                .section(".rela.plt", Elf.SHT_RELA, 2, 0x430, 0x430, 24, 24)
                .section(".other", 1, 2, 0x400, 0x400, 48, 0)
                .build();
        int first = SectionedPie.header(program, 1);

        Executable safe = Executable.at(BASE, program, TableRule.SAFE);
        assertThat(safe.word64(first + 32L)).isEqualTo(24);
        assertThat(safe.word64(first + 64 + 32L)).isZero();
        assertThat(safe.word64(first + 128 + 32L)).isEqualTo(48);
        Executable kept = Executable.at(BASE, program, TableRule.KEEP);
        assertThat(kept.word64(first + 32L)).isEqualTo(48);
        assertThat(kept.word64(first + 64 + 32L)).isEqualTo(24);
    }
}
