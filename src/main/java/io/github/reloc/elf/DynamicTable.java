package io.github.reloc.elf;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic section: an array of tags and values that names the tables a loader needs, found through {@code
 * PT_DYNAMIC}.
 *
 * <p>Layout of {@code Elf64_Dyn}, 16 bytes: d_tag: 8 bytes @ 0; d_un: 8 @ 8. {@code DT_NULL} ends the array; what
 * follows it means nothing. The constructor has checked that the section lies in the file-backed part of one {@code
 * PT_LOAD}, at the offset that the {@code PT_LOAD} gives it, that it ends, and that no tag that may stand once stands
 * twice with different values. Source: gABI, "Dynamic Section".
 */
public final class DynamicTable {
    private static final int D_UN_OFFSET = 8;

    private final InputFile input;
    private final long virtualAddress;
    private final long fileOffset;
    private final long size;

    /** Entries that PT_DYNAMIC has room for. */
    private final long capacity;

    /** By tag: the known ones alone, so that the map stays small whatever the file holds. */
    private final Map<Long, Entry> entries = new HashMap<>();

    private final @Nullable Entry firstUnknown;

    /** One entry: which, and what it says. */
    private record Entry(long index, long tag, long value) {}

    /**
     * Reads the section that a file's {@code PT_DYNAMIC} names.
     *
     * @throws Failure if there is no dynamic section, or it is malformed
     */
    DynamicTable(FileHeader header, LoadSegments segments, InputFile input) {
        Segment dynamic = find(header);
        Segment load = segments.fileBacking(dynamic.virtualAddress(), dynamic.fileSize());
        if (load == null || load.toFileOffset(dynamic.virtualAddress()) != dynamic.fileOffset()) {
            throw Failure.malformed(
                    "program header " + dynamic.index() + " (PT_DYNAMIC): p_vaddr "
                            + Unsigned.hex(dynamic.virtualAddress()) + ", p_offset "
                            + Unsigned.hex(dynamic.fileOffset())
                            + " and p_filesz " + Unsigned.hex(dynamic.fileSize())
                            + " do not lie in the file-backed part of one PT_LOAD",
                    header.fileOffset(dynamic));
        }
        this.input = input;
        virtualAddress = dynamic.virtualAddress();
        fileOffset = dynamic.fileOffset();

        Entry unknown = null;
        capacity = Long.divideUnsigned(dynamic.fileSize(), Elf.DYN_SIZE);
        long index = 0;
        for (; ; index++) {
            if (index == capacity) {
                throw Failure.malformed(
                        "the dynamic section has no DT_NULL within its " + Unsigned.hex(dynamic.fileSize()) + " bytes",
                        fileOffset);
            }
            long offset = fileOffset + index * Elf.DYN_SIZE;
            Entry entry = new Entry(index, input.word64(offset), input.word64(offset + D_UN_OFFSET));
            if (entry.tag() == Elf.DT_NULL) {
                break;
            }
            if (header.osAbi() == Elf.ELFOSABI_SOLARIS && DynamicTag.isSolaris(entry.tag())) {
                continue;
            }
            if (DynamicTag.name(entry.tag()) != null) {
                add(entry);
            } else if (unknown == null) {
                unknown = entry;
            }
        }
        firstUnknown = unknown;
        size = (index + 1) * Elf.DYN_SIZE;
    }

    private static Segment find(FileHeader header) {
        Segment dynamic = header.only(Elf.PT_DYNAMIC, "PT_DYNAMIC");
        if (dynamic == null) {
            throw missing(header);
        }
        return dynamic;
    }

    /** Whether a file has a dynamic section. */
    static boolean isIn(FileHeader header) {
        return header.first(Elf.PT_DYNAMIC) != null;
    }

    /** The failure of what needs the dynamic section of a file that has none. */
    static Failure missing(FileHeader header) {
        return header.type() == Elf.ET_EXEC
                ? header.isAtItsAddress()
                : Failure.unsupported("no PT_DYNAMIC, so its relocation tables cannot be found: is it a static PIE?");
    }

    private void add(Entry entry) {
        boolean isRepeatable =
                entry.tag() == Elf.DT_NEEDED || entry.tag() == Elf.DT_AUXILIARY || entry.tag() == Elf.DT_FILTER;
        Entry earlier = entries.putIfAbsent(entry.tag(), entry);
        if (earlier != null && earlier.value() != entry.value() && !isRepeatable) {
            throw Failure.malformed(
                    DynamicTag.name(entry.tag()) + " stands twice, as " + Unsigned.hex(earlier.value()) + " and as "
                            + Unsigned.hex(entry.value()),
                    fileOffset + entry.index() * Elf.DYN_SIZE);
        }
    }

    public boolean has(long tag) {
        return entries.containsKey(tag);
    }

    /** The value of a tag, or a default where the tag is absent. */
    public long value(long tag, long absent) {
        Entry entry = entries.get(tag);
        return entry == null ? absent : entry.value();
    }

    /**
     * The value of a tag that another one calls for.
     *
     * @throws Failure if it is absent
     */
    public long required(long tag, long becauseOf) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            throw Failure.malformed(
                    DynamicTag.name(becauseOf) + " without " + DynamicTag.name(tag), valueFileOffset(becauseOf));
        }
        return entry.value();
    }

    /** Passes on every tag before {@code DT_NULL}, in order and as often as it stands there. */
    public void forEachTag(LongConsumer consumer) {
        for (long offset = fileOffset; offset != fileOffset + size - Elf.DYN_SIZE; offset += Elf.DYN_SIZE) {
            consumer.accept(input.word64(offset));
        }
    }

    /** Passes on every value of a tag that may stand more than once, in order. */
    public void forEachValue(long tag, LongConsumer consumer) {
        for (long offset = fileOffset; offset != fileOffset + size; offset += Elf.DYN_SIZE) {
            if (input.word64(offset) == tag) {
                consumer.accept(input.word64(offset + D_UN_OFFSET));
            }
        }
    }

    /** Where in the file the value of a tag stands that the table {@link #has}. */
    public long valueFileOffset(long tag) {
        return fileOffset + valueOffset(tag);
    }

    /** Where in memory the value of a tag stands that the table {@link #has}; of one that stands twice, the first. */
    public long valueVirtualAddress(long tag) {
        return virtualAddress + valueOffset(tag);
    }

    private long valueOffset(long tag) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            throw new IllegalArgumentException("no " + DynamicTag.name(tag));
        }
        return entry.index() * Elf.DYN_SIZE + D_UN_OFFSET;
    }

    /**
     * Checks that nothing in the section is of unknown meaning.
     *
     * @throws Failure if the section has a tag that {@link DynamicTag} has no name for
     */
    public void requireOnlyKnownTags() {
        if (firstUnknown != null) {
            throw Failure.unsupported("dynamic tag " + Unsigned.hex(firstUnknown.tag())
                            + " is not known, and could name a relocation table")
                    .at(fileOffset + firstUnknown.index() * Elf.DYN_SIZE);
        }
    }

    /** Whether it may be something else, that happens to stand where the dynamic section should be. */
    boolean isDoubtful() {
        return firstUnknown != null || isEmptyWithRoom();
    }

    /** Whether it has no entry, though PT_DYNAMIC has room for one. */
    public boolean isEmptyWithRoom() {
        return size == Elf.DYN_SIZE && capacity > 1;
    }

    public long virtualAddress() {
        return virtualAddress;
    }

    public long fileOffset() {
        return fileOffset;
    }

    /** In bytes, up to and with {@code DT_NULL}. */
    public long size() {
        return size;
    }
}
