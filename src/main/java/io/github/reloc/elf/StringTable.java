package io.github.reloc.elf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The strings that the dynamic section names: {@code DT_STRTAB}, of {@code DT_STRSZ} bytes, each string ended by a zero
 * byte. Source: gABI, "String Table".
 */
public final class StringTable {
    /** A longer string is cut here, so that one file cannot make every line of a listing megabytes long. */
    public static final int MAX_LENGTH = 4096;

    private final InputFile input;
    private final long virtualAddress;
    private final long fileOffset;
    private final long size;
    private byte[] buffer = new byte[256];

    /**
     * Finds the table; its strings are read when they are asked for.
     *
     * @throws Failure if the table does not lie in the file-backed part of one segment
     */
    StringTable(DynamicTable dynamic, LoadSegments segments, InputFile input) {
        virtualAddress = dynamic.required(Elf.DT_STRTAB, Elf.DT_SYMTAB);
        size = dynamic.required(Elf.DT_STRSZ, Elf.DT_STRTAB);
        Segment segment = segments.fileBacking(virtualAddress, size);
        if (segment == null) {
            throw Failure.malformed(
                    "DT_STRTAB " + Unsigned.hex(virtualAddress) + " and DT_STRSZ " + Unsigned.hex(size)
                            + " do not lie in the file-backed part of one PT_LOAD",
                    dynamic.valueFileOffset(Elf.DT_STRTAB));
        }
        this.input = input;
        fileOffset = segment.toFileOffset(virtualAddress);
    }

    /**
     * The strings of a file whose dynamic section has {@code DT_STRTAB}.
     *
     * @throws Failure if the table does not lie in the file-backed part of one segment
     */
    public static StringTable of(Program program) {
        return new StringTable(program.dynamic(), program.segments(), program.input());
    }

    public long virtualAddress() {
        return virtualAddress;
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** A string to show: as {@link #get(long, int)}, cut after {@link #MAX_LENGTH}. */
    public String get(long offset) {
        return get(offset, MAX_LENGTH);
    }

    /**
     * A string, each char one byte of it (0 to 255) whatever its encoding; cut after a number of bytes, and read no
     * further.
     *
     * @param offset in the table, unsigned
     * @throws Failure if the string begins, or ends before it is cut, outside the table
     */
    String get(long offset, int maxLength) {
        int length = 0;
        while (true) {
            long position = offset + length;
            if (!Unsigned.less(position, size)) {
                throw Failure.malformed(
                        "string at offset " + Unsigned.hex(offset) + " of DT_STRTAB does not end within DT_STRSZ "
                                + Unsigned.hex(size),
                        fileOffset);
            }
            int next = input.byteAt(fileOffset + position);
            if (next == 0 || length == maxLength) {
                return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * length);
            }
            buffer[length++] = (byte) next;
        }
    }
}
