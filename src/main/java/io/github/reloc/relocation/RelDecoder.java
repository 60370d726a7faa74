package io.github.reloc.relocation;

import io.github.reloc.elf.InputFile;
import io.github.reloc.relocation.RelocationTable.Format;
import java.nio.ByteBuffer;

/**
 * Decodes tables of {@code Elf64_Rel} and {@code Elf64_Rela}.
 *
 * <p>Layout: r_offset: 8 bytes @ 0; r_info: 8 @ 8, the symbol index in its upper half and the type in its lower; and of
 * {@code Elf64_Rela} r_addend: 8 @ 16, signed. Source: gABI, "Relocation".
 */
final class RelDecoder {
    private static final int R_INFO_OFFSET = 8;
    private static final int R_ADDEND_OFFSET = 16;

    private RelDecoder() {}

    static void decode(InputFile input, long fileOffset, long size, Format format, RelocationConsumer consumer) {
        TableChunks chunks = new TableChunks(input, fileOffset, size);
        long index = 0;
        for (ByteBuffer chunk = chunks.next(); chunk.hasRemaining(); chunk = chunks.next()) {
            index = decodeChunk(chunk, index, format, consumer);
        }
    }

    private static long decodeChunk(ByteBuffer chunk, long firstIndex, Format format, RelocationConsumer consumer) {
        long index = firstIndex;
        int entrySize = format.entrySize();
        boolean hasAddend = !format.isAddendInPlace();
        for (int entry = 0; entry < chunk.limit(); entry += entrySize) {
            long info = chunk.getLong(entry + R_INFO_OFFSET);
            long addend = hasAddend ? chunk.getLong(entry + R_ADDEND_OFFSET) : 0;
            consumer.relocation(index++, chunk.getLong(entry), (int) info, (int) (info >>> Integer.SIZE), addend);
        }
        return index;
    }
}
