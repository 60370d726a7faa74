package io.github.reloc.executable;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import java.util.ArrayList;
import java.util.List;

/**
 * A note of a program whose descriptor is an address of the program or, as far as can be told, may be: PVH's entry point,
 * by which QEMU and others start a kernel, is one.
 *
 * <p>Layout of a note: n_namesz: 4 bytes @ 0; n_descsz: 4 @ 4; n_type: 4 @ 8; then the name and the descriptor, each
 * padded to 4 bytes, or to 8 where {@code p_align} says so. Source: gABI, "Note Section".
 *
 * @param owner the name, which says whose types these are
 * @param type {@code n_type}
 * @param fileOffset of the descriptor, in the program and in the executable
 * @param virtualAddress of the descriptor, as the program header has it
 * @param size of the descriptor in bytes: 8 or 4
 * @param linked the descriptor, as linked
 */
public record AddressNote(String owner, long type, long fileOffset, long virtualAddress, int size, long linked) {
    /** Of Xen's: the physical address at which a kernel is entered in 32-bit mode. Source: Xen, {@code elfnote.h}. */
    private static final long XEN_ELFNOTE_PHYS32_ENTRY = 18;

    private static final int HEADER_SIZE = 12;

    /** Notes are small; what is larger is something else. */
    private static final long MAX_SIZE = 1 << 16;

    private static final int MAX_OWNER_LENGTH = 16;

    /** Those whose descriptors are numbers and strings. */
    private static final List<String> WITHOUT_ADDRESSES =
            List.of("GNU", "Go", "FreeBSD", "NetBSD", "OpenBSD", "DragonFly", "Android", "CORE", "LINUX");

    /** Those whose descriptors may be addresses, in the order of the file. What is malformed ends a segment. */
    public static List<AddressNote> find(Program program) {
        List<AddressNote> found = new ArrayList<>();
        long budget = MAX_SIZE;
        for (Segment segment : program.header().segments()) {
            long size = Unsigned.min(segment.fileSize(), budget);
            if (segment.type() == Elf.PT_NOTE
                    && Unsigned.contains(0, program.input().size(), segment.fileOffset(), size)) {
                budget -= size;
                addTo(found, segment, size, program.input());
            }
        }
        return found;
    }

    private static void addTo(List<AddressNote> found, Segment segment, long size, InputFile input) {
        long alignment = segment.alignment() == 8 ? 8 : 4;
        long end = segment.fileOffset() + size;
        long note = segment.fileOffset();
        while (end - note >= HEADER_SIZE) {
            long nameSize = Integer.toUnsignedLong(input.word32(note));
            long descriptorSize = Integer.toUnsignedLong(input.word32(note + 4));
            long descriptor = note + Unsigned.alignUp(HEADER_SIZE + nameSize, alignment);
            if (descriptor + descriptorSize > end) {
                return;
            }
            boolean isWord = descriptorSize == Integer.BYTES || descriptorSize == Long.BYTES;
            String owner = isWord ? owner(input, note + HEADER_SIZE, nameSize) : "";
            if (!owner.isEmpty() && !WITHOUT_ADDRESSES.contains(owner)) {
                found.add(new AddressNote(
                        owner,
                        Integer.toUnsignedLong(input.word32(note + 8)),
                        descriptor,
                        segment.virtualAddress() + (descriptor - segment.fileOffset()),
                        (int) descriptorSize,
                        descriptorSize == Long.BYTES
                                ? input.word64(descriptor)
                                : Integer.toUnsignedLong(input.word32(descriptor))));
            }
            note = descriptor + Unsigned.alignUp(descriptorSize, alignment);
        }
    }

    /** The name up to its zero byte; empty where it has none, or more bytes than any that is known. */
    private static String owner(InputFile input, long start, long size) {
        StringBuilder name = new StringBuilder();
        for (long offset = start; offset < start + Math.min(size, MAX_OWNER_LENGTH); offset++) {
            int next = input.byteAt(offset);
            if (next == 0) {
                return name.toString();
            }
            name.append((char) next);
        }
        return "";
    }

    /** Whether it is an address of the program, as linked, and not of its headers, where small numbers lie. */
    public boolean isAddressOf(Program program) {
        Segment segment = program.segments().containing(linked, 1);
        FileHeader header = program.header();
        long headersEnd =
                header.programHeaderFileOffset() + (long) header.segments().size() * Elf.PHDR_SIZE;
        return segment != null
                && !(segment.isFileBacked(linked, 1) && Unsigned.less(segment.toFileOffset(linked), headersEnd));
    }

    /** How a message calls it. */
    @Override
    public String toString() {
        return "note " + Escape.text(owner) + ", type " + type;
    }

    /** Whether a loader expects a physical address here, if it knows such addresses. */
    public boolean isPhysical() {
        return owner.equals("Xen") && type == XEN_ELFNOTE_PHYS32_ENTRY;
    }
}
