package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The formulas of the package comment: what each type of entry comes to.
 *
 * <p>An object that is asked for one entry after another and holds the last result, because there are millions.
 */
public final class Formulas {
    /** The image is the only module that there is before run time, and its number is 1. */
    private static final long TLS_MODULE = 1;

    private static final long MAX_WORD32 = 0xffff_ffffL;

    /** What an entry comes to. */
    public enum Outcome {
        /** Nothing to do, whatever the place. */
        NOTHING,
        /** A word, that {@link #value} has; its size is that of the type's field. */
        WORD,
        /** Known only at run time: it needs code of the program to run, or another object. */
        RUN_TIME,
        /** Known only to those who know a symbol that the file does not define. */
        UNDEFINED
    }

    private final Program program;
    private final ImageLayout layout;
    private final SymbolValues symbols;
    private @Nullable TlsBlock tls;
    private @Nullable Failure tlsFailure;
    private long value;
    private boolean dependsOnBase;

    /**
     * The formulas for a file at a load base.
     *
     * @param given values for undefined symbols, by name
     */
    public Formulas(Program program, ImageLayout layout, Map<String, Long> given) {
        this.program = program;
        this.layout = layout;
        this.symbols = new SymbolValues(program, layout.bias(), given);
    }

    /**
     * Computes one entry.
     *
     * @param place the virtual address of its field
     * @param addend from the entry, or from the word in place
     * @throws Failure if the type is unsupported, the symbol malformed, or the value too large for its field
     */
    public Outcome evaluate(long place, int type, int symbolIndex, long addend) {
        return switch (type) {
            case RelocationType.R_X86_64_NONE -> Outcome.NOTHING;
            case RelocationType.R_X86_64_RELATIVE, RelocationType.R_X86_64_RELATIVE64 ->
                word(layout.bias() + addend, true);
            case RelocationType.R_X86_64_64,
                    RelocationType.R_X86_64_GLOB_DAT,
                    RelocationType.R_X86_64_JUMP_SLOT,
                    RelocationType.R_X86_64_PC64,
                    RelocationType.R_X86_64_32,
                    RelocationType.R_X86_64_32S,
                    RelocationType.R_X86_64_PC32 ->
                symbols.findAddress(symbolIndex)
                        ? word(
                                symbolic(type, symbols.value(), addend, layout.toLoadAddress(place)),
                                symbols.isMoving() != isPlaceRelative(type))
                        : unknownAddress(symbolIndex);
            case RelocationType.R_X86_64_SIZE32, RelocationType.R_X86_64_SIZE64 ->
                symbols.findSize(symbolIndex) ? word(sized(type, symbols.value() + addend), false) : Outcome.UNDEFINED;
            case RelocationType.R_X86_64_DTPMOD64, RelocationType.R_X86_64_DTPOFF64, RelocationType.R_X86_64_TPOFF64 ->
                symbols.findThreadLocal(symbolIndex)
                        ? word(threadLocal(type, symbols.value() + addend), false)
                        : Outcome.UNDEFINED;
            case RelocationType.R_X86_64_COPY, RelocationType.R_X86_64_TLSDESC, RelocationType.R_X86_64_IRELATIVE ->
                Outcome.RUN_TIME;
            default -> throw Failure.unsupported("a loader does not know this type");
        };
    }

    /** An address that is not known is that of an undefined symbol, or one that an indirect function returns. */
    private Outcome unknownAddress(int symbolIndex) {
        return symbols.isUndefined(symbolIndex) ? Outcome.UNDEFINED : Outcome.RUN_TIME;
    }

    private Outcome word(long word, boolean isMoving) {
        value = word;
        dependsOnBase = isMoving;
        return Outcome.WORD;
    }

    /** Whether P, which moves with the program, is subtracted. */
    private static boolean isPlaceRelative(int type) {
        return type == RelocationType.R_X86_64_PC64 || type == RelocationType.R_X86_64_PC32;
    }

    private static long symbolic(int type, long s, long a, long p) {
        return switch (type) {
            case RelocationType.R_X86_64_64 -> s + a;
            case RelocationType.R_X86_64_PC64 -> s + a - p;
            case RelocationType.R_X86_64_32 -> unsigned32(s + a);
            case RelocationType.R_X86_64_32S -> signed32(s + a);
            case RelocationType.R_X86_64_PC32 -> signed32(s + a - p);
            // GLOB_DAT and JUMP_SLOT: the addend is ignored.
            default -> s;
        };
    }

    private static long sized(int type, long size) {
        return type == RelocationType.R_X86_64_SIZE32 ? unsigned32(size) : size;
    }

    private long threadLocal(int type, long offset) {
        long tlsSize = tls().size();
        return switch (type) {
            case RelocationType.R_X86_64_DTPMOD64 -> TLS_MODULE;
            case RelocationType.R_X86_64_TPOFF64 -> offset - tlsSize;
            default -> offset;
        };
    }

    /** Looked for once, whether or not it is sound: a file may have many program headers, and entries. */
    private TlsBlock tls() {
        if (tlsFailure != null) {
            throw tlsFailure;
        }
        if (tls == null) {
            try {
                tls = TlsBlock.of(program);
            } catch (Failure e) {
                tlsFailure = e;
                throw e;
            }
        }
        return tls;
    }

    private static long unsigned32(long word) {
        if (Unsigned.less(MAX_WORD32, word)) {
            throw tooLarge(word, "an unsigned");
        }
        return word;
    }

    private static long signed32(long word) {
        if (word != (int) word) {
            throw tooLarge(word, "a signed");
        }
        return word;
    }

    private static Failure tooLarge(long word, String field) {
        return Failure.unsupported("the value " + Unsigned.hex(word) + " does not fit " + field + " 32-bit field");
    }

    /** The result of the last entry that came to a word. */
    public long value() {
        return value;
    }

    /** Whether that result would be another one at another base. */
    public boolean dependsOnBase() {
        return dependsOnBase;
    }

    SymbolValues symbols() {
        return symbols;
    }
}
