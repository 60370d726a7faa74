package io.github.reloc.relocation;

import io.github.reloc.elf.InputFile;
import io.github.reloc.relocation.RelocationTable.Format;

/**
 * Decodes tables of {@code Elf64_Rel} and {@code Elf64_Rela}.
 *
 * <p>Layout: r_offset: 8 bytes @ 0; r_info: 8 @ 8, the symbol index in its upper half and the type in its lower; and of
 * {@code Elf64_Rela} r_addend: 8 @ 16, signed. So an entry is the words of a {@link RelocationBatch} as they stand.
 * Source: gABI, "Relocation".
 */
final class RelDecoder {
    private RelDecoder() {}

    static void decode(InputFile input, long fileOffset, long size, Format format, BatchConsumer consumer) {
        int stride = format.entrySize() / Long.BYTES;
        RelocationBatch batch = new RelocationBatch(stride);
        TableWords words = new TableWords(input, fileOffset, size);
        for (int count = words.read(batch.words()); count != 0; count = words.read(batch.words())) {
            batch.setPending(count / stride);
            batch.passOn(consumer);
        }
    }
}
