package io.github.reloc;

import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a built PIE section headers: of what it has already, and of what is appended to it. Section 0 is null, and the last
 * one holds the names.
 */
public final class SectionedPie {
    private static final int SHT_STRTAB = 3;
    private static final int HEADER_SIZE = 64;

    private final GrowingBytes file = new GrowingBytes();
    private final GrowingBytes names = new GrowingBytes().word8(0);
    private final List<long[]> headers = new ArrayList<>(List.of(new long[8]));

    public SectionedPie(PieBuilder pie) {
        file.raw(pie.build());
        pad();
    }

    private void pad() {
        while (file.size() % 8 != 0) {
            file.word8(0);
        }
    }

    /** The number of the next section. */
    public int next() {
        return headers.size();
    }

    /** Where the next bytes are appended. */
    public int end() {
        return file.size();
    }

    /** A section of what the file has. */
    public SectionedPie section(
            String name, int type, long flags, long address, long offset, long size, long entrySize) {
        headers.add(new long[] {names.size(), type, flags, address, offset, size, 0, entrySize});
        names.raw(name.getBytes(StandardCharsets.US_ASCII)).word8(0);
        return this;
    }

    /** A section that is not loaded, of words that are appended. */
    public SectionedPie appended(String name, int type, long entrySize, long... words) {
        section(name, type, 0, 0, file.size(), 8L * words.length, entrySize);
        for (long word : words) {
            file.word64(word);
        }
        return this;
    }

    /** The words of a symbol. */
    public static long[] symbol(int name, int info, int sectionIndex, long value, long size) {
        return new long[] {name | (long) info << 32 | (long) sectionIndex << 48, value, size};
    }

    /** The file. */
    public byte[] build() {
        section(".shstrtab", SHT_STRTAB, 0, 0, file.size(), 0, 0);
        headers.get(headers.size() - 1)[5] = names.size();
        byte[] nameBytes = new byte[names.size()];
        names.writeTo(ByteBuffer.wrap(nameBytes), 0);
        file.raw(nameBytes);
        pad();
        int start = file.size();
        for (long[] header : headers) {
            file.word32((int) header[0])
                    .word32((int) header[1])
                    .word64(header[2])
                    .word64(header[3]);
            file.word64(header[4])
                    .word64(header[5])
                    .word32(0)
                    .word32(0)
                    .word64(header[6])
                    .word64(header[7]);
        }
        byte[] bytes = new byte[file.size()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.writeTo(buffer, 0);
        buffer.putLong(40, start).putShort(58, (short) HEADER_SIZE);
        buffer.putShort(60, (short) headers.size()).putShort(62, (short) (headers.size() - 1));
        return bytes;
    }

    /** The file offset of the header of a section, once it is built. */
    public static int header(byte[] file, int index) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(40) + HEADER_SIZE * index;
    }

    /** The file as the code under test sees it; the caller closes it. */
    public Program open() {
        return new Program(InputFile.spool(new ByteArrayInputStream(build())));
    }
}
