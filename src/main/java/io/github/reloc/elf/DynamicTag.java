package io.github.reloc.elf;

import org.jspecify.annotations.Nullable;

/**
 * The names of the dynamic tags.
 *
 * <p>What a tag means that the gABI leaves to operating systems, {@code EI_OSABI} says. In a Solaris file those of
 * {@link #isSolaris} are Solaris's; the names are for every other file.
 *
 * <p>A tag without a name here may be anything, even a kind of relocation table that is newer than this list, so an
 * image is not made from a file that has one. Source: gABI, "Dynamic Section"; glibc, LLVM, and of Solaris its
 * Linker and Libraries Guide and illumos's {@code sys/link.h} for the rest.
 */
public final class DynamicTag {
    private DynamicTag() {}

    /** The name as C spells it, or null for a tag that is not known. */
    public static @Nullable String name(long tag) {
        // A switch wants an int; every known tag is one, as an unsigned 32-bit number.
        return tag >>> Integer.SIZE == 0 ? name32((int) tag) : null;
    }

    /**
     * Whether a tag of a Solaris file is one that Solaris has defined: filters, capabilities, and tables of symbols that
     * debuggers read. None of them names relocations, though some have the numbers of Android's tables.
     */
    static boolean isSolaris(long tag) {
        // DT_SUNW_AUXILIARY to DT_SUNW_LDMACH have no gap; then DT_SUNW_CAPCHAINENT, DT_SUNW_CAPCHAINSZ, DT_SUNW_ASLR.
        return (tag >= 0x6000000dL && tag <= 0x6000001bL)
                || tag == 0x6000001dL
                || tag == 0x6000001fL
                || tag == 0x60000023L;
    }

    /**
     * Whether the value of a tag is a virtual address, so that it moves with the program.
     *
     * <p>DT_CONFIG, DT_DEPAUDIT and DT_AUDIT hold offsets in the string table, though their numbers are of the range for
     * addresses, 0x6ffffe00 to 0x6ffffeff. DT_DEBUG is for the loader to fill.
     */
    public static boolean isAddress(long tag) {
        String name = name(tag);
        if (name == null) {
            return false;
        }
        return switch (name) {
            case "DT_PLTGOT", "DT_HASH", "DT_STRTAB", "DT_SYMTAB", "DT_SYMTAB_SHNDX", "DT_GNU_HASH", "DT_VERSYM" ->
                true;
            case "DT_VERDEF", "DT_VERNEED", "DT_SYMINFO", "DT_GNU_LIBLIST", "DT_GNU_CONFLICT", "DT_MOVETAB" -> true;
            case "DT_RELA", "DT_REL", "DT_JMPREL", "DT_RELR", "DT_CREL" -> true;
            case "DT_ANDROID_REL", "DT_ANDROID_RELA", "DT_ANDROID_RELR" -> true;
            case "DT_INIT", "DT_FINI", "DT_INIT_ARRAY", "DT_FINI_ARRAY", "DT_PREINIT_ARRAY" -> true;
            case "DT_TLSDESC_PLT", "DT_TLSDESC_GOT", "DT_PLTPAD", "DT_X86_64_PLT" -> true;
            default -> false;
        };
    }

