package io.github.reloc.relocation;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * The x86-64 relocation types, a row each: number, field and formula, in the order of the psABI's table.
 *
 * <p>A type without a formula is for the link editor, and never meets a loader. In an entry a type is a number, the lower
 * half of {@code r_info}, unsigned. Source: x86-64 psABI, "Relocation Types"; 39 and 40 are of the withdrawn MPX
 * extension, 43 to 51 came with APX, and 250 and 251 are GNU's.
 */
public enum RelocationType {
    R_X86_64_NONE(0, Field.NONE, Formula.NOTHING),
    R_X86_64_64(1, Field.WORD64, Formula.S_PLUS_A),
    R_X86_64_PC32(2, Field.SIGNED_WORD32, Formula.S_PLUS_A_MINUS_P),
    R_X86_64_GOT32(3),
    R_X86_64_PLT32(4),
    R_X86_64_COPY(5, Field.SYMBOL, Formula.RUN_TIME),
    R_X86_64_GLOB_DAT(6, Field.WORD64, Formula.S),
    R_X86_64_JUMP_SLOT(7, Field.WORD64, Formula.S),
    R_X86_64_RELATIVE(Elf.R_X86_64_RELATIVE, Field.WORD64, Formula.B_PLUS_A),
    R_X86_64_GOTPCREL(9),
    R_X86_64_32(10, Field.WORD32, Formula.S_PLUS_A),
    R_X86_64_32S(11, Field.SIGNED_WORD32, Formula.S_PLUS_A),
    R_X86_64_16(12),
    R_X86_64_PC16(13),
    R_X86_64_8(14),
    R_X86_64_PC8(15),
    R_X86_64_DTPMOD64(16, Field.WORD64, Formula.MODULE),
    R_X86_64_DTPOFF64(17, Field.WORD64, Formula.TLS_OFFSET_PLUS_A),
    R_X86_64_TPOFF64(18, Field.WORD64, Formula.TLS_OFFSET_PLUS_A_MINUS_TLS_SIZE),
    R_X86_64_TLSGD(19),
    R_X86_64_TLSLD(20),
    R_X86_64_DTPOFF32(21),
    R_X86_64_GOTTPOFF(22),
    R_X86_64_TPOFF32(23),
    R_X86_64_PC64(24, Field.WORD64, Formula.S_PLUS_A_MINUS_P),
    R_X86_64_GOTOFF64(25),
    R_X86_64_GOTPC32(26),
    R_X86_64_GOT64(27),
    R_X86_64_GOTPCREL64(28),
    R_X86_64_GOTPC64(29),
    R_X86_64_GOTPLT64(30),
    R_X86_64_PLTOFF64(31),
    R_X86_64_SIZE32(32, Field.WORD32, Formula.Z_PLUS_A),
    R_X86_64_SIZE64(33, Field.WORD64, Formula.Z_PLUS_A),
    R_X86_64_GOTPC32_TLSDESC(34),
    R_X86_64_TLSDESC_CALL(35),
    R_X86_64_TLSDESC(36, Field.DESCRIPTOR, Formula.RUN_TIME),
    R_X86_64_IRELATIVE(37, Field.WORD64, Formula.RUN_TIME),
    R_X86_64_RELATIVE64(38, Field.WORD64, Formula.B_PLUS_A),
    R_X86_64_PC32_BND(39),
    R_X86_64_PLT32_BND(40),
    R_X86_64_GOTPCRELX(41),
    R_X86_64_REX_GOTPCRELX(42),
    R_X86_64_CODE_4_GOTPCRELX(43),
    R_X86_64_CODE_4_GOTTPOFF(44),
    R_X86_64_CODE_4_GOTPC32_TLSDESC(45),
    R_X86_64_CODE_5_GOTPCRELX(46),
    R_X86_64_CODE_5_GOTTPOFF(47),
    R_X86_64_CODE_5_GOTPC32_TLSDESC(48),
    R_X86_64_CODE_6_GOTPCRELX(49),
    R_X86_64_CODE_6_GOTTPOFF(50),
    R_X86_64_CODE_6_GOTPC32_TLSDESC(51),
    R_X86_64_GNU_VTINHERIT(250),
    R_X86_64_GNU_VTENTRY(251);

    /** What a type relocates. */
    public enum Field {
        NONE(0),
        WORD64(Long.BYTES),

        /** 32 bits that hold an unsigned value. */
        WORD32(Integer.BYTES),

