package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import io.github.reloc.image.Image;
import java.util.HashMap;
import java.util.Map;

/** New values for tags of the dynamic section, gathered and then written to the image together. */
final class DynamicEdits {
    private final Map<Long, Long> values = new HashMap<>();

    /** Gives a tag a value, if the section has it. */
    void set(long tag, long value) {
        values.put(tag, value);
    }

    /**
     * Writes the values: to every entry of a tag, for a tag may stand twice. A value that is an address is written as the
     * image has addresses; one of 0 names nothing.
     */
    void writeTo(Image image, Program program) {
        DynamicTable dynamic = program.dynamic();
        long end = dynamic.virtualAddress() + dynamic.size();
        for (long entry = dynamic.virtualAddress(); entry != end; entry += Elf.DYN_SIZE) {
            long tag = program.memory().word64(entry);
            Long value = values.get(tag);
            if (DynamicTag.isAddress(tag) && (value != null || image.layout().movesAddresses())) {
                long address = value != null ? value : program.memory().word64(entry + Long.BYTES);
                if (value != null || address != 0) {
                    image.setAddress(entry + Long.BYTES, address);
                }
            } else if (value != null) {
                image.setWord64(entry + Long.BYTES, value);
            }
        }
    }
}
