package io.github.reloc.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How many symbols {@code DT_SYMTAB} has, which nothing says outright: a loader learns it from a hash table.
 *
 * <p>Layout of {@code DT_HASH}: nbucket: 4 bytes @ 0; nchain: 4 @ 4; nchain is the number of symbols. Source: gABI,
 * "Hash Table".
 *
 * <p>Layout of {@code DT_GNU_HASH}: nbuckets: 4 bytes @ 0; symoffset: 4 @ 4; bloom_size: 4 @ 8; bloom_shift: 4 @ 12;
 * then bloom_size words of 8 bytes, nbuckets of 4, and a chain word of 4 for each symbol from symoffset on, whose lowest
 * bit ends a chain. A bucket holds the index of its first symbol, or 0. So the last symbol is the end of the chain that
 * starts highest. Source: binutils and glibc; the gABI has no word of it.
 */
final class SymbolCount {
    private static final int HASH_HEADER_SIZE = 8;
    private static final int NCHAIN_OFFSET = 4;

    private static final int GNU_HASH_HEADER_SIZE = 16;
    private static final int SYMOFFSET_OFFSET = 4;
    private static final int BLOOM_SIZE_OFFSET = 8;

    private static final int CHUNK_SIZE = 16 * 1024;

    private SymbolCount() {}

    /**
     * The number of symbols, or -1 where no hash table says: a GNU hash that exports nothing leaves the count of the
     * undefined ones before it open.
     *
     * @throws Failure if the hash table does not lie in the file-backed part of one segment
     */
    static long of(DynamicTable dynamic, LinkedMemory memory) {
        if (dynamic.has(Elf.DT_HASH)) {
            return fromHash(dynamic, memory);
        }
        return dynamic.has(Elf.DT_GNU_HASH) ? fromGnuHash(dynamic, memory) : -1;
    }

    private static long fromHash(DynamicTable dynamic, LinkedMemory memory) {
        long table = dynamic.value(Elf.DT_HASH, 0);
        require(table, HASH_HEADER_SIZE, Elf.DT_HASH, dynamic, memory);
        return Integer.toUnsignedLong(memory.word32(table + NCHAIN_OFFSET));
    }

    private static long fromGnuHash(DynamicTable dynamic, LinkedMemory memory) {
        long table = dynamic.value(Elf.DT_GNU_HASH, 0);
        require(table, GNU_HASH_HEADER_SIZE, Elf.DT_GNU_HASH, dynamic, memory);
        long bucketCount = Integer.toUnsignedLong(memory.word32(table));
        long firstSymbol = Integer.toUnsignedLong(memory.word32(table + SYMOFFSET_OFFSET));
        long bloomSize = Integer.toUnsignedLong(memory.word32(table + BLOOM_SIZE_OFFSET)) * Long.BYTES;

        // The counts have 32 bits each, so these sums stay far below 2^63; the check is that the memory is there.
        long bucketsOffset = GNU_HASH_HEADER_SIZE + bloomSize;
        long chainsOffset = bucketsOffset + bucketCount * Integer.BYTES;
        require(table, chainsOffset, Elf.DT_GNU_HASH, dynamic, memory);
        long highest = highest(memory, table + bucketsOffset, bucketCount);
        if (highest == 0) {
            return -1;
        }
        if (highest < firstSymbol) {
            throw Failure.malformed(
                    "DT_GNU_HASH has a bucket that starts at symbol " + highest + ", before its first, " + firstSymbol,
                    dynamic.valueFileOffset(Elf.DT_GNU_HASH));
        }
        // Ends with the segment at the latest: each turn moves on by one word.
        for (long symbol = highest; ; symbol++) {
            long chainOffset = chainsOffset + (symbol - firstSymbol) * Integer.BYTES;
            require(table, chainOffset + Integer.BYTES, Elf.DT_GNU_HASH, dynamic, memory);
            if ((memory.word32(table + chainOffset) & 1) != 0) {
                return symbol + 1;
            }
        }
    }

    /** The largest of some words that come from the file, unsigned; 0 of none. A large library has 10^5 of them. */
    private static long highest(LinkedMemory memory, long virtualAddress, long wordCount) {
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        int[] words = new int[CHUNK_SIZE / Integer.BYTES];
        long highest = 0;
        long end = virtualAddress + wordCount * Integer.BYTES;
        for (long address = virtualAddress; address != end; address += bytes.limit()) {
            bytes.clear().limit((int) Math.min(CHUNK_SIZE, end - address));
            memory.readFromFile(address, bytes);
            int count = bytes.limit() / Integer.BYTES;
            bytes.flip().asIntBuffer().get(words, 0, count);
            for (int i = 0; i < count; i++) {
                highest = Math.max(highest, words[i] & 0xffff_ffffL);
            }
        }
        return highest;
    }

    private static void require(long table, long size, long tag, DynamicTable dynamic, LinkedMemory memory) {
        if (!memory.containsFromFile(table, size)) {
            throw Failure.malformed(
                    DynamicTag.name(tag) + " " + Unsigned.hex(table)
                            + ": the table does not lie in the file-backed part of one PT_LOAD",
                    dynamic.valueFileOffset(tag));
        }
    }
}
