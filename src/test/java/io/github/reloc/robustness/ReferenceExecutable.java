package io.github.reloc.robustness;

import static io.github.reloc.robustness.ReferenceProgram.contains;
import static io.github.reloc.robustness.ReferenceProgram.overlap;
import static io.github.reloc.robustness.ReferenceProgram.require;

import io.github.reloc.robustness.ReferenceRelocator.Tables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * A second implementation of {@code apply --format elf}: the file with the memory of {@link ReferenceRelocator} in place
 * of its own, and every address in it moved. Written from the specification alone; it throws {@link RuntimeException} for
 * what it considers bad.
 */
public final class ReferenceExecutable {
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PT_NULL = 0;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_RELA = 4;
    private static final int SHT_REL = 9;
    private static final int SHT_RELR = 19;
    private static final int SHT_ANDROID_REL = 0x60000001;
    private static final int SHT_ANDROID_RELA = 0x60000002;
    private static final int SHT_ANDROID_RELR = 0x6fffff00;
    private static final int SHF_ALLOC = 2;
    private static final int STT_TLS = 6;
    private static final int R_X86_64_JUMP_SLOT = 7;
    private static final int SHN_LORESERVE = 0xff00;
    private static final int SHN_ABS = 0xfff1;
    private static final int SHN_XINDEX = 0xffff;

    private static final long DT_PLTRELSZ = 2;
    private static final long DT_PLTGOT = 3;
    private static final long DT_STRTAB = 5;
    private static final long DT_SYMTAB = 6;
    private static final long DT_STRSZ = 10;
    private static final long DT_PLTREL = 20;

    /** Tags of the size of each table, by the tag of its address; the others hold no table of whole entries. */
    private static final Map<Long, Long> RELR = Map.of(36L, 35L, 0x6fffe000L, 0x6fffe001L);

    private static final Map<Long, Long> PACKED = Map.of(0x6000000fL, 0x60000010L, 0x60000011L, 0x60000012L);

    private static final Map<Long, Long> SIZES = Map.of(
            7L,
            8L,
            17L,
            18L,
            23L,
            DT_PLTRELSZ,
            36L,
            35L,
            0x6fffe000L,
            0x6fffe001L,
            0x6000000fL,
            0x60000010L,
            0x60000011L,
            0x60000012L);

    /**
     * By the gABI: HASH, STRTAB, SYMTAB, RELA, INIT, FINI, REL, JMPREL, INIT_ARRAY, FINI_ARRAY, PREINIT_ARRAY,
     * SYMTAB_SHNDX, RELR; by Android: REL, RELA, RELR; by Sun and GNU: GNU_HASH, TLSDESC_PLT, TLSDESC_GOT, GNU_CONFLICT,
     * GNU_LIBLIST, PLTPAD, MOVETAB, SYMINFO, VERSYM, VERDEF, VERNEED; for x86-64: PLT.
     */
    private static final List<Long> ADDRESSES = List.of(
            DT_PLTGOT,
            4L,
            DT_STRTAB,
            DT_SYMTAB,
            7L,
            12L,
            13L,
            17L,
            23L,
            25L,
            26L,
            32L,
            34L,
            36L,
            0x6000000fL,
            0x60000011L,
            0x6fffe000L,
            0x6ffffef5L,
            0x6ffffef6L,
            0x6ffffef7L,
            0x6ffffef8L,
            0x6ffffef9L,
            0x6ffffefdL,
            0x6ffffefeL,
            0x6ffffeffL,
            0x6ffffff0L,
            0x6ffffffcL,
            0x6ffffffeL,
            0x70000000L);

    private final ByteBuffer file;
    private final ReferenceProgram linked;
    private final ByteBuffer memory;
    private final long bias;

    /** Of each table, by the tag of its size: what it comes to. */
    private final Map<Long, Long> leftSizes = new HashMap<>();

    /** Offset and size of what describes the file. */
    private final List<long[]> parts = new ArrayList<>();

    private long sectionCount;

    /** Where the header of .symtab is. */
    private int symtab;

    private ReferenceExecutable(byte[] bytes, ReferenceProgram linked, ByteBuffer memory, long bias) {
        this.file = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        this.linked = linked;
        this.memory = memory;
        this.bias = bias;
    }

    /**
     * The executable.
     *
     * @param tables as after {@code --tables}
     * @param keepsUnresolved leaves entries for run time
     * @param definitions values of undefined symbols
     * @param physical as after {@code --physical}, empty without
     */
    public static byte[] of(
            byte[] file,
            long base,
            String tables,
            boolean keepsUnresolved,
            Map<String, Long> definitions,
            String physical) {
        return of(
                file,
                base,
                Tables.valueOf(tables.toUpperCase(Locale.ROOT)),
                keepsUnresolved,
                definitions,
                physical,
                8 << 20);
    }

