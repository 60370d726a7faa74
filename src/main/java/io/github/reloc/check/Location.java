package io.github.reloc.check;

import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The byte of the program that a finding is about, or the first of them.
 *
 * @param virtualAddress where it is in memory, at link time
 * @param fileOffset where it is in the file; -1 where it does not come from there
 */
public record Location(long virtualAddress, long fileOffset) {
    /** The place of an address, or null where no segment has it. */
    static @Nullable Location of(Program program, long virtualAddress) {
        Segment segment = program.segments().containing(virtualAddress, 1);
        if (segment == null) {
            return null;
        }
        boolean isFileBacked = segment.isFileBacked(virtualAddress, 1);
        return new Location(virtualAddress, isFileBacked ? segment.toFileOffset(virtualAddress) : -1);
    }
}