    private static @Nullable String name32(int tag) {
        return switch (tag) {
            case 0 -> "DT_NULL";
            case 1 -> "DT_NEEDED";
            case 2 -> "DT_PLTRELSZ";
            case 3 -> "DT_PLTGOT";
            case 4 -> "DT_HASH";
            case 5 -> "DT_STRTAB";
            case 6 -> "DT_SYMTAB";
            case 7 -> "DT_RELA";
            case 8 -> "DT_RELASZ";
            case 9 -> "DT_RELAENT";
            case 10 -> "DT_STRSZ";
            case 11 -> "DT_SYMENT";
            case 12 -> "DT_INIT";
            case 13 -> "DT_FINI";
            case 14 -> "DT_SONAME";
            case 15 -> "DT_RPATH";
            case 16 -> "DT_SYMBOLIC";
            case 17 -> "DT_REL";
            case 18 -> "DT_RELSZ";
            case 19 -> "DT_RELENT";
            case 20 -> "DT_PLTREL";
            case 21 -> "DT_DEBUG";
            case 22 -> "DT_TEXTREL";
            case 23 -> "DT_JMPREL";
            case 24 -> "DT_BIND_NOW";
            case 25 -> "DT_INIT_ARRAY";
            case 26 -> "DT_FINI_ARRAY";
            case 27 -> "DT_INIT_ARRAYSZ";
            case 28 -> "DT_FINI_ARRAYSZ";
            case 29 -> "DT_RUNPATH";
            case 30 -> "DT_FLAGS";
            case 32 -> "DT_PREINIT_ARRAY";
            case 33 -> "DT_PREINIT_ARRAYSZ";
            case 34 -> "DT_SYMTAB_SHNDX";
            case 35 -> "DT_RELRSZ";
            case 36 -> "DT_RELR";
            case 37 -> "DT_RELRENT";
            case 39 -> "DT_SYMTABSZ";
            case 0x40000026 -> "DT_CREL";
            case 0x6000000f -> "DT_ANDROID_REL";
            case 0x60000010 -> "DT_ANDROID_RELSZ";
            case 0x60000011 -> "DT_ANDROID_RELA";
            case 0x60000012 -> "DT_ANDROID_RELASZ";
            case 0x6fffe000 -> "DT_ANDROID_RELR";
            case 0x6fffe001 -> "DT_ANDROID_RELRSZ";
            case 0x6fffe003 -> "DT_ANDROID_RELRENT";
            case 0x6fffe005 -> "DT_ANDROID_RELRCOUNT";
            case 0x6ffffdf4 -> "DT_GNU_FLAGS_1";
            case 0x6ffffdf5 -> "DT_GNU_PRELINKED";
            case 0x6ffffdf6 -> "DT_GNU_CONFLICTSZ";
            case 0x6ffffdf7 -> "DT_GNU_LIBLISTSZ";
            case 0x6ffffdf8 -> "DT_CHECKSUM";
            case 0x6ffffdf9 -> "DT_PLTPADSZ";
            case 0x6ffffdfa -> "DT_MOVEENT";
            case 0x6ffffdfb -> "DT_MOVESZ";
            case 0x6ffffdfc -> "DT_FEATURE_1";
            case 0x6ffffdfd -> "DT_POSFLAG_1";
            case 0x6ffffdfe -> "DT_SYMINSZ";
            case 0x6ffffdff -> "DT_SYMINENT";
            case 0x6ffffef5 -> "DT_GNU_HASH";
            case 0x6ffffef6 -> "DT_TLSDESC_PLT";
            case 0x6ffffef7 -> "DT_TLSDESC_GOT";
            case 0x6ffffef8 -> "DT_GNU_CONFLICT";
            case 0x6ffffef9 -> "DT_GNU_LIBLIST";
            case 0x6ffffefa -> "DT_CONFIG";
            case 0x6ffffefb -> "DT_DEPAUDIT";
            case 0x6ffffefc -> "DT_AUDIT";
            case 0x6ffffefd -> "DT_PLTPAD";
            case 0x6ffffefe -> "DT_MOVETAB";
            case 0x6ffffeff -> "DT_SYMINFO";
            case 0x6ffffff0 -> "DT_VERSYM";
            case 0x6ffffff9 -> "DT_RELACOUNT";
            case 0x6ffffffa -> "DT_RELCOUNT";
            case 0x6ffffffb -> "DT_FLAGS_1";
            case 0x6ffffffc -> "DT_VERDEF";
            case 0x6ffffffd -> "DT_VERDEFNUM";
            case 0x6ffffffe -> "DT_VERNEED";
            case 0x6fffffff -> "DT_VERNEEDNUM";
            case 0x70000000 -> "DT_X86_64_PLT";
            case 0x70000001 -> "DT_X86_64_PLTSZ";
            case 0x70000003 -> "DT_X86_64_PLTENT";
            case 0x7ffffffd -> "DT_AUXILIARY";
            case 0x7ffffffe -> "DT_USED";
            case 0x7fffffff -> "DT_FILTER";
            default -> null;
        };
    }
}
