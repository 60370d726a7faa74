package io.github.reloc.relocation;

import io.github.reloc.elf.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * The numbers and names of the x86-64 relocation types.
 *
 * <p>A type is the lower half of {@code r_info} and held as an int, unsigned. What the types mean that the engine
 * computes is in the package comment. Source: x86-64 psABI, "Relocation Types"; 39 and 40 are of the withdrawn MPX
 * extension, 43 to 51 came with APX, and 250 and 251 are GNU's.
 */
public final class RelocationType {
    public static final int R_X86_64_NONE = 0;
    public static final int R_X86_64_64 = 1;
    public static final int R_X86_64_PC32 = 2;
    public static final int R_X86_64_COPY = 5;
    public static final int R_X86_64_GLOB_DAT = 6;
    public static final int R_X86_64_JUMP_SLOT = 7;
    public static final int R_X86_64_RELATIVE = 8;
    public static final int R_X86_64_32 = 10;
    public static final int R_X86_64_32S = 11;
    public static final int R_X86_64_DTPMOD64 = 16;
    public static final int R_X86_64_DTPOFF64 = 17;
    public static final int R_X86_64_TPOFF64 = 18;
    public static final int R_X86_64_PC64 = 24;
    public static final int R_X86_64_SIZE32 = 32;
    public static final int R_X86_64_SIZE64 = 33;
    public static final int R_X86_64_TLSDESC = 36;
    public static final int R_X86_64_IRELATIVE = 37;
    public static final int R_X86_64_RELATIVE64 = 38;

    private static final int R_X86_64_GNU_VTINHERIT = 250;
    private static final int R_X86_64_GNU_VTENTRY = 251;

    /** What every name begins with. */
    private static final String PREFIX = "R_X86_64_";

    /** Each name stands at its number. */
    private static final String[] NAMES = {
        "R_X86_64_NONE",
        "R_X86_64_64",
        "R_X86_64_PC32",
        "R_X86_64_GOT32",
        "R_X86_64_PLT32",
        "R_X86_64_COPY",
        "R_X86_64_GLOB_DAT",
        "R_X86_64_JUMP_SLOT",
        "R_X86_64_RELATIVE",
        "R_X86_64_GOTPCREL",
        "R_X86_64_32",
        "R_X86_64_32S",
        "R_X86_64_16",
        "R_X86_64_PC16",
        "R_X86_64_8",
        "R_X86_64_PC8",
        "R_X86_64_DTPMOD64",
        "R_X86_64_DTPOFF64",
        "R_X86_64_TPOFF64",
        "R_X86_64_TLSGD",
        "R_X86_64_TLSLD",
        "R_X86_64_DTPOFF32",
        "R_X86_64_GOTTPOFF",
        "R_X86_64_TPOFF32",
        "R_X86_64_PC64",
        "R_X86_64_GOTOFF64",
        "R_X86_64_GOTPC32",
        "R_X86_64_GOT64",
        "R_X86_64_GOTPCREL64",
        "R_X86_64_GOTPC64",
        "R_X86_64_GOTPLT64",
        "R_X86_64_PLTOFF64",
        "R_X86_64_SIZE32",
        "R_X86_64_SIZE64",
        "R_X86_64_GOTPC32_TLSDESC",
        "R_X86_64_TLSDESC_CALL",
        "R_X86_64_TLSDESC",
        "R_X86_64_IRELATIVE",
        "R_X86_64_RELATIVE64",
        "R_X86_64_PC32_BND",
        "R_X86_64_PLT32_BND",
        "R_X86_64_GOTPCRELX",
        "R_X86_64_REX_GOTPCRELX",
        "R_X86_64_CODE_4_GOTPCRELX",
        "R_X86_64_CODE_4_GOTTPOFF",
        "R_X86_64_CODE_4_GOTPC32_TLSDESC",
        "R_X86_64_CODE_5_GOTPCRELX",
        "R_X86_64_CODE_5_GOTTPOFF",
        "R_X86_64_CODE_5_GOTPC32_TLSDESC",
        "R_X86_64_CODE_6_GOTPCRELX",
        "R_X86_64_CODE_6_GOTTPOFF",
        "R_X86_64_CODE_6_GOTPC32_TLSDESC"
    };

    private RelocationType() {}

    /**
     * The size in bytes of the word that a type relocates, 8 or 4; or 0 for those that relocate no single word, which are
     * R_X86_64_NONE, R_X86_64_COPY, R_X86_64_TLSDESC and the types that a loader never meets.
     */
    public static int fieldSize(int type) {
        return switch (type) {
            case R_X86_64_64,
                    R_X86_64_GLOB_DAT,
                    R_X86_64_JUMP_SLOT,
                    R_X86_64_RELATIVE,
                    R_X86_64_DTPMOD64,
                    R_X86_64_DTPOFF64,
                    R_X86_64_TPOFF64,
                    R_X86_64_PC64,
                    R_X86_64_SIZE64,
                    R_X86_64_IRELATIVE,
                    R_X86_64_RELATIVE64 -> Long.BYTES;
            case R_X86_64_PC32, R_X86_64_32, R_X86_64_32S, R_X86_64_SIZE32 -> Integer.BYTES;
            default -> 0;
        };
    }

    /** Whether the value of a type depends on a symbol; other types ignore what stands in that field. */
    public static boolean usesSymbol(int type) {
        return switch (type) {
            case R_X86_64_NONE, R_X86_64_RELATIVE, R_X86_64_RELATIVE64, R_X86_64_IRELATIVE -> false;
            default -> true;
        };
    }

    /** The psABI's name, or the number in hexadecimal, as in {@code 0x63}, for a type that has none. */
    public static String name(int type) {
        String name = knownName(type);
        return name == null ? Unsigned.hex(Integer.toUnsignedLong(type)) : name;
    }

    /** Name and number, as an error states a type: {@code R_X86_64_COPY (5)}, or {@code type 0x63}. */
    public static String describe(int type) {
        String name = knownName(type);
        return name == null ? "type " + name(type) : name + " (" + type + ")";
    }

    /**
     * The number of a name, with or without {@code R_X86_64_} and in any case, or -1 where the psABI has no such name.
     */
    public static int byName(String name) {
        for (int type = 0; type <= R_X86_64_GNU_VTENTRY; type++) {
            String known = knownName(type);
            if (known != null
                    && (known.equalsIgnoreCase(name)
                            || known.substring(PREFIX.length()).equalsIgnoreCase(name))) {
                return type;
            }
        }
        return -1;
    }

    private static @Nullable String knownName(int type) {
        if (type >= 0 && type < NAMES.length) {
            return NAMES[type];
        }
        return switch (type) {
            case R_X86_64_GNU_VTINHERIT -> "R_X86_64_GNU_VTINHERIT";
            case R_X86_64_GNU_VTENTRY -> "R_X86_64_GNU_VTENTRY";
            default -> null;
        };
    }
}
