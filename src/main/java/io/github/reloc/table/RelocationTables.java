package io.github.reloc.table;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.RelocationTable.Format;
import io.github.reloc.table.RelocationTable.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relocation tables that the dynamic section names, in the order in which they are applied.
 *
 * <p>A table whose size is 0 is absent, whatever its address. A malformed one is listed with its defect, so that what
 * can be read of it can be shown; {@link #requireSound} is for those who need every entry.
 */
public final class RelocationTables {
    private final Program program;
    private final DynamicTable dynamic;
    private final LoadSegments segments;
    private final List<RelocationTable> tables = new ArrayList<>();

    /** Finds the tables of a file; this fails for none of them, see {@link #requireSound}. */
    public RelocationTables(Program program) {
        this.program = program;
        dynamic = program.dynamic();
        segments = program.segments();
        for (Kind kind : Kind.values()) {
            boolean isNamed = dynamic.has(kind.addressTag()) || dynamic.has(kind.sizeTag());
            if (isNamed && dynamic.value(kind.sizeTag(), 1) != 0) {
                tables.add(placed(describe(kind)));
            }
        }
    }

    /** The tables that are not empty. */
    public List<RelocationTable> list() {
        return List.copyOf(tables);
    }

    /** Those whose entries are applied, each entry once: all but a table inside another one. */
    public List<RelocationTable> applied() {
        List<RelocationTable> applied = new ArrayList<>(tables);
        for (RelocationTable table : tables) {
            if (table.container() != null) {
                applied.remove(table);
            }
        }
        return applied;
    }

    /**
     * Passes on every entry that is applied, in the order of loaders.
     *
     * @throws Failure if a table is malformed, after the entries before the fault
     */
    public void forEach(Entry.Consumer consumer) {
        for (RelocationTable table : applied()) {
            table.forEach(program, consumer);
        }
    }

    /** The table whose entries all belong to another one, or null where there is none. */
    public @Nullable RelocationTable inside(RelocationTable container) {
        for (RelocationTable table : tables) {
            if (table.container() == container.kind()) {
                return table;
            }
        }
        return null;
    }

    /**
     * Checks that every entry of every table can be read.
     *
     * @throws Failure if a table is malformed, or there is one that is not read
     */
    public void requireSound() {
        for (RelocationTable table : tables) {
            if (table.defect() != null) {
                throw table.defect();
            }
        }
        if (dynamic.has(Elf.DT_CREL)) {
            throw Failure.unsupported("DT_CREL names a relocation table of a kind that is not read")
                    .at(dynamic.valueFileOffset(Elf.DT_CREL));
        }
        requireNoOther(Elf.DT_GNU_CONFLICT, Elf.DT_GNU_CONFLICTSZ);
        requireNoOther(Elf.DT_MOVETAB, Elf.DT_MOVESZ);
        dynamic.requireOnlyKnownTags();
    }

    /** Prelink's conflicts and Solaris's moves change words like relocations do, and are not read. */
    private void requireNoOther(long addressTag, long sizeTag) {
        if (dynamic.has(addressTag) && dynamic.value(sizeTag, 1) != 0) {
            throw Failure.unsupported(
                            DynamicTag.name(addressTag) + " names a table of words to change that is not read")
                    .at(dynamic.valueFileOffset(addressTag));
        }
    }

    /** A table by itself: its tags, its entry size, and where it lies. */
    private RelocationTable describe(Kind kind) {
        long address = dynamic.value(kind.addressTag(), 0);
        long size = dynamic.value(kind.sizeTag(), 0);
        Format format;
        try {
            dynamic.required(kind.addressTag(), kind.sizeTag());
            dynamic.required(kind.sizeTag(), kind.addressTag());
            format = format(kind);
        } catch (Failure e) {
            return new RelocationTable(kind, Format.RELA, address, size, 0, 0, null, e);
        }

        Failure defect = null;
        if (Long.remainderUnsigned(size, format.entrySize()) != 0) {
            defect = Failure.malformed(
                    DynamicTag.name(kind.sizeTag()) + " " + Unsigned.hex(size) + " is not a multiple of "
                            + format.entrySize(),
                    dynamic.valueFileOffset(kind.sizeTag()));
        }
        Segment segment = segments.fileBacking(address, 1);
        long available = segment == null ? 0 : segment.fileSize() - (address - segment.virtualAddress());
        if (defect == null && Unsigned.less(available, size)) {
            defect = Failure.malformed(
                    DynamicTag.name(kind.addressTag()) + " " + Unsigned.hex(address) + " and "
                            + DynamicTag.name(kind.sizeTag()) + " " + Unsigned.hex(size)
                            + " do not lie in the file-backed part of one PT_LOAD",
                    dynamic.valueFileOffset(kind.addressTag()));
        }
        long readable = Unsigned.min(available, size);
        readable -= readable % format.entrySize();
        long fileOffset = segment == null ? 0 : segment.toFileOffset(address);
        return new RelocationTable(kind, format, address, size, fileOffset, readable, null, defect);
    }

    private Format format(Kind kind) {
        return switch (kind) {
            case RELR -> checked(Format.RELR, Elf.DT_RELRENT, kind);
            case ANDROID_RELR -> checked(Format.RELR, Elf.DT_ANDROID_RELRENT, kind);
            case ANDROID_REL -> Format.PACKED_REL;
            case ANDROID_RELA -> Format.PACKED_RELA;
            case REL -> checked(Format.REL, Elf.DT_RELENT, kind);
            case RELA -> checked(Format.RELA, Elf.DT_RELAENT, kind);
            case JMPREL -> jumpFormat();
        };
    }

    private Format checked(Format format, long entrySizeTag, Kind kind) {
        long entrySize = dynamic.required(entrySizeTag, kind.addressTag());
        if (entrySize != format.entrySize()) {
            throw Failure.malformed(
                    DynamicTag.name(entrySizeTag) + " " + Unsigned.hex(entrySize) + " is not " + format.entrySize(),
                    dynamic.valueFileOffset(entrySizeTag));
        }
        return format;
    }

    /** DT_PLTREL holds the tag of the table that JMPREL is laid out like. */
    private Format jumpFormat() {
        long like = dynamic.required(Elf.DT_PLTREL, Elf.DT_JMPREL);
        if (like == Elf.DT_RELA) {
            return Format.RELA;
        }
        if (like == Elf.DT_REL) {
            return Format.REL;
        }
        throw Failure.malformed(
                "DT_PLTREL " + Unsigned.hex(like) + " is neither DT_RELA nor DT_REL",
                dynamic.valueFileOffset(Elf.DT_PLTREL));
    }

    /**
     * The table beside those before it: no two may share bytes, but for a JMPREL that lies entry by entry inside the
     * RELA or REL table, whose entries are then applied there, once.
     */
    private RelocationTable placed(RelocationTable table) {
        if (table.defect() != null) {
            return table;
        }
        for (RelocationTable other : tables) {
            if (table.overlaps(other)) {
                return table.kind() == Kind.JMPREL && table.isInside(other)
                        ? table.within(other.kind())
                        : table.withDefect(Failure.malformed(
                                table.kind() + " at " + Unsigned.hex(table.virtualAddress())
                                        + " overlaps " + other.kind() + " at "
                                        + Unsigned.hex(other.virtualAddress()),
                                dynamic.valueFileOffset(table.kind().addressTag())));
            }
        }
        return table;
    }
}
