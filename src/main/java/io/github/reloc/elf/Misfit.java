package io.github.reloc.elf;

import java.util.List;

/**
 * What a file is in the eyes of those who have it, where the format only says that something is wrong with it. It is
 * asked for nowhere else: these marks are the custom of other tools, and a program that has one may be sound.
 */
final class Misfit {
    /** {@code l_magic}, as a little-endian word: "UPX!". */
    private static final int UPX_MAGIC = 0x21585055;

    /** In {@code l_info}, which UPX puts behind the program headers. Source: UPX,
     * src/stub/src/include/linux.h. */
    private static final int L_MAGIC_OFFSET = 4;

    /** A section that the kernel's build gives each module, and nothing else. Source: Linux, scripts/mod/modpost.c. */
    private static final String MODULE_SECTION = ".gnu.linkonce.this_module";

    private static final int E_SHSTRNDX_OFFSET = 62;

    /** How other files begin that are taken for programs, in Latin-1, and what they are. */
    private static final String[][] BEGINNINGS = {
        {"#!", "a script"},
        {"MZ", "a Windows or UEFI program, or a Linux kernel"},
        {"!<arch>\n", "an archive of object files"},
        {"\u001f\u008b", "compressed by gzip"},
        {"\u00fd7zXZ", "compressed by xz"},
        {"(\u00b5/\u00fd", "compressed by zstd"},
    };

    private Misfit() {}

    /** What a file is that does not begin as ELF files do. */
    static Failure notElf(InputFile input) {
        if (input.size() == 0) {
            return Failure.notElf("the file is empty");
        }
        String rule = "it does not begin with 0x7f 'E' 'L' 'F'";
        for (String[] beginning : BEGINNINGS) {
            if (isAt(0, beginning[0], input)) {
                return Failure.notElf(beginning[1] + " (" + rule + ")");
            }
        }
        return Failure.notElf(rule);
    }

    /** A failure to read a program, or a better one. */
    static Failure explain(Failure failure, FileHeader header, InputFile input) {
        if (isDebugFile(input)) {
            return debugFile();
        }
        return isPacked(header, input) ? packed() : failure;
    }

    /**
     * Checks that a file has a program's own bytes, not those of it that a debugger needs, nor compressed ones.
     *
     * @throws Failure if it has not
     */
    static void requireNone(FileHeader header, InputFile input) {
        requireOwnBytes(input);
        if (isPacked(header, input)) {
            throw packed();
        }
    }

    private static Failure packed() {
        return Failure.unsupported("packed by UPX: unpack it first, with upx -d");
    }

    /**
     * Checks that a file with an odd dynamic section is no separate debug file, in which anything may stand in its place.
     *
     * @throws Failure if it is one
     */
    static void requireOwnBytes(InputFile input) {
        if (isDebugFile(input)) {
            throw debugFile();
        }
    }

    private static Failure debugFile() {
        return Failure.unsupported(
                "a separate debug file, which has no bytes of the program: give the program that it was made of");
    }

    /**
     * Whether the file has none of the memory that its sections describe, but for notes: so {@code objcopy
     * --only-keep-debug} and {@code eu-strip -f} leave them. Memory that is not writable and has no bytes is in no program.
     */
    private static boolean isDebugFile(InputFile input) {
        boolean hasLostBytes = false;
        for (Section section : SectionHeaders.read(input)) {
            if (section.isAllocated() && section.size() != 0 && section.type() != Elf.SHT_NOTE) {
                if (section.type() != Elf.SHT_NOBITS) {
                    return false;
                }
                hasLostBytes |= (section.flags() & Elf.SHF_WRITE) == 0;
            }
        }
        return hasLostBytes;
    }

    private static boolean isPacked(FileHeader header, InputFile input) {
        long end = header.programHeaderFileOffset() + (long) header.segments().size() * Elf.PHDR_SIZE;
        return Unsigned.contains(0, input.size(), end, L_MAGIC_OFFSET + Integer.BYTES)
                && input.word32(end + L_MAGIC_OFFSET) == UPX_MAGIC;
    }

    /** What a file of a type is that no linker has made a program of. */
    static Failure unlinked(int type, InputFile input) {
        return Failure.unsupported(
                switch (type) {
                    case Elf.ET_REL ->
                        isKernelModule(input)
                                ? "a kernel module (e_type is ET_REL), which the kernel links when it loads it"
                                : "an object file (e_type is ET_REL): link it first";
                    case Elf.ET_CORE -> "a core dump (e_type is ET_CORE)";
                    default -> "not a linked program (e_type is " + Unsigned.hex(type) + ")";
                });
    }

    private static boolean isKernelModule(InputFile input) {
        List<Section> sections = SectionHeaders.read(input);
        int namesIndex = input.word16(E_SHSTRNDX_OFFSET);
        if (namesIndex >= sections.size()) {
            return false;
        }
        long names = sections.get(namesIndex).fileOffset();
        for (Section section : sections) {
            // sh_name is the first field of the header.
            long nameOffset = Integer.toUnsignedLong(input.word32(section.headerFileOffset()));
            if (isAt(Unsigned.sum(names, nameOffset), MODULE_SECTION + '\0', input)) {
                return true;
            }
        }
        return false;
    }

    /** Whether bytes stand in the file; each char is one. */
    private static boolean isAt(long fileOffset, String bytes, InputFile input) {
        if (!Unsigned.contains(0, input.size(), fileOffset, bytes.length())) {
            return false;
        }
        for (int i = 0; i < bytes.length(); i++) {
            if (input.byteAt(fileOffset + i) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
