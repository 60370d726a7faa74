package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MachineTest {
    /** The numbers of glibc's elf.h. */
    @ParameterizedTest
    @CsvSource({
        "2, SPARC", // EM_SPARC
        "3, the Intel 80386", // EM_386
        "4, the Motorola 68000", // EM_68K
        "8, MIPS", // EM_MIPS
        "15, PA-RISC", // EM_PARISC
        "20, PowerPC", // EM_PPC
        "21, 64-bit PowerPC", // EM_PPC64
        "22, IBM Z", // EM_S390
        "40, Arm", // EM_ARM
        "42, SuperH", // EM_SH
        "43, SPARC", // EM_SPARCV9
        "50, Itanium", // EM_IA_64
        "62, x86-64", // EM_X86_64
        "83, AVR", // EM_AVR
        "94, Xtensa", // EM_XTENSA
        "105, the MSP430", // EM_MSP430
        "164, Hexagon", // EM_QDSP6
        "183, AArch64", // EM_AARCH64
        "189, MicroBlaze", // EM_MICROBLAZE
        "190, CUDA", // EM_CUDA
        "224, AMD GPUs", // EM_AMDGPU
        "243, RISC-V", // EM_RISCV
        "247, BPF", // EM_BPF
        "252, C-SKY", // EM_CSKY
        "258, LoongArch", // EM_LOONGARCH
        "36902, Alpha", // EM_ALPHA, 0x9026
        "0, another machine than x86-64",
        "65535, another machine than x86-64",
    })
    void name(int machine, String name) {
        assertThat(Machine.name(machine)).isEqualTo(name);
    }
}
