package io.github.reloc.relocation;

import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.RelocationType.Field;

/**
 * What an entry comes to.
 *
 * @param kind whether there is a word, and if not, why
 * @param field what the entry relocates
 * @param fieldSize its size in bytes; 0 where there is none
 * @param word the value of the field, before it is cut to the field's size; 0 where there is none
 * @param dependsOnBase whether the word would be another one at another base
 */
public record Outcome(Kind kind, Field field, long fieldSize, long word, boolean dependsOnBase) {
    private static final long MAX_WORD32 = 0xffff_ffffL;

    /** Whether there is a word. */
    public enum Kind {
        /** Nothing to do, whatever the place. */
        NOTHING,
        WORD,
        /** Known only at run time: it needs code of the program to run, or another object. */
        RUN_TIME,
        /** Known only to those who know a symbol that the file does not define. */
        UNDEFINED
    }

    /** Of a kind that has no word. */
    static Outcome without(Kind kind, Field field, long fieldSize) {
        return new Outcome(kind, field, fieldSize, 0, false);
    }

    public boolean isWord() {
        return kind == Kind.WORD;
    }

    /** Whether the field can hold the word. */
    public boolean fits() {
        return switch (field) {
            case WORD32 -> Unsigned.lessOrEqual(word, MAX_WORD32);
            case SIGNED_WORD32 -> word == (int) word;
            default -> true;
        };
    }
}
