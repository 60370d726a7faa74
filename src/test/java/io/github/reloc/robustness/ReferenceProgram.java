package io.github.reloc.robustness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link ReferenceRelocator} knows of a program: its memory, its dynamic entries, its symbols. Every check is a plain
 * {@link #require}; nothing is shared with the code under test.
 */
final class ReferenceProgram {
    /** What is said of an image that is larger than it may be. */
    static final String TOO_LARGE = "size of the image";

    private static final long PAGE_SIZE = 4096;
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;
    private static final long DT_FLAGS_1 = 0x6ffffffbL;
    private static final long DF_1_PIE = 0x0800_0000;

    /** A PT_LOAD that is not empty. */
    record Load(int flags, long offset, long address, long fileSize, long memorySize) {
        boolean hasInFile(long place, long size) {
            return contains(address, fileSize, place, size);
        }

        boolean hasInMemory(long place, long size) {
            return contains(address, memorySize, place, size);
        }
    }

    record Symbol(int name, int info, int section, long value, long size) {
        boolean isUndefined() {
            return section == 0;
        }

        boolean isWeak() {
            return info >> 4 == 2;
        }

        int type() {
            return info & 0xf;
        }
    }

    final List<Load> loads = new ArrayList<>();

    /** The memory from the first page to the last, as linked. */
    final ByteBuffer memory;

    /** Link-time address of its first byte. */
    final long start;

    /** Address of each dynamic entry, by tag. */
    private final Map<Long, Long> entries = new TreeMap<>();

    final long dynamicAddress;

    /** Up to and with DT_NULL. */
    final long dynamicSize;

    /** Address and size of what else an executable says of itself in memory: no entry may be for it. */
    final List<long[]> reserved = new ArrayList<>();

    /** Whether the file has to have the bytes of what is relocated, as in an executable. */
    boolean needsFileBytes;

    /** {@code p_vaddr}, {@code p_memsz} and {@code p_align} of each PT_TLS. */
    final List<long[]> tls = new ArrayList<>();

    ReferenceProgram(byte[] bytes, long largestImage) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        require(bytes.length >= 64, "header");
        require(file.getInt(0) == 0x464c457f, "magic");
        require(file.get(4) == 2 && file.get(5) == 1 && file.get(6) == 1, "class, data, version");
        require(file.getShort(18) == 62 && file.getInt(20) == 1, "machine, version");
        int fileType = file.getShort(16);
        require(fileType == ET_DYN || fileType == ET_EXEC, "type");
        long headers = file.getLong(32);
        int headerCount = Short.toUnsignedInt(file.getShort(56));
        require(headerCount != 0 && headerCount <= Short.MAX_VALUE, "e_phnum");
        require(file.getShort(54) == 56, "e_phentsize");
        require(contains(0, bytes.length, headers, headerCount * 56L), "program headers");

        long[] dynamic = null;
        List<long[]> contents = new ArrayList<>();
        long end = 0;
        for (int i = 0; i < headerCount; i++) {
            int header = (int) headers + i * 56;
            int type = file.getInt(header);
            long offset = file.getLong(header + 8);
            long address = file.getLong(header + 16);
            long fileSize = file.getLong(header + 32);
            long memorySize = file.getLong(header + 40);
            long align = file.getLong(header + 48);
            if (type == 1) {
                if (memorySize == 0 && fileSize == 0) {
                    continue;
                }
                require(isAlignment(align), "p_align");
                require(Long.compareUnsigned(fileSize, memorySize) <= 0, "p_filesz");
                // What takes nothing from the file has no place in it: p_offset may be anything.
                require(fileSize == 0 || contains(0, bytes.length, offset, fileSize), "segment in the file");
                require(Long.compareUnsigned(address, -memorySize) <= 0, "segment wraps");
                boolean isAligned = align == 0 || ((address ^ offset) & (align - 1)) == 0;
                require(fileSize == 0 || isAligned, "p_vaddr and p_offset");
                require(loads.isEmpty() || Long.compareUnsigned(address, end) >= 0, "order of segments");
                end = address + memorySize;
                require(Long.compareUnsigned(end, -PAGE_SIZE) <= 0 && end != 0, "segment in the last page");
                loads.add(new Load(file.getInt(header + 4), offset, address, fileSize, memorySize));
                if (fileSize != 0) {
                    // Else its offset means nothing, and may lie past the end.
                    contents.add(new long[] {offset, address, fileSize});
                }
            } else if (type == 2) {
                require(dynamic == null, "PT_DYNAMIC twice");
                dynamic = new long[] {address, fileSize, offset};
            } else if (type == 7) {
                tls.add(new long[] {address, memorySize, align});
            }
        }
        require(dynamic != null && !loads.isEmpty(), "PT_DYNAMIC, PT_LOAD");
        start = loads.get(0).address() & -PAGE_SIZE;
        long size = end - start + (-(end - start) & (PAGE_SIZE - 1));
        require(Long.compareUnsigned(size, largestImage) <= 0, TOO_LARGE);
        memory = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        for (long[] content : contents) {
            memory.put((int) (content[1] - start), bytes, (int) content[0], (int) content[2]);
        }

        dynamicAddress = dynamic[0];
        requireInFile(dynamicAddress, dynamic[1]);
        long dynamicOffset = dynamic[2];
        require(
                loads.stream()
                        .filter(load -> load.hasInFile(dynamicAddress, 1))
                        .allMatch(load -> load.offset() + (dynamicAddress - load.address()) == dynamicOffset),
                "p_offset of PT_DYNAMIC");
        boolean isSolaris = file.get(7) == 6;
        long entry = dynamicAddress;
        while (true) {
            require(contains(dynamicAddress, dynamic[1], entry, 16), "DT_NULL");
            long tag = word64(entry);
            if (tag == 0) {
                break;
            }
            if (!isSolaris || !isOfSolaris(tag)) {
                require(isDefined(tag), "d_tag that nobody has defined");
                Long known = entries.putIfAbsent(tag, entry);
                boolean isList = tag == 1 || tag == 0x7ffffffdL || tag == 0x7fffffffL;
                require(known == null || isList || word64(known + 8) == word64(entry + 8), "tag twice");
            }
            entry += 16;
        }
        dynamicSize = entry + 16 - dynamicAddress;
        require(fileType == ET_DYN || (value(DT_FLAGS_1) & DF_1_PIE) != 0, "an executable that is no PIE");
        require(dynamicSize > 16 || dynamic[1] < 32, "an image: no entries");
    }

    /** Solaris's own: DT_SUNW_AUXILIARY to DT_SUNW_LDMACH, CAPCHAINENT, CAPCHAINSZ, ASLR. */
    private static boolean isOfSolaris(long tag) {
        return (tag >= 0x6000000dL && tag <= 0x6000001bL)
                || tag == 0x6000001dL
                || tag == 0x6000001fL
                || tag == 0x60000023L;
    }

    /** By the gABI; by Android, prelink, GNU and Sun; for x86-64; and filters. */
    private static boolean isDefined(long tag) {
        return (tag >= 1 && tag <= 39 && tag != 31 && tag != 38)
                || (tag >= 0x6000000fL && tag <= 0x60000012L)
                || List.of(0x6fffe000L, 0x6fffe001L, 0x6fffe003L, 0x6fffe005L).contains(tag)
                || (tag >= 0x6ffffdf4L && tag <= 0x6ffffdffL)
                || (tag >= 0x6ffffef5L && tag <= 0x6ffffeffL)
                || tag == 0x6ffffff0L
                || (tag >= 0x6ffffff9L && tag <= 0x6fffffffL)
                || List.of(0x70000000L, 0x70000001L, 0x70000003L).contains(tag)
                || (tag >= 0x7ffffffdL && tag <= 0x7fffffffL);
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    static boolean isAlignment(long align) {
        return (align & (align - 1)) == 0;
    }

    /** Whether {@code [place, place + size)} is inside {@code [start, start + length)}, all unsigned. */
    static boolean contains(long start, long length, long place, long size) {
        return Long.compareUnsigned(place, start) >= 0
                && Long.compareUnsigned(place - start, length) <= 0
                && Long.compareUnsigned(size, length - (place - start)) <= 0;
    }

    /** Whether two ranges, neither of which wraps, have a byte in common. */
    static boolean overlap(long start, long length, long place, long size) {
        return length != 0 && size != 0 && (contains(start, length, place, 1) || contains(place, size, start, 1));
    }

    void requireInFile(long address, long size) {
        require(loads.stream().anyMatch(load -> load.hasInFile(address, size)), "bytes from the file");
    }

    int at(long address) {
        return (int) (address - start);
    }

    long word64(long address) {
        return memory.getLong(at(address));
    }

    int word32(long address) {
        return memory.getInt(at(address));
    }

    boolean has(long tag) {
        return entries.containsKey(tag);
    }

    /** Value of a tag, 0 if there is none. */
    long value(long tag) {
        return has(tag) ? word64(entries.get(tag) + 8) : 0;
    }

    /** Changes the value of a tag, wherever it stands. */
    void setValue(long tag, long value) {
        for (long entry = dynamicAddress; word64(entry) != 0; entry += 16) {
            if (word64(entry) == tag) {
                memory.putLong(at(entry + 8), value);
            }
        }
    }

    boolean hasTextRelocations() {
        return has(22) || (value(30) & 4) != 0;
    }

    /** Number of symbols; -1 if the file does not say. */
    long symbolCount() {
        if (has(4)) { // DT_HASH: nbucket, nchain
            long hash = value(4);
            requireInFile(hash, 8);
            return Integer.toUnsignedLong(word32(hash + 4));
        }
        if (has(0x6ffffef5)) { // DT_GNU_HASH: buckets, first symbol, words of the filter, shift
            long hash = value(0x6ffffef5L);
            requireInFile(hash, 16);
            long bucketCount = Integer.toUnsignedLong(word32(hash));
            long firstSymbol = Integer.toUnsignedLong(word32(hash + 4));
            long buckets = hash + 16 + 8 * Integer.toUnsignedLong(word32(hash + 8));
            requireInFile(buckets, 4 * bucketCount);
            long last = 0;
            for (long i = 0; i < bucketCount; i++) {
                last = Math.max(last, Integer.toUnsignedLong(word32(buckets + 4 * i)));
            }
            if (last == 0) {
                return -1;
            }
            require(last >= firstSymbol, "bucket before the first symbol");
            long chain = buckets + 4 * bucketCount;
            while (true) {
                requireInFile(chain + 4 * (last - firstSymbol), 4);
                if ((word32(chain + 4 * (last - firstSymbol)) & 1) != 0) {
                    return last + 1;
                }
                last++;
            }
        }
        return -1;
    }

    /** The symbol table, if there is one, has a sound size, and strings. */
    void requireSoundSymbols() {
        if (has(6)) {
            require(has(11) && value(11) == 24, "DT_SYMENT");
            requireInFile(value(6), symbolCount() < 0 ? 24 : 24 * symbolCount());
            require(has(5) && has(10), "DT_STRTAB, DT_STRSZ");
            requireInFile(value(5), value(10));
        }
    }

    Symbol symbol(long index) {
        long count = symbolCount();
        require(count < 0 || index < count, "symbol index");
        require(has(6), "DT_SYMTAB");
        long address = value(6) + 24 * index;
        require(Long.compareUnsigned(address, value(6)) >= 0, "symbol wraps");
        requireInFile(value(6), 24 * (index + 1));
        return new Symbol(
                word32(address),
                memory.get(at(address) + 4) & 0xff,
                memory.getShort(at(address) + 6) & 0xffff,
                word64(address + 8),
                word64(address + 16));
    }

    /** The name of a symbol, each byte a character. */
    String name(Symbol symbol) {
        long offset = Integer.toUnsignedLong(symbol.name());
        require(Long.compareUnsigned(offset, value(10)) < 0, "st_name");
        requireInFile(value(5), value(10));
        StringBuilder name = new StringBuilder();
        for (long i = offset; ; i++) {
            require(Long.compareUnsigned(i, value(10)) < 0, "end of a name");
            byte character = memory.get(at(value(5) + i));
            if (character == 0) {
                return name.toString();
            }
            name.append((char) (character & 0xff));
        }
    }
}
