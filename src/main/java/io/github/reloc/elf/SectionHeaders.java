package io.github.reloc.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * The section headers of a file: what the linker knew that a loader does not need.
 *
 * <p>They may be missing or wrong, and the program still runs. So nothing of a program's memory rests on them: those who
 * ask are the checks for relocation tables that no loader would find, and an executable, which has sections as its
 * program has them.
 */
public final class SectionHeaders {
    private static final int SH_TYPE_OFFSET = 4;
    private static final int SH_FLAGS_OFFSET = 8;
    private static final int SH_OFFSET_OFFSET = 24;
    private static final int SH_LINK_OFFSET = 40;
    private static final int SH_ENTSIZE_OFFSET = 56;

    private SectionHeaders() {}

    /** The section headers of a file, in its order; none where the table is absent or malformed. */
    public static List<Section> read(InputFile input) {
        try {
            return require(input);
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.MALFORMED) {
                throw e;
            }
            return List.of();
        }
    }

    /**
     * The same for those who need all of them; none where the file has no table.
     *
     * @throws Failure if the table is malformed
     */
    public static List<Section> require(InputFile input) {
        long start = input.word64(HeaderReader.E_SHOFF_OFFSET);
        if (start == 0) {
            return List.of();
        }
        int entrySize = input.word16(HeaderReader.E_SHENTSIZE_OFFSET);
        if (entrySize != Elf.SHDR_SIZE) {
            throw Failure.malformed(
                    "e_shentsize " + entrySize + " is not " + Elf.SHDR_SIZE, HeaderReader.E_SHENTSIZE_OFFSET);
        }
        long count = count(input, start);
        if (Unsigned.less(input.size() / Elf.SHDR_SIZE, count)
                || !Unsigned.contains(0, input.size(), start, count * Elf.SHDR_SIZE)) {
            throw Failure.malformed(
                    "the section headers (e_shoff " + Unsigned.hex(start) + ", " + Long.toUnsignedString(count)
                            + " of them) do not lie in the file of " + input.size() + " bytes",
                    HeaderReader.E_SHOFF_OFFSET);
        }
        List<Section> sections = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            long header = start + (long) i * Elf.SHDR_SIZE;
            sections.add(new Section(
                    i,
                    header,
                    Integer.toUnsignedLong(input.word32(header)),
                    input.word32(header + SH_TYPE_OFFSET),
                    input.word64(header + SH_FLAGS_OFFSET),
                    input.word64(header + Section.SH_ADDR_OFFSET),
                    input.word64(header + SH_OFFSET_OFFSET),
                    input.word64(header + Section.SH_SIZE_OFFSET),
                    input.word32(header + SH_LINK_OFFSET),
                    input.word64(header + SH_ENTSIZE_OFFSET)));
        }
        return sections;
    }

    /** Whether a section has a name, of ASCII alone; what is wrong with its name makes it none. */
    public static boolean isNamed(String name, Section section, List<Section> sections, InputFile input) {
        int index = input.word16(HeaderReader.E_SHSTRNDX_OFFSET);
        if (index >= sections.size()) {
            return false;
        }
        Section strings = sections.get(index);
        if (!Unsigned.contains(0, input.size(), strings.fileOffset(), strings.size())
                || !Unsigned.contains(0, strings.size(), section.nameOffset(), name.length() + 1)) {
            return false;
        }
        long start = strings.fileOffset() + section.nameOffset();
        for (int i = 0; i < name.length(); i++) {
            if (input.byteAt(start + i) != name.charAt(i)) {
                return false;
            }
        }
        return input.byteAt(start + name.length()) == 0;
    }

    /** The sections of a name, which is of ASCII alone. */
    public static List<Section> named(String name, List<Section> sections, InputFile input) {
        List<Section> named = new ArrayList<>();
        for (Section section : sections) {
            if (isNamed(name, section, sections, input)) {
                named.add(section);
            }
        }
        return named;
    }

    /** {@code e_shnum}, or where that is 0, as it is from 65280 sections on, the size of the first section. */
    private static long count(InputFile input, long start) {
        int count = input.word16(HeaderReader.E_SHNUM_OFFSET);
        return count == 0 && Unsigned.contains(0, input.size(), start, Elf.SHDR_SIZE)
                ? input.word64(start + Section.SH_SIZE_OFFSET)
                : count;
    }
}
