package io.github.reloc.relocation;

/**
 * What becomes of the tables in the image, for the sake of a program that relocates itself when it starts.
 *
 * <p>RELR and REL entries add the bias to the word in place, and would add it again. RELA entries applied twice at one
 * base give the same words, but not in all start-up code: some adds to the word for RELA as well.
 */
public enum TableRule {
    /** Applied entries go from all tables: the program's own relocator finds nothing to do. */
    SAFE,

    /** Nothing changes: the bytes that memory holds after a loader relocated it. */
    KEEP,

    /** As safe, and the bytes that the entries leave become 0: no trace of them is in the image. */
    TRIM;

    /** Whether applied entries go from their tables. */
    boolean removesApplied() {
        return this != KEEP;
    }
}
