package io.github.reloc.cli;

import io.github.reloc.table.RelocationTable.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One entry as {@code dump} shows it: an object that is filled anew for each, because there can be millions.
 *
 * <p>Addresses are unsigned, addends signed.
 */
final class ListedEntry {
    Kind table = Kind.RELA;
    long index;
    long place;
    int type;

    /** Escaped, with its version, in UTF-8; null where the entry names none. */
    byte @Nullable [] symbol;

    /** Of a REL or RELR entry, the word in place; not known where no segment holds the place. */
    boolean hasAddend;

    long addend;

    /** With a load base: where the place is at run time. */
    boolean hasAddress;

    long address;

    /** With a load base: what apply would write there. */
    boolean hasValue;

    long value;
}
