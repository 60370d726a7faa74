package io.github.reloc.proof;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The headers of a well-formed ELF64 file, read from its bytes without the code under test.
 *
 * <p>Layout of {@code Elf64_Ehdr}: e_type: 2 bytes @ 16; e_entry: 8 @ 24; e_phoff: 8 @ 32; e_phnum: 2 @ 56. Of {@code
 * Elf64_Phdr}, 56 bytes: p_type: 4 @ 0; p_flags: 4 @ 4; p_offset: 8 @ 8; p_vaddr: 8 @ 16; p_filesz: 8 @ 32; p_memsz: 8 @ 40. Of {@code
 * Elf64_Dyn}, 16 bytes: d_tag: 8 @ 0; d_val: 8 @ 8. Source: gABI, "ELF Header", "Program Header", "Dynamic Section".
 *
 * @param entry link-time address
 * @param programHeaderFileOffset of the first one
 * @param segments all program headers
 */
record Headers(ByteBuffer bytes, long entry, long programHeaderFileOffset, List<Segment> segments) {
    static final int PT_LOAD = 1;
    static final int PT_DYNAMIC = 2;
    static final int PT_GNU_STACK = 0x6474e551;
    static final int PT_GNU_RELRO = 0x6474e552;
    static final long PAGE_SIZE = 4096;

    record Segment(int type, long fileOffset, long address, long fileSize, long memorySize) {
        long end() {
            return address + memorySize;
        }
    }

    record DynamicEntry(long tag, long value, long valueAddress) {}

    static Headers of(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long tableOffset = bytes.getLong(32);
        int count = Short.toUnsignedInt(bytes.getShort(56));
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = Math.toIntExact(tableOffset) + 56 * i;
            segments.add(new Segment(
                    bytes.getInt(at),
                    bytes.getLong(at + 8),
                    bytes.getLong(at + 16),
                    bytes.getLong(at + 32),
                    bytes.getLong(at + 40)));
        }
        return new Headers(bytes, bytes.getLong(24), tableOffset, List.copyOf(segments));
    }

    /** The bits of p_flags of a program header that are for systems and processors, which readelf does not show. */
    int systemFlags(int index) {
        return bytes.getInt(Math.toIntExact(programHeaderFileOffset) + 56 * index + 4) & 0xfff0_0000;
    }

    List<Segment> ofType(int type) {
        return segments.stream().filter(segment -> segment.type() == type).toList();
    }

    /** The page of the lowest segment: the link-time address of the image's first byte. */
    long start() {
        return pageStart(
                ofType(PT_LOAD).stream().mapToLong(Segment::address).min().orElseThrow());
    }

    /** The page after the highest segment. */
    long end() {
        return pageStart(ofType(PT_LOAD).stream().mapToLong(Segment::end).max().orElseThrow() + PAGE_SIZE - 1);
    }

    long memorySize() {
        return end() - start();
    }

    static long pageStart(long address) {
        return address & -PAGE_SIZE;
    }

    /** The program headers are in memory where the segment is that holds them in the file. */
    long programHeaderAddress() {
        for (Segment segment : ofType(PT_LOAD)) {
            long offset = programHeaderFileOffset - segment.fileOffset();
            if (offset >= 0 && offset < segment.fileSize()) {
                return segment.address() + offset;
            }
        }
        throw new AssertionError("no segment holds the program headers");
    }

    /** The word that a loader finds at a link-time address before it relocates anything. */
    long word64(long address) {
        for (Segment segment : ofType(PT_LOAD)) {
            long offset = address - segment.address();
            if (offset >= 0 && offset + Long.BYTES <= segment.fileSize()) {
                return bytes.getLong(Math.toIntExact(segment.fileOffset() + offset));
            }
        }
        return 0;
    }

    /** The dynamic section, without the entry that ends it. */
    List<DynamicEntry> dynamic() {
        List<DynamicEntry> entries = new ArrayList<>();
        for (long at = ofType(PT_DYNAMIC).get(0).address(); word64(at) != 0; at += 16) {
            entries.add(new DynamicEntry(word64(at), word64(at + 8), at + 8));
        }
        return entries;
    }

    /** The entry with a tag, or null. */
    DynamicEntry dynamicEntry(long tag) {
        return dynamic().stream()
                .filter(entry -> entry.tag() == tag)
                .findFirst()
                .orElse(null);
    }
}
