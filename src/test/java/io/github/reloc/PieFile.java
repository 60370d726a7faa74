package io.github.reloc;

import io.github.reloc.elf.Elf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The file of a {@link PieBuilder}: where everything goes, and the bytes. */
final class PieFile {
    private static final int PAGE_SIZE = 4096;

    /**
     * A program header.
     *
     * @param offset {@code p_offset}, or {@link #ANYWHERE} for a segment whose place in the file does not matter
     */
    record Header(int type, int flags, long offset, long address, long fileSize, long memorySize, long align) {
        static final long ANYWHERE = Long.MIN_VALUE;

        Header at(long placedOffset, long alignment) {
            return new Header(type, flags, placedOffset, address, fileSize, memorySize, alignment);
        }
    }

    private final List<Header> headers = new ArrayList<>();
    private final List<Header> segments = new ArrayList<>();
    private final ByteBuffer bytes;

    /**
     * Lays out and writes a file.
     *
     * @param first the segment of headers and tables; its size follows
     * @param others the other program headers, but for that of the dynamic section, which comes third
     * @param alignment of the segments
     */
    PieFile(Header first, List<Header> others, long alignment, PieTables tables, long entry) {
        long headersEnd = Elf.EHDR_SIZE + (others.size() + 2L) * Elf.PHDR_SIZE;
        long dynamicOffset = Math.max(PieBuilder.DYNAMIC, alignUp(headersEnd, Elf.DYN_SIZE));
        long dynamicSize = tables.dynamicSection(0).size();
        long tablesOffset = Math.max(PieBuilder.TABLES, dynamicOffset + dynamicSize);
        long end = tablesOffset;
        for (GrowingBytes table : tables.list()) {
            end += table.paddedSize();
        }
        requireRoom(first.address(), end, others.get(0).address());

        addSegment(new Header(Elf.PT_LOAD, first.flags(), 0, first.address(), end, end, alignment));
        for (Header header : others) {
            if (header.offset() == Header.ANYWHERE) {
                // On a page of its own in the file.
                long offset = alignUp(end, PAGE_SIZE);
                offset += (header.address() - offset) & (alignment - 1);
                addSegment(header.at(offset, alignment));
                end = offset + header.fileSize();
            } else {
                headers.add(header);
            }
        }
        long dynamicAddress = first.address() + dynamicOffset;
        headers.add(
                PieBuilder.DYNAMIC_SEGMENT,
                new Header(
                        Elf.PT_DYNAMIC, PieBuilder.PF_R, dynamicOffset, dynamicAddress, dynamicSize, dynamicSize, 8));

        bytes = blank(Math.toIntExact(end));
        writeHeaders(entry);
        tables.dynamicSection(first.address() + tablesOffset).writeTo(bytes, (int) dynamicOffset);
        long offset = tablesOffset;
        for (GrowingBytes table : tables.list()) {
            table.writeTo(bytes, (int) offset);
            offset += table.paddedSize();
        }
    }

    private static void requireRoom(long start, long size, long dataAddress) {
        if (Long.compareUnsigned(size, dataAddress - start) > 0) {
            throw new IllegalStateException("the tables end at 0x" + Long.toHexString(start + size)
                    + ", inside the data segment: move it with data()");
        }
    }

    private void addSegment(Header segment) {
        headers.add(segment);
        segments.add(segment);
    }

    private ByteBuffer blank(int size) {
        byte[] blank = new byte[size];
        Arrays.fill(blank, PieBuilder.FILLER);
        for (Header segment : segments) {
            Arrays.fill(blank, (int) segment.offset(), (int) (segment.offset() + segment.fileSize()), (byte) 0);
        }
        return ByteBuffer.wrap(blank).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void writeHeaders(long entry) {
        bytes.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1); // ELFCLASS64, ELFDATA2LSB, EV_CURRENT
        bytes.position(16);
        bytes.putShort((short) Elf.ET_DYN).putShort((short) Elf.EM_X86_64).putInt(1);
        bytes.putLong(entry).putLong(Elf.EHDR_SIZE).putLong(0).putInt(0); // e_phoff; no section headers; no flags
        bytes.putShort((short) Elf.EHDR_SIZE).putShort((short) Elf.PHDR_SIZE).putShort((short) headers.size());
        bytes.position(Elf.EHDR_SIZE);
        for (Header header : headers) {
            bytes.putInt(header.type()).putInt(header.flags()).putLong(header.offset());
            bytes.putLong(header.address()).putLong(header.address()); // p_vaddr, p_paddr
            bytes.putLong(header.fileSize()).putLong(header.memorySize()).putLong(header.align());
        }
    }

    /** The bytes, to change and to take. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** The file offset of a range of addresses that the file backs. */
    int toFileOffset(long virtualAddress, int size) {
        for (Header segment : segments) {
            long distance = virtualAddress - segment.address();
            if (distance >= 0 && distance + size <= segment.fileSize()) {
                return (int) (segment.offset() + distance);
            }
        }
        throw new IllegalArgumentException("no bytes of the file at 0x" + Long.toHexString(virtualAddress));
    }

    private static long alignUp(long value, long alignment) {
        return (value + alignment - 1) & -alignment;
    }
}
