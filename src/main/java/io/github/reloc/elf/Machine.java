package io.github.reloc.elf;

/** The names of machines that programs are made for, by {@code e_machine}: those that people meet. Source: gABI, "ELF Header". */
final class Machine {
    private Machine() {}

    /** As in "a program for AArch64"; what has no name here is told from this one. */
    static String name(int machine) {
        return switch (machine) {
            case 2, 43 -> "SPARC";
            case 3 -> "the Intel 80386";
            case 4 -> "the Motorola 68000";
            case 8 -> "MIPS";
            case 15 -> "PA-RISC";
            case 20 -> "PowerPC";
            case 21 -> "64-bit PowerPC";
            case 22 -> "IBM Z";
            case 40 -> "Arm";
            case 42 -> "SuperH";
            case 50 -> "Itanium";
            case 62 -> "x86-64";
            case 83 -> "AVR";
            case 94 -> "Xtensa";
            case 105 -> "the MSP430";
            case 164 -> "Hexagon";
            case 183 -> "AArch64";
            case 189 -> "MicroBlaze";
            case 190 -> "CUDA";
            case 224 -> "AMD GPUs";
            case 243 -> "RISC-V";
            case 247 -> "BPF";
            case 252 -> "C-SKY";
            case 258 -> "LoongArch";
            case 0x9026 -> "Alpha";
            default -> "another machine than x86-64";
        };
    }
}
