package io.github.reloc.image;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.SectionHeaders;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The layout of an executable: a byte is where it is in the program's file, of which the executable is a copy with words
 * changed.
 *
 * <p>What a word means that is changed must be certain, so no two segments share bytes of the file, and neither do the
 * tables that describe it: ELF header, program headers, section headers, {@code .symtab}.
 *
 * @param program the program
 * @param loadBase the address at which the first page is loaded
 * @param segments those that take bytes from the file, in the order of the file
 * @param sections the section headers, in the order of the file; none where it has none
 * @param symbols the section of type {@code SHT_SYMTAB}, or null
 * @param reserved the parts of memory that those tables are
 */
public record FileLayout(
        Program program,
        long loadBase,
        List<Segment> segments,
        List<Section> sections,
        @Nullable Section symbols,
        List<Reserved> reserved)
        implements ImageLayout {
    private static final Comparator<Segment> BY_FILE_OFFSET = new Comparator<>() {
        @Override
        public int compare(Segment left, Segment right) {
            return Long.compareUnsigned(left.fileOffset(), right.fileOffset());
        }
    };

    /** Bytes of the file that are not a segment's, or not only. */
    private record Part(String name, long fileOffset, long size) {}

    /**
     * The executable of a program.
     *
     * @throws Failure if the program cannot be moved there, or its headers are malformed
     */
    public static FileLayout of(Program program, long loadBase) {
        ImageLayout.requireRoom(program, loadBase);
        if (program.header().osAbi() == Elf.ELFOSABI_SOLARIS) {
            throw Failure.unsupported(
                    "EI_OSABI is ELFOSABI_SOLARIS, which of whose dynamic tags are addresses is not known");
        }
        requireAligned(program.segments(), loadBase);
        List<Segment> segments = inFileOrder(program.segments());
        List<Section> sections = SectionHeaders.require(program.input());
        Section symbols = symbols(sections, program);
        List<Part> parts = parts(program, sections, symbols);
        requireApart(parts);
        return new FileLayout(program, loadBase, segments, List.copyOf(sections), symbols, reserved(parts, segments));
    }

    /** A linker keeps {@code p_vaddr} and {@code p_offset} congruent modulo {@code p_align}, and readers count on it. */
    private static void requireAligned(LoadSegments segments, long loadBase) {
        long alignment = segments.alignment();
        long start = segments.startVirtualAddress();
        long bias = loadBase - start;
        if (alignment == 0 || (bias & (alignment - 1)) == 0) {
            return;
        }
        long memorySize = segments.endVirtualAddress() - start;
        long next = start + Unsigned.alignDown(bias + alignment - 1, alignment);
        boolean isRoom = Unsigned.less(loadBase, next) && !Unsigned.sumWraps(next, memorySize - 1);
        long other = isRoom ? next : start + Unsigned.alignDown(bias, alignment);
        throw Failure.unsupported("load base " + Unsigned.hex(loadBase) + " does not suit the largest p_align, "
                + Unsigned.hex(alignment) + ", of an executable linked at " + Unsigned.hex(start) + "; the "
                + (isRoom ? "next" : "last") + " that does is " + Unsigned.hex(other));
    }

    /** The segments that take bytes from the file: each its own. */
    private static List<Segment> inFileOrder(LoadSegments segments) {
        List<Segment> list = new ArrayList<>();
        for (Segment segment : segments.list()) {
            if (segment.fileSize() != 0) {
                list.add(segment);
            }
        }
        list.sort(BY_FILE_OFFSET);
        for (int i = 1; i < list.size(); i++) {
            Segment lower = list.get(i - 1);
            Segment upper = list.get(i);
            if (Unsigned.less(upper.fileOffset() - lower.fileOffset(), lower.fileSize())) {
                throw Failure.unsupported("program headers " + lower.index() + " and " + upper.index()
                        + " (PT_LOAD) take the same bytes of the file, at offset " + Unsigned.hex(upper.fileOffset())
                        + ": an executable cannot hold them relocated for both");
            }
        }
        return List.copyOf(list);
    }

    private static @Nullable Section symbols(List<Section> sections, Program program) {
        Section symbols = null;
        for (Section section : sections) {
            if (section.type() != Elf.SHT_SYMTAB) {
                continue;
            }
            if (symbols != null) {
                throw malformed(section, "is the second of type SHT_SYMTAB, after section " + symbols.index());
            }
            if (section.entrySize() != Elf.SYM_SIZE || Long.remainderUnsigned(section.size(), Elf.SYM_SIZE) != 0) {
                throw malformed(
                        section,
                        "(SHT_SYMTAB): sh_size " + Unsigned.hex(section.size()) + " and sh_entsize "
                                + Unsigned.hex(section.entrySize()) + " are not of symbols of 24 bytes");
            }
            if (!Unsigned.contains(0, program.input().size(), section.fileOffset(), section.size())) {
                throw malformed(
                        section,
                        "(SHT_SYMTAB): sh_offset " + Unsigned.hex(section.fileOffset()) + " and sh_size "
                                + Unsigned.hex(section.size()) + " do not lie in the file of "
                                + program.input().size() + " bytes");
            }
            symbols = section;
        }
        return symbols;
    }

    private static Failure malformed(Section section, String fault) {
        return Failure.malformed("section " + section.index() + " " + fault, section.headerFileOffset());
    }

    private static List<Part> parts(Program program, List<Section> sections, @Nullable Section symbols) {
        FileHeader header = program.header();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("the ELF header", 0, Elf.EHDR_SIZE));
        parts.add(new Part(
                "the program headers",
                header.programHeaderFileOffset(),
                (long) header.segments().size() * Elf.PHDR_SIZE));
        if (!sections.isEmpty()) {
            parts.add(new Part(
                    "the section headers", sections.get(0).headerFileOffset(), (long) sections.size() * Elf.SHDR_SIZE));
        }
        if (symbols != null) {
            parts.add(new Part(".symtab", symbols.fileOffset(), symbols.size()));
        }
        return parts;
    }

    private static void requireApart(List<Part> parts) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            for (Part other : parts.subList(0, i)) {
                if (Unsigned.overlap(other.fileOffset(), other.size(), part.fileOffset(), part.size())) {
                    throw Failure.malformed(part.name() + " and " + other.name() + " share bytes", part.fileOffset());
                }
            }
        }
    }

    /** Where those parts are in memory: a part may lie in several segments, or in none. */
    private static List<Reserved> reserved(List<Part> parts, List<Segment> segments) {
        List<Reserved> reserved = new ArrayList<>();
        for (Part part : parts) {
            for (Segment segment : segments) {
                long start = Unsigned.max(part.fileOffset(), segment.fileOffset());
                long end = Unsigned.min(
                        part.fileOffset() + part.size(), Unsigned.sum(segment.fileOffset(), segment.fileSize()));
                if (Unsigned.less(start, end)) {
                    long virtualAddress = segment.virtualAddress() + (start - segment.fileOffset());
                    reserved.add(new Reserved(part.name(), virtualAddress, end - start));
                }
            }
        }
        return List.copyOf(reserved);
    }

    @Override
    public long startVirtualAddress() {
        return program.segments().startVirtualAddress();
    }

    @Override
    public long memorySize() {
        return program.segments().endVirtualAddress() - startVirtualAddress();
    }

    @Override
    public long size() {
        return program.input().size();
    }

    @Override
    public List<Piece> pieces() {
        return List.of(new Piece(0, 0, size()));
    }

    @Override
    public long toImageOffset(long virtualAddress) {
        Segment segment = program.segments().fileBacking(virtualAddress, 1);
        if (segment == null) {
            throw new IndexOutOfBoundsException("not in the file: memory at " + Unsigned.hex(virtualAddress));
        }
        return segment.toFileOffset(virtualAddress);
    }

    @Override
    public OptionalLong toVirtualAddress(long imageOffset) {
        // The last segment that does not begin after the offset is the only one that can hold it.
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).fileOffset() <= imageOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Segment segment = low == 0 ? null : segments.get(low - 1);
        return segment != null && imageOffset - segment.fileOffset() < segment.fileSize()
                ? OptionalLong.of(segment.virtualAddress() + (imageOffset - segment.fileOffset()))
                : OptionalLong.empty();
    }

    @Override
    public boolean contains(long virtualAddress, long rangeSize) {
        return program.segments().fileBacking(virtualAddress, rangeSize) != null;
    }

    @Override
    public long startInImage(Segment segment) {
        return segment.fileOffset();
    }

    @Override
    public long endInImage(Segment segment) {
        return segment.virtualAddress() + segment.fileSize();
    }

    @Override
    public boolean movesAddresses() {
        return true;
    }
}
