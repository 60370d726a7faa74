package io.github.reloc.relocation;

import io.github.reloc.table.RelocationTable.Format;

/**
 * What becomes of the tables in the image, for the sake of a program that relocates itself when it starts.
 *
 * <p>RELA entries applied twice at one base give the same words. RELR and REL entries add the bias to the word in place,
 * and would add it again.
 */
public enum TableRule {
    /** Applied entries go from the tables that are not idempotent: the program's own relocator changes nothing. */
    SAFE,

    /** Nothing changes: the bytes that memory holds after a loader relocated it. */
    KEEP,

    /** Applied entries go from all tables, and the bytes they leave become 0: start-up has nothing to do. */
    TRIM;

    /** Whether applied entries go from a table of a format. */
    boolean removesFrom(Format format) {
        return this == TRIM || (this == SAFE && format.isAddendInPlace());
    }
}
