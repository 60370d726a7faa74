package io.github.reloc.elf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments that make up the program's memory: every {@code PT_LOAD} that is not empty, ascending.
 *
 * <p>The constructor has checked that each lies in the file, is no larger there than in memory, ends below the top of
 * the address space, and has an alignment that is a power of two on which {@code p_vaddr} and {@code p_offset} agree;
 * and that they ascend and share no byte. Source: gABI, "Program Header" and "Base Address".
 */
public final class LoadSegments {
    private final List<Segment> segments;

    /**
     * Picks and checks the segments of a program header table.
     *
     * @param header whose {@code PT_LOAD}s are meant
     * @param fileSize of the whole file, in bytes
     * @throws Failure if one is malformed, or there is none
     */
    LoadSegments(FileHeader header, long fileSize) {
        List<Segment> loaded = new ArrayList<>();
        Segment previous = null;
        for (Segment segment : header.segments()) {
            // GNU ld emits PT_LOADs of no size at all; they map nothing, so nothing about them matters.
            boolean isEmpty = segment.memorySize() == 0 && segment.fileSize() == 0;
            if (segment.type() != Elf.PT_LOAD || isEmpty) {
                continue;
            }
            check(segment, header, fileSize);
            if (previous != null) {
                checkFollows(segment, previous, header);
            }
            loaded.add(segment);
            previous = segment;
        }
        if (loaded.isEmpty()) {
            throw Failure.malformed("no PT_LOAD: there is nothing to load", header.programHeaderFileOffset());
        }
        this.segments = List.copyOf(loaded);
    }

    private static void check(Segment segment, FileHeader header, long fileSize) {
        if (Unsigned.less(segment.memorySize(), segment.fileSize())) {
            throw malformed(
                    header,
                    segment,
                    "p_filesz " + Unsigned.hex(segment.fileSize()) + " is larger than p_memsz "
                            + Unsigned.hex(segment.memorySize()));
        }
        // Where nothing comes from the file, p_offset means nothing; linkers let it point past the end there.
        boolean isFileBacked = segment.fileSize() != 0;
        if (isFileBacked && !Unsigned.contains(0, fileSize, segment.fileOffset(), segment.fileSize())) {
            throw malformed(
                    header,
                    segment,
                    "p_offset " + Unsigned.hex(segment.fileOffset()) + " and p_filesz "
                            + Unsigned.hex(segment.fileSize()) + " do not lie in the file of " + fileSize + " bytes");
        }
        // The last page stays out, so that the end of the image, rounded up to a page, cannot become 0.
        if (!Unsigned.contains(0, -Elf.PAGE_SIZE, segment.virtualAddress(), segment.memorySize())) {
            throw malformed(
                    header,
                    segment,
                    "p_vaddr " + Unsigned.hex(segment.virtualAddress()) + " and p_memsz "
                            + Unsigned.hex(segment.memorySize()) + " pass the end of the address space");
        }
        long alignment = segment.alignment();
        if ((alignment & (alignment - 1)) != 0) {
            throw malformed(header, segment, "p_align " + Unsigned.hex(alignment) + " is not a power of two");
        }
        if (isFileBacked
                && alignment != 0
                && ((segment.virtualAddress() ^ segment.fileOffset()) & (alignment - 1)) != 0) {
            throw malformed(
                    header,
                    segment,
                    "p_vaddr " + Unsigned.hex(segment.virtualAddress()) + " and p_offset "
                            + Unsigned.hex(segment.fileOffset()) + " differ modulo p_align " + Unsigned.hex(alignment));
        }
    }

    private static void checkFollows(Segment segment, Segment previous, FileHeader header) {
        if (Unsigned.less(segment.virtualAddress(), previous.virtualAddress())) {
            throw malformed(
                    header,
                    segment,
                    "p_vaddr " + Unsigned.hex(segment.virtualAddress()) + " lies below that of the PT_LOAD before it");
        }
        if (Unsigned.less(segment.virtualAddress(), end(previous))) {
            throw malformed(
                    header,
                    segment,
                    "p_vaddr " + Unsigned.hex(segment.virtualAddress()) + " lies inside the PT_LOAD before it");
        }
    }

    private static Failure malformed(FileHeader header, Segment segment, String fault) {
        return Failure.malformed(
                "program header " + segment.index() + " (PT_LOAD): " + fault, header.fileOffset(segment));
    }

    /** The segments, none empty, in ascending order. */
    public List<Segment> list() {
        return segments;
    }

    /** The lowest address, rounded down to a page: where the first byte of the image is at link time. */
    public long startVirtualAddress() {
        return Unsigned.alignDown(segments.get(0).virtualAddress(), Elf.PAGE_SIZE);
    }

    /** The address after the last byte in memory, rounded up to a page. */
    public long endVirtualAddress() {
        return Unsigned.alignUp(end(last()), Elf.PAGE_SIZE);
    }

    /** The address after the last byte that comes from the file, not rounded. */
    public long fileBackedEndVirtualAddress() {
        long end = startVirtualAddress();
        for (Segment segment : segments) {
            if (segment.fileSize() != 0) {
                end = segment.virtualAddress() + segment.fileSize();
            }
        }
        return end;
    }

    /** The segment whose memory holds the whole range, or null. */
    public @Nullable Segment containing(long virtualAddress, long size) {
        Segment segment = atOrBelow(virtualAddress);
        return segment.contains(virtualAddress, size) ? segment : null;
    }

    /** The segment that holds the whole range in bytes that come from the file, or null. */
    public @Nullable Segment fileBacking(long virtualAddress, long size) {
        Segment segment = atOrBelow(virtualAddress);
        return segment.isFileBacked(virtualAddress, size) ? segment : null;
    }

    /** The largest {@code p_align}; 0 where none has one. */
    public long alignment() {
        long alignment = 0;
        for (Segment segment : segments) {
            alignment = Unsigned.max(alignment, segment.alignment());
        }
        return alignment;
    }

    private Segment atOrBelow(long virtualAddress) {
        return segments.get(indexAtOrBelow(virtualAddress));
    }

    /** The index of the last segment that does not start above an address; 0 where all do. */
    private int indexAtOrBelow(long virtualAddress) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Unsigned.less(virtualAddress, segments.get(middle).virtualAddress())) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }

    private Segment last() {
        return segments.get(segments.size() - 1);
    }

    private static long end(Segment segment) {
        return segment.virtualAddress() + segment.memorySize();
    }
}