    static byte[] of(
            byte[] file,
            long base,
            Tables tables,
            boolean keepsUnresolved,
            Map<String, Long> definitions,
            String physical,
            long largestImage) {
        ReferenceProgram program = new ReferenceProgram(file, largestImage);
        ReferenceProgram linked = new ReferenceProgram(file, largestImage);
        ReferenceExecutable executable = new ReferenceExecutable(file, linked, program.memory, base - linked.start);
        executable.requireSoundHeaders();
        program.needsFileBytes = true;
        program.reserved.addAll(executable.headersInMemory());
        ReferenceRelocator.apply(program, base, tables, keepsUnresolved, definitions);
        executable.requireApart();
        SIZES.values().forEach(tag -> executable.leftSizes.put(tag, executable.value(tag)));
        executable.moveTables();
        executable.moveDynamicSymbols();
        executable.moveGot();
        executable.moveDynamic();
        executable.copyMemory();
        executable.moveSections();
        executable.moveHeaders(physical);
        return executable.file.array();
    }

    /** Headers that mean one thing each, and segments that have bytes of their own. */
    private void requireSoundHeaders() {
        require(file.get(7) != 6, "EI_OSABI is Solaris's");
        requireNoneOverlap(linked.loads.stream()
                .map(load -> new long[] {load.offset(), load.fileSize()})
                .toList());
        parts.add(new long[] {0, 64});
        parts.add(new long[] {file.getLong(32), 56L * Short.toUnsignedInt(file.getShort(56))});
        long start = file.getLong(40);
        if (start != 0) {
            require(file.getShort(58) == 64, "e_shentsize");
            sectionCount = Short.toUnsignedInt(file.getShort(60));
            if (sectionCount == 0) {
                require(contains(0, file.limit(), start, 64), "section headers");
                sectionCount = file.getLong((int) start + 32);
            }
            require(sectionCount >= 0 && sectionCount <= file.limit(), "section headers");
            require(contains(0, file.limit(), start, 64 * sectionCount), "section headers");
            parts.add(new long[] {start, 64 * sectionCount});
        }
        forEachSection(header -> {
            if (file.getInt(header + 4) == SHT_SYMTAB) {
                long offset = file.getLong(header + 24);
                long size = file.getLong(header + 32);
                require(symtab == 0, "SHT_SYMTAB twice");
                require(file.getLong(header + 56) == 24 && Long.remainderUnsigned(size, 24) == 0, "size of symbols");
                require(contains(0, file.limit(), offset, size), "symbols");
                symtab = header;
                parts.add(new long[] {offset, size});
            }
        });
        requireNoneOverlap(parts);
    }

