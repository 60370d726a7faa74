package io.github.reloc.elf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ELF header says of the file, with its program headers.
 *
 * <p>Layout of {@code Elf64_Ehdr}, 64 bytes: e_ident: 16 bytes @ 0; e_type: 2 @ 16; e_machine: 2 @ 18; e_version: 4 @
 * 20; e_entry: 8 @ 24; e_phoff: 8 @ 32; e_phentsize: 2 @ 54; e_phnum: 2 @ 56. The class, byte order and machine are
 * ELF64, little endian and x86-64; {@link HeaderReader} has checked them. Source: gABI, "ELF Header".
 *
 * @param osAbi {@code EI_OSABI}: whose meaning the tags of the dynamic section have that are left to operating systems
 * @param type {@code e_type}: {@link Elf#ET_DYN} or {@link Elf#ET_EXEC}
 * @param entryVirtualAddress {@code e_entry}; 0 where the file has no entry point
 * @param programHeaderFileOffset {@code e_phoff}: where the program header table begins
 * @param segments the program header table, in the order of the file
 */
public record FileHeader(
        int osAbi, int type, long entryVirtualAddress, long programHeaderFileOffset, List<Segment> segments) {
    /** Where in the file {@code e_type} stands. */
    public static final int E_TYPE_OFFSET = 16;

    /** Where in the file {@code e_entry} stands. */
    public static final int E_ENTRY_OFFSET = 24;

    public FileHeader {
        segments = List.copyOf(segments);
    }

    /** Where in the file a program header stands. */
    public long fileOffset(Segment segment) {
        return programHeaderFileOffset + (long) segment.index() * Elf.PHDR_SIZE;
    }

    /** The failure of a program that cannot be put at another address, because its code counts on the one it has. */
    Failure isAtItsAddress() {
        return Failure.unsupported("e_type is ET_EXEC: the program is at its address already, and cannot be moved")
                .remedy(Failure.Remedy.CHECK_RELOCATED);
    }

    /** The first program header of a type, or null where there is none. */
    public @Nullable Segment first(int segmentType) {
        for (Segment segment : segments) {
            if (segment.type() == segmentType) {
                return segment;
            }
        }
        return null;
    }

    /**
     * The program header of a type of which a program has one, or null where there is none.
     *
     * @param name of the type, as C spells it
     * @throws Failure if there are more: some loaders go by the first, others by the last
     */
    public @Nullable Segment only(int segmentType, String name) {
        Segment only = null;
        for (Segment segment : segments) {
            if (segment.type() == segmentType) {
                if (only != null) {
                    throw Failure.malformed(
                            "program headers " + only.index() + " and " + segment.index() + " are both " + name,
                            fileOffset(segment));
                }
                only = segment;
            }
        }
        return only;
    }
}
