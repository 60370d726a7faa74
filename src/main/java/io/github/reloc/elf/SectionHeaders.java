package io.github.reloc.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * The section headers of a file: what the linker knew that a loader does not need.
 *
 * <p>They may be missing or wrong, and the program still runs. So no fault in them is a {@link Failure}, and nothing
 * that is computed rests on them: the one who asks is the check for relocation tables that no loader would find.
 */
public final class SectionHeaders {
    private static final int SH_TYPE_OFFSET = 4;
    private static final int SH_FLAGS_OFFSET = 8;
    private static final int SH_ADDR_OFFSET = 16;
    private static final int SH_SIZE_OFFSET = 32;

    private SectionHeaders() {}

    /**
     * The section headers of a file, in its order; none where the table is absent or does not lie in the file. The
     * escape for more than 65279 sections, {@code e_shnum} 0, counts as absent: a linked program has dozens.
     */
    public static List<Section> read(InputFile input) {
        long start = input.word64(HeaderReader.E_SHOFF_OFFSET);
        int entrySize = input.word16(HeaderReader.E_SHENTSIZE_OFFSET);
        int count = input.word16(HeaderReader.E_SHNUM_OFFSET);
        if (entrySize != Elf.SHDR_SIZE || !Unsigned.contains(0, input.size(), start, (long) count * Elf.SHDR_SIZE)) {
            return List.of();
        }
        List<Section> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long header = start + (long) i * Elf.SHDR_SIZE;
            sections.add(new Section(
                    i,
                    input.word32(header + SH_TYPE_OFFSET),
                    input.word64(header + SH_FLAGS_OFFSET),
                    input.word64(header + SH_ADDR_OFFSET),
                    input.word64(header + SH_SIZE_OFFSET)));
        }
        return sections;
    }
}
