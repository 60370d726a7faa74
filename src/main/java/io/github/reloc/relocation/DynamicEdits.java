package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
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

    /** Writes the values: to every entry of a tag, for a tag may stand twice. */
    void writeTo(Image image, Program program) {
        DynamicTable dynamic = program.dynamic();
        long end = dynamic.virtualAddress() + dynamic.size();
        for (long entry = dynamic.virtualAddress(); entry != end; entry += Elf.DYN_SIZE) {
            Long value = values.get(program.memory().word64(entry));
            if (value != null) {
                image.setWord64(entry + Long.BYTES, value);
            }
        }
    }
}