    private static void requireNoneOverlap(List<long[]> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            long[] range = ranges.get(i);
            for (long[] other : ranges.subList(0, i)) {
                require(!overlap(range[0], range[1], other[0], other[1]), "parts overlap");
            }
        }
    }

    private List<long[]> headersInMemory() {
        List<long[]> ranges = new ArrayList<>();
        for (long[] part : parts) {
            for (ReferenceProgram.Load load : linked.loads) {
                long start = Math.max(part[0], load.offset());
                long end = Math.min(part[0] + part[1], load.offset() + load.fileSize());
                if (load.fileSize() != 0 && start < end) {
                    ranges.add(new long[] {load.address() + (start - load.offset()), end - start});
                }
            }
        }
        return ranges;
    }

    /** What is edited besides words that entries are for: no byte of it belongs to two. */
    private void requireApart() {
        List<long[]> ranges = new ArrayList<>(headersInMemory());
        ranges.add(new long[] {linked.dynamicAddress, linked.dynamicSize});
        SIZES.forEach((addressTag, sizeTag) -> {
            if (!isInner(addressTag)) {
                ranges.add(new long[] {linked.value(addressTag), linked.value(sizeTag)});
            }
        });
        if (linked.has(DT_SYMTAB)) {
            ranges.add(new long[] {linked.value(DT_SYMTAB), 24 * dynamicSymbolCount()});
            ranges.add(new long[] {linked.value(DT_STRTAB), linked.value(DT_STRSZ)});
        }
        requireNoneOverlap(ranges);
        for (long got : gots()) {
            for (long[] range : ranges) {
                require(!overlap(range[0], range[1], got, 8), "GOT in another part");
            }
        }
    }

    /** Whether a table is JMPREL inside another one. */
    private boolean isInner(long addressTag) {
        long outer = linked.value(DT_PLTREL) == 7 ? 7L : 17L;
        return addressTag == 23
                && contains(
                        linked.value(outer),
                        linked.value(SIZES.get(outer)),
                        linked.value(23),
                        linked.value(DT_PLTRELSZ));
    }

    /** The entries that are left, and the words that they add to. */
    private void moveTables() {
        RELR.forEach((addressTag, sizeTag) -> {
            for (long at = value(addressTag); at < value(addressTag) + value(sizeTag); at += 8) {
                if ((memory.getLong(at(at)) & 1) == 0) {
                    add(at);
                }
            }
        });
        PACKED.forEach((addressTag, sizeTag) -> require(value(sizeTag) == 0, "a packed table cannot be moved"));
        Set<Long> moved = new HashSet<>();
        moveEntries(value(7), value(8), true, moved);
        moveEntries(value(17), value(18), false, moved);
        moveEntries(value(23), value(DT_PLTRELSZ), value(DT_PLTREL) == 7, moved);
    }

    private void moveEntries(long address, long size, boolean hasAddend, Set<Long> moved) {
        int entrySize = hasAddend ? 24 : 16;
        for (long entry = address; entry < address + size; entry += entrySize) {
            if (!moved.add(entry)) {
                continue;
            }
            long place = memory.getLong(at(entry));
            int type = memory.getInt(at(entry + 8));
            boolean isRelative = type == 8 || type == 37 || type == 38;
            long addend = hasAddend ? memory.getLong(at(entry + 16)) : 0;
            boolean isOfPlt = type == R_X86_64_JUMP_SLOT
                    && Long.compareUnsigned(addend - linked.value(0x70000000L), linked.value(0x70000001L)) < 0;
            if ((isRelative || isOfPlt) && hasAddend) {
                add(entry + 16);
            }
            boolean isAddend = type == 37 && !hasAddend;
            long word = isAddend || type == R_X86_64_JUMP_SLOT ? linked.word64(place) : 0;
            boolean isSlot = type == R_X86_64_JUMP_SLOT && word != 0 && isInProgram(word);
            if ((isAddend || isSlot) && memory.getLong(at(place)) == word) {
                // An addend in place, or where lazy binding goes first: left as it was linked.
                add(place);
            }
            if (type != 0) {
                add(entry);
            }
        }
    }

    private boolean isInProgram(long address) {
        return linked.loads.stream().anyMatch(load -> load.hasInMemory(address, 1));
    }

    private void moveDynamicSymbols() {
        if (!linked.has(DT_SYMTAB)) {
            return;
        }
        for (long i = 1; i < dynamicSymbolCount(); i++) {
            long symbol = linked.value(DT_SYMTAB) + 24 * i;
            if (moves(linked.memory.getShort(at(symbol + 6)) & 0xffff, linked.memory.get(at(symbol + 4)) & 0xf)) {
                add(symbol + 8);
            }
        }
    }

    /** By a hash table; without, by the section header or the entries. */
    private long dynamicSymbolCount() {
        if (linked.symbolCount() >= 0) {
            return linked.symbolCount();
        }
        long[] count = {ReferenceRelocator.namedSymbols(linked)};
        forEachSection(header -> {
            long size = file.getLong(header + 32);
            boolean isTable = file.getInt(header + 4) == 11 && file.getLong(header + 16) == linked.value(DT_SYMTAB);
            if (isTable && linked.loads.stream().anyMatch(load -> load.hasInFile(linked.value(DT_SYMTAB), size))) {
                count[0] = Math.max(count[0], size / 24);
            }
        });
        return count[0];
    }

    private static boolean moves(int section, int type) {
        if (section == 0 || section == SHN_ABS || type == STT_TLS) {
            return false;
        }
        require(section < SHN_LORESERVE || section == SHN_XINDEX, "reserved section index");
        return true;
    }

    /** The first word of a GOT is the address of the dynamic section, where a linker puts it there and no entry is for it. */
    private void moveGot() {
        for (long got : gots()) {
            if (memory.getLong(at(got)) == linked.dynamicAddress) {
                add(got);
            }
        }
    }

    private Set<Long> gots() {
        Set<Long> starts = new HashSet<>(List.of(linked.value(DT_PLTGOT)));
        forEachSection(header -> {
            if (isAllocated(header) && List.of(".got", ".got.plt").contains(sectionName(header))) {
                starts.add(file.getLong(header + 16));
            }
        });
        starts.removeIf(got -> linked.loads.stream().noneMatch(load -> load.hasInFile(got, 8))
                || linked.word64(got) != linked.dynamicAddress);
        return starts;
    }

    /** Empty where it has none that can be read. */
    private String sectionName(int header) {
        int index = Short.toUnsignedInt(file.getShort(62));
        if (index >= sectionCount) {
            return "";
        }
        int strings = (int) file.getLong(40) + 64 * index;
        long start = file.getLong(strings + 24);
        long size = file.getLong(strings + 32);
        if (!contains(0, file.limit(), start, size)) {
            return "";
        }
        StringBuilder name = new StringBuilder();
        for (long at = Integer.toUnsignedLong(file.getInt(header)); at < size; at++) {
            byte character = file.get((int) (start + at));
            if (character == 0) {
                return name.toString();
            }
            name.append((char) character);
        }
        return "";
    }

    private void forEachSection(IntConsumer consumer) {
        for (int i = 0; i < sectionCount; i++) {
            consumer.accept((int) file.getLong(40) + 64 * i);
        }
    }

    private void moveDynamic() {
        for (long at = linked.dynamicAddress; memory.getLong(at(at)) != 0; at += 16) {
            // A table that is not there has no address, either.
            if (isAddress(memory.getLong(at(at))) && memory.getLong(at(at + 8)) != 0) {
                add(at + 8);
            }
        }
    }

    private static boolean isAddress(long tag) {
        return ADDRESSES.contains(tag);
    }

    private void copyMemory() {
        for (ReferenceProgram.Load load : linked.loads) {
            if (load.fileSize() == 0) {
                continue;
            }
            byte[] bytes = new byte[(int) load.fileSize()];
            memory.get(at(load.address()), bytes);
            file.put((int) load.offset(), bytes);
        }
    }

    /** Allocated sections, of which relocation tables get shorter, and the symbols of .symtab that are in one. */
    private void moveSections() {
        int first = (int) file.getLong(40);
        if (symtab != 0) {
            int symbols = (int) file.getLong(symtab + 24);
            for (int at = symbols + 24; at < symbols + (int) file.getLong(symtab + 32); at += 24) {
                int section = Short.toUnsignedInt(file.getShort(at + 6));
                boolean isLoaded =
                        section >= SHN_LORESERVE || section >= sectionCount || isAllocated(first + 64 * section);
                if (isLoaded && moves(section, file.get(at + 4) & 0xf)) {
                    addInFile(at + 8);
                }
            }
        }
        forEachSection(header -> {
            if (isAllocated(header) && file.getInt(header + 4) != 0) {
                shorten(header);
                addInFile(header + 16);
            }
        });
    }

    private void shorten(int header) {
        if (!List.of(SHT_RELA, SHT_REL, SHT_RELR, SHT_ANDROID_REL, SHT_ANDROID_RELA, SHT_ANDROID_RELR)
                .contains(file.getInt(header + 4))) {
            return;
        }
        long start = file.getLong(header + 16);
        long end = start + file.getLong(header + 32);
        SIZES.forEach((addressTag, sizeTag) -> {
            long tableStart = linked.value(addressTag);
            long left = tableStart + leftSizes.getOrDefault(sizeTag, 0L);
            boolean isPart = !isInner(addressTag)
                    && start != end
                    && contains(tableStart, linked.value(sizeTag), start, end - start);
            if (isPart) {
                file.putLong(header + 32, Math.max(0, Math.min(end, left) - start));
            }
        });
    }

    private boolean isAllocated(int header) {
        return (file.getLong(header + 8) & SHF_ALLOC) != 0;
    }

    private void moveHeaders(String physical) {
        file.putShort(16, (short) 2);
        if (file.getLong(24) != 0) {
            addInFile(24);
        }
        int first = (int) file.getLong(32);
        int end = first + 56 * Short.toUnsignedInt(file.getShort(56));
        boolean isIdentical = true;
        for (int header = first; header < end; header += 56) {
            boolean isEmpty = file.getLong(header + 32) == 0 && file.getLong(header + 40) == 0;
            if (file.getInt(header) == PT_LOAD && !isEmpty) {
                isIdentical &= file.getLong(header + 16) == file.getLong(header + 24);
                long align = Math.max(1, file.getLong(header + 48));
                require((bias & (align - 1)) == 0, "p_vaddr and p_offset");
            }
        }
        require(isIdentical || !physical.isEmpty(), "p_paddr");
        for (int header = first; header < end; header += 56) {
            int type = file.getInt(header);
            long address = file.getLong(header + 16);
            boolean isNowhere = address == 0 && file.getLong(header + 40) == 0;
            if (type == PT_NULL || type == PT_GNU_STACK || (isNowhere && type != PT_LOAD)) {
                continue;
            }
            if (physical.isEmpty() && file.getLong(header + 24) == address) {
                addInFile(header + 24);
            } else if (!physical.isEmpty() && !physical.equals("keep")) {
                file.putLong(header + 24, Long.decode(physical) + address - linked.start);
            }
            addInFile(header + 16);
        }
    }

    private long value(long tag) {
        for (long at = linked.dynamicAddress; memory.getLong(at(at)) != 0; at += 16) {
            if (memory.getLong(at(at)) == tag) {
                return memory.getLong(at(at + 8));
            }
        }
        return 0;
    }

    private int at(long address) {
        return linked.at(address);
    }

    private void add(long address) {
        memory.putLong(at(address), memory.getLong(at(address)) + bias);
    }

    private void addInFile(int offset) {
        file.putLong(offset, file.getLong(offset) + bias);
    }
}