        /** 32 bits that hold a signed value. */
        SIGNED_WORD32(Integer.BYTES),

        /** A TLS descriptor: the address of a function, and its argument. */
        DESCRIPTOR(2 * Long.BYTES),

        /** A copy of the symbol, of as many bytes as that has. */
        SYMBOL(0);

        private final int size;

        Field(int size) {
            this.size = size;
        }

        /** In bytes; 0 of {@link #SYMBOL}, where the symbol says it. */
        public int size() {
            return size;
        }

        /** Whether it is one word, and so can hold an addend in place. */
        public boolean isWord() {
            return size == Long.BYTES || size == Integer.BYTES;
        }
    }

    /** What is written, in the letters of the package comment. */
    public enum Formula {
        NOTHING(Needs.NOTHING),
        B_PLUS_A(Needs.NOTHING),
        S(Needs.ADDRESS),
        S_PLUS_A(Needs.ADDRESS),
        S_PLUS_A_MINUS_P(Needs.ADDRESS),
        Z_PLUS_A(Needs.SIZE),
        MODULE(Needs.TLS_OFFSET),
        TLS_OFFSET_PLUS_A(Needs.TLS_OFFSET),
        TLS_OFFSET_PLUS_A_MINUS_TLS_SIZE(Needs.TLS_OFFSET),

        /** Known only when code of the program has run, or another object is there. */
        RUN_TIME(Needs.NOTHING),

        /** None: the type is for the link editor. */
        LINK_TIME(Needs.NOTHING);

        private final Needs needs;

        Formula(Needs needs) {
            this.needs = needs;
        }

        public Needs needs() {
            return needs;
        }
    }

    /** What a formula needs of the symbol. */
    public enum Needs {
        NOTHING,
        ADDRESS,
        SIZE,
        TLS_OFFSET
    }

    /** What every name begins with. */
    public static final String PREFIX = "R_X86_64_";

    private static final RelocationType[] TYPES = values();

    private final int number;
    private final Field field;
    private final Formula formula;

    RelocationType(int number, Field field, Formula formula) {
        this.number = number;
        this.field = field;
        this.formula = formula;
    }

    /** A type for the link editor. */
    RelocationType(int number) {
        this(number, Field.NONE, Formula.LINK_TIME);
    }

    public int number() {
        return number;
    }

    public Field field() {
        return field;
    }

    public Formula formula() {
        return formula;
    }

    /** Whether an entry of this type means the symbol that it names; the others ignore what stands in that place. */
    public boolean usesSymbol() {
        return formula.needs != Needs.NOTHING || this == R_X86_64_COPY || this == R_X86_64_TLSDESC;
    }

    /** Whether the addend of an entry of this type is an address of the program, as linked. */
    public boolean isAddendAddress() {
        return formula == Formula.B_PLUS_A || this == R_X86_64_IRELATIVE;
    }

    /** The type of a number, or null where the psABI has none. */
    public static @Nullable RelocationType of(int number) {
        // Up to the first that is not, each stands at its number.
        if (number >= 0 && number < TYPES.length && TYPES[number].number == number) {
            return TYPES[number];
        }
        return switch (number) {
            case 250 -> R_X86_64_GNU_VTINHERIT;
            case 251 -> R_X86_64_GNU_VTENTRY;
            default -> null;
        };
    }

    /** The type of a name, with or without {@code R_X86_64_} and in any case, or null where the psABI has none. */
    public static @Nullable RelocationType named(String name) {
        for (RelocationType type : TYPES) {
            if (type.name().equalsIgnoreCase(name)
                    || type.name().substring(PREFIX.length()).equalsIgnoreCase(name)) {
                return type;
            }
        }
        return null;
    }

    /** The size in bytes of the word that the type of a number relocates; 0 where it relocates none. */
    public static int wordSize(int number) {
        RelocationType type = of(number);
        return type == null || !type.field.isWord() ? 0 : type.field.size;
    }

    /** The psABI's name of a number, or the number in hexadecimal, as in {@code 0x63}, where it has none. */
    public static String name(int number) {
        RelocationType type = of(number);
        return type == null ? Unsigned.hex(Integer.toUnsignedLong(number)) : type.name();
    }

    /** Name and number, as an error states a type: {@code R_X86_64_COPY (5)}, or {@code type 0x63}. */
    public static String describe(int number) {
        RelocationType type = of(number);
        return type == null ? "type " + name(number) : type.name() + " (" + number + ")";
    }
}
