package io.github.reloc.check;

import io.github.reloc.elf.Segment;
import io.github.reloc.table.RelocationTable;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The first place at which an image is not what it should be.
 *
 * @param imageOffset of the field, or of the byte where it is part of none
 * @param loadAddress the same, at run time; nothing where it is no part of memory
 * @param segment the one that it lies in, or null where it lies between segments
 * @param symbol the symbol that it belongs to, as shown, with the distance from it; null where none is known
 * @param relocation the relocation that the field is of, or null
 * @param dynamicTag the dynamic tag that the field is the value of, or null
 * @param header the field of a header or symbol of an executable that it is, in words, or null
 * @param size of the field in bytes: 8, 4, or 1 for a byte
 * @param expected the field's value, unsigned
 * @param found the value in its place, unsigned
 */
public record Difference(
        long imageOffset,
        OptionalLong loadAddress,
        @Nullable Segment segment,
        @Nullable String symbol,
        @Nullable Relocation relocation,
        @Nullable String dynamicTag,
        @Nullable String header,
        int size,
        long expected,
        long found) {

    /** A relocation entry, as an error message names it. */
    public record Relocation(RelocationTable.Kind table, long index, long place, int type) {}
}
