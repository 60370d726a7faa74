package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Formulas.Outcome;
import io.github.reloc.relocation.RelocationTable.Kind;
import java.util.Map;

/**
 * What must hold of an entry, and what it comes to, for all who go through every entry of a file: the target is one that
 * may be changed, and the type has a formula. A failure says which entry it is about.
 */
public final class EntryResolver {
    private final Formulas formulas;
    private final RelocationTargets targets;

    /**
     * The rules for one file at a load base.
     *
     * @param given values for undefined symbols, by name
     */
    public EntryResolver(Program program, RelocationTables tables, ImageLayout layout, Map<String, Long> given) {
        formulas = new Formulas(program, layout, given);
        targets = new RelocationTargets(program, tables, layout);
    }

    /**
     * Checks the target of an entry.
     *
     * @return the size in bytes of the field that the entry relocates; 0 where there is none
     * @throws Failure if the field must not be changed
     */
    public int requireTarget(Kind table, long index, long place, int type) {
        int fieldSize = RelocationType.fieldSize(type);
        if (fieldSize != 0 && !targets.contains(place, fieldSize)) {
            throw targets.failure(describe(table, index, type), place, fieldSize);
        }
        return fieldSize;
    }

    /**
     * Computes an entry; {@link Formulas#value} then has the word, if it comes to one.
     *
     * @param addend from the entry, or from the word in place
     * @throws Failure as {@link Formulas#evaluate}
     */
    public Outcome resolve(Kind table, long index, long place, int type, int symbolIndex, long addend) {
        try {
            return formulas.evaluate(place, type, symbolIndex, addend);
        } catch (Failure e) {
            throw e.of(describe(table, index, type) + " at " + Unsigned.hex(place));
        }
    }

    /**
     * Opens the window of an image on what may be changed around a 64-bit word.
     *
     * @return whether the word is inside: it may be changed, and is aligned
     */
    boolean openWindow(Image image, long place) {
        return targets.contains(place, Long.BYTES) && image.openWindow(place, targets.start(), targets.size());
    }

    Formulas formulas() {
        return formulas;
    }

    private static String describe(Kind table, long index, int type) {
        return table + " entry " + index + ", " + RelocationType.describe(type);
    }
}
