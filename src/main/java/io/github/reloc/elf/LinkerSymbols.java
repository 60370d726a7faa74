package io.github.reloc.elf;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The symbols of {@code .symtab}, which a loader never reads: the linker's own names of places are among them.
 *
 * <p>Like the section headers through which they are found they may be missing or wrong, so no fault in them is a {@link
 * Failure}. Layout of {@code Elf64_Sym}: {@link SymbolTable}. Source: gABI, "Symbol Table".
 */
public final class LinkerSymbols {
    private static final int ST_SHNDX_OFFSET = 6;
    private static final int ST_VALUE_OFFSET = 8;

    private LinkerSymbols() {}

    /**
     * The values of those symbols that the file defines; of two with one name the first counts.
     *
     * @param sections the section headers of the file
     * @param names to look for, each in ASCII
     */
    public static Map<String, Long> values(InputFile input, List<Section> sections, String... names) {
        Map<String, Long> values = new HashMap<>();
        Section symbols = first(sections);
        Section strings = symbols == null ? null : linked(sections, symbols);
        if (symbols == null || strings == null || !isInFile(symbols, input) || !isInFile(strings, input)) {
            return values;
        }
        byte[][] spellings = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            spellings[i] = (names[i] + '\0').getBytes(StandardCharsets.US_ASCII);
        }
        long count = symbols.size() / Elf.SYM_SIZE;
        for (long index = 1; index < count; index++) {
            long symbol = symbols.fileOffset() + index * Elf.SYM_SIZE;
            long name = Integer.toUnsignedLong(input.word32(symbol));
            for (int i = 0; i < names.length; i++) {
                if (isAt(input, strings, name, spellings[i])
                        && input.word16(symbol + ST_SHNDX_OFFSET) != Elf.SHN_UNDEF) {
                    values.putIfAbsent(names[i], input.word64(symbol + ST_VALUE_OFFSET));
                }
            }
        }
        return values;
    }

    /** The symbol table: the gABI allows one. */
    private static @Nullable Section first(List<Section> sections) {
        for (Section section : sections) {
            if (section.type() == Elf.SHT_SYMTAB) {
                return section;
            }
        }
        return null;
    }

    private static @Nullable Section linked(List<Section> sections, Section section) {
        return Integer.compareUnsigned(section.link(), sections.size()) < 0 ? sections.get(section.link()) : null;
    }

    private static boolean isInFile(Section section, InputFile input) {
        return Unsigned.contains(0, input.size(), section.fileOffset(), section.size());
    }

    /** Whether a string of a section is the one of some bytes. */
    private static boolean isAt(InputFile input, Section strings, long offset, byte[] bytes) {
        if (!Unsigned.contains(0, strings.size(), offset, bytes.length)) {
            return false;
        }
        // From the end, which tells the names of one family apart.
        for (int i = bytes.length - 1; i >= 0; i--) {
            if ((byte) input.byteAt(strings.fileOffset() + offset + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
