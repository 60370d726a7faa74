package io.github.reloc.cli;

import io.github.reloc.elf.Unsigned;

/** The names of the types of program headers. Source: gABI, "Program Header"; glibc's {@code elf.h}. */
final class SegmentTypes {
    private SegmentTypes() {}

    /** The name as C spells it, or the number in hexadecimal where it has none. */
    static String name(int type) {
        return switch (type) {
            case 1 -> "PT_LOAD";
            case 2 -> "PT_DYNAMIC";
            case 3 -> "PT_INTERP";
            case 4 -> "PT_NOTE";
            case 5 -> "PT_SHLIB";
            case 6 -> "PT_PHDR";
            case 7 -> "PT_TLS";
            case 0x6474e550 -> "PT_GNU_EH_FRAME";
            case 0x6474e551 -> "PT_GNU_STACK";
            case 0x6474e552 -> "PT_GNU_RELRO";
            case 0x6474e553 -> "PT_GNU_PROPERTY";
            case 0x6474e554 -> "PT_GNU_SFRAME";
            default -> Unsigned.hex(Integer.toUnsignedLong(type));
        };
    }
}
