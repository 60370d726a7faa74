package io.github.reloc.table;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Unsigned;

/**
 * Decodes Android's packed tables of {@code Elf64_Rel} and {@code Elf64_Rela}.
 *
 * <p>Layout: {@code 'A' 'P' 'S' '2'}, then numbers as SLEB128: how many entries there are; where the first r_offset
 * counts from; then groups of entries. A group is its number of entries; its flags; the r_offset delta of its entries, if
 * they share one (flag 2); their r_info, if they share one (flag 1); an addend delta for all, if flags 4 and 8 are set. An
 * entry of it is its r_offset delta, its r_info and its addend delta, each only where the group does not share it; the
 * addend only with flag 8, without which it becomes 0 again. Deltas add to the value of the entry before. Source: bionic,
 * {@code linker_reloc_iterators.h}; LLVM, {@code decodeAndroidRels}.
 */
final class PackedDecoder {
    /** {@code 'A' 'P' 'S' '2'} as a little-endian word. */
    private static final int MAGIC = 0x32535041;

    private static final int GROUPED_BY_INFO = 1;
    private static final int GROUPED_BY_OFFSET_DELTA = 2;
    private static final int GROUPED_BY_ADDEND = 4;
    private static final int GROUP_HAS_ADDEND = 8;

    private static final int SLEB128_BITS_PER_BYTE = 7;

    private final InputFile input;
    private final long start;
    private final long end;
    private final boolean allowsAddends;
    private long position;

    private final RelocationBatch batch = new RelocationBatch(RelocationBatch.MAX_STRIDE);

    private long place;
    private long addend;

    /**
     * The decoder of one table.
     *
     * @param fileOffset of its first byte
     * @param size in bytes, all in the file
     * @param allowsAddends whether the entries are {@code Elf64_Rela}
     */
    PackedDecoder(InputFile input, long fileOffset, long size, boolean allowsAddends) {
        this.input = input;
        this.start = fileOffset;
        this.end = fileOffset + size;
        this.allowsAddends = allowsAddends;
        this.position = fileOffset;
    }

    /**
     * Passes on every entry, in order.
     *
     * @param maxCount of entries: a group that shares everything takes no bytes for an entry, so the size of the table
     *     is no bound
     * @throws Failure if the table is malformed, after the entries before the fault
     */
    void decode(long maxCount, RelocationBatch.Consumer consumer) {
        long remaining = readCount(maxCount);
        place = next();
        try {
            while (remaining != 0) {
                long groupOffset = position;
                long count = next();
                if (count == 0 || Unsigned.less(remaining, count)) {
                    throw Failure.malformed(
                            "a packed group has " + Long.toUnsignedString(count) + " entries, where "
                                    + Long.toUnsignedString(remaining) + " are left",
                            groupOffset);
                }
                decodeGroup(count, consumer);
                remaining -= count;
            }
        } finally {
            batch.passOn(consumer);
        }
    }

    /** The number of entries that the table states, or 0 where it is malformed. */
    long count(long maxCount) {
        try {
            return readCount(maxCount);
        } catch (Failure e) {
            return 0;
        }
    }

    private long readCount(long maxCount) {
        if (end - start < Integer.BYTES || input.word32(start) != MAGIC) {
            throw Failure.malformed("a packed table does not begin with APS2", start);
        }
        position = start + Integer.BYTES;
        long count = next();
        if (Unsigned.less(maxCount, count)) {
            throw Failure.malformed(
                    "a packed table states " + Long.toUnsignedString(count)
                            + " entries, more than there are words in the file",
                    start);
        }
        return count;
    }

    private void decodeGroup(long count, RelocationBatch.Consumer consumer) {
        long flagsOffset = position;
        long flags = next();
        boolean sharesDelta = (flags & GROUPED_BY_OFFSET_DELTA) != 0;
        boolean sharesInfo = (flags & GROUPED_BY_INFO) != 0;
        boolean sharesAddend = (flags & GROUPED_BY_ADDEND) != 0;
        boolean hasAddend = (flags & GROUP_HAS_ADDEND) != 0;
        if (hasAddend && !allowsAddends) {
            throw Failure.malformed("a packed REL table has a group with addends", flagsOffset);
        }
        long delta = sharesDelta ? next() : 0;
        long info = sharesInfo ? next() : 0;
        if (!hasAddend) {
            addend = 0;
        } else if (sharesAddend) {
            addend += next();
        }
        for (long i = 0; i != count; i++) {
            place += sharesDelta ? delta : next();
            if (!sharesInfo) {
                info = next();
            }
            if (hasAddend && !sharesAddend) {
                addend += next();
            }
            add(info, consumer);
        }
    }

    private void add(long info, RelocationBatch.Consumer consumer) {
        if (batch.pending() == RelocationBatch.CAPACITY) {
            batch.passOn(consumer);
        }
        int entry = batch.pending() * RelocationBatch.MAX_STRIDE;
        batch.words()[entry] = place;
        batch.words()[entry + 1] = info;
        batch.words()[entry + 2] = addend;
        batch.setPending(batch.pending() + 1);
    }

    /** The next number: 7 bits a byte, lowest first, the last byte without its top bit; sign-extended. */
    private long next() {
        long first = position;
        long number = 0;
        int shift = 0;
        int next;
        do {
            if (position == end || shift >= Long.SIZE) {
                throw Failure.malformed(
                        position == end
                                ? "a packed table ends inside a number"
                                : "a number of a packed table has more than 64 bits",
                        first);
            }
            next = input.byteAt(position++);
            number |= (long) (next & 0x7f) << shift;
            shift += SLEB128_BITS_PER_BYTE;
        } while ((next & 0x80) != 0);
        boolean isNegative = (next & 0x40) != 0;
        return isNegative && shift < Long.SIZE ? number | (-1L << shift) : number;
    }
}
