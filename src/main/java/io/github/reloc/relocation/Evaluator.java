package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Memory;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Outcome.Kind;
import io.github.reloc.relocation.RelocationType.Field;
import io.github.reloc.relocation.RelocationType.Formula;
import io.github.reloc.relocation.RelocationType.Needs;
import io.github.reloc.relocation.SymbolValues.Value;
import io.github.reloc.relocation.Targets.Range;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTables;
import java.util.Map;

/**
 * What an entry comes to at a load base, for all who ask: the field is one that may be changed, and the formula of the
 * type gives its value. Nothing is written here.
 */
public final class Evaluator {
    /** The image is the only module that there is before run time. */
    private static final long TLS_MODULE = 1;

    private final ImageLayout layout;
    private final Memory memory;
    private final Targets targets;
    private final SymbolValues symbols;
    private final TlsBlock tls;

    /**
     * The evaluator of one program at a load base.
     *
     * @param symbolValues values for symbols that the file does not define, by name
     * @param memory where addends in place are read
     * @throws Failure if the symbol table is malformed
     */
    public Evaluator(
            Program program,
            RelocationTables tables,
            ImageLayout layout,
            Map<String, Long> symbolValues,
            Memory memory) {
        this.layout = layout;
        this.memory = memory;
        targets = new Targets(program, tables, layout);
        symbols = new SymbolValues(program, layout.bias(), symbolValues);
        tls = new TlsBlock(program);
    }

    /**
     * Evaluates an entry.
     *
     * @throws Failure if its field must not be changed, the type is not one for a loader, the symbol or the TLS segment is
     *     malformed, loaders disagree about it, or the value does not fit the field
     */
    public Outcome evaluate(Entry entry) {
        Outcome outcome = evaluateUnbounded(entry);
        if (!outcome.fits()) {
            throw about(
                    entry,
                    Failure.unsupported("the value " + Unsigned.hex(outcome.word()) + " does not fit "
                            + (outcome.field() == Field.WORD32 ? "an unsigned" : "a signed") + " 32-bit field"));
        }
        return outcome;
    }

    /** The same for those to whom other bases matter as well: the value need not fit the field at this one. */
    public Outcome evaluateUnbounded(Entry entry) {
        try {
            RelocationType type = RelocationType.of(entry.type());
            if (type == null || type.formula() == Formula.LINK_TIME) {
                throw Failure.unsupported("a loader does not know this type");
            }
            long fieldSize = type.field() == Field.SYMBOL
                    ? symbols.size(entry.symbolIndex())
                    : type.field().size();
            Range range = fieldSize == 0 ? new Range(0, 0) : targets.around(entry.place(), fieldSize);
            return evaluate(entry, type, fieldSize, range);
        } catch (Failure e) {
            throw about(entry, e);
        }
    }

    /** The psABI's formulas, each once. */
    private Outcome evaluate(Entry entry, RelocationType type, long fieldSize, Range range) {
        Formula formula = type.formula();
        if (formula == Formula.NOTHING) {
            return Outcome.without(Kind.NOTHING, type.field(), fieldSize);
        }
        if (formula == Formula.RUN_TIME) {
            return Outcome.without(Kind.RUN_TIME, type.field(), fieldSize);
        }
        Value symbol = symbols.find(formula.needs(), entry.symbolIndex());
        if (symbol == null) {
            Kind kind = symbols.isDefined(entry.symbolIndex()) ? Kind.RUN_TIME : Kind.UNDEFINED;
            return Outcome.without(kind, type.field(), fieldSize);
        }

        requireInImage(entry, fieldSize, range);
        long a = entry.addend(memory, (int) fieldSize);
        long b = layout.bias();
        long p = layout.toLoadAddress(entry.place());
        long s = symbol.value();
        long tlsSize = formula.needs() == Needs.TLS_OFFSET ? tls.size() : 0;
        long word = switch (formula) {
            case B_PLUS_A -> b + a;
            case S -> s;
            case S_PLUS_A, Z_PLUS_A, TLS_OFFSET_PLUS_A -> s + a;
            case S_PLUS_A_MINUS_P -> s + a - p;
            case TLS_OFFSET_PLUS_A_MINUS_TLS_SIZE -> s + a - tlsSize;
            case MODULE -> TLS_MODULE;
            case NOTHING, RUN_TIME, LINK_TIME -> throw new IllegalStateException(formula.name());
        };
        // B moves with the base, and so do P and, unless it is absolute, S.
        boolean dependsOnBase = formula == Formula.B_PLUS_A || symbol.moves() != (formula == Formula.S_PLUS_A_MINUS_P);
        return new Outcome(Kind.WORD, type.field(), fieldSize, word, dependsOnBase);
    }

    private static void requireInImage(Entry entry, long fieldSize, Range range) {
        if (!range.contains(entry.place(), fieldSize)) {
            throw Failure.unsupported("its place lies in .bss, of which the image has no bytes");
        }
    }

    /** A failure that says which entry it is about. */
    static Failure about(Entry entry, Failure failure) {
        return failure.of(entry + ", " + RelocationType.describe(entry.type()) + " at " + Unsigned.hex(entry.place()))
                .at(entry.fileOffset());
    }

    /**
     * The range around a 64-bit field of which all may be changed.
     *
     * @throws Failure if the field must not be changed
     */
    Range rangeAround(Entry entry) {
        try {
            Range range = targets.around(entry.place(), Long.BYTES);
            requireInImage(entry, Long.BYTES, range);
            return range;
        } catch (Failure e) {
            throw about(entry, e);
        }
    }

    SymbolValues symbols() {
        return symbols;
    }
}
