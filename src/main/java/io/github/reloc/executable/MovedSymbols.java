package io.github.reloc.executable;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.Symbol;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.Image;
import java.util.List;

/**
 * The symbols of an executable: those of its program, {@code .dynsym} and {@code .symtab}, with addresses moved.
 *
 * <p>What is undefined, absolute or thread-local is no address, and stays; so does what is in a section that is not
 * loaded, as the symbols are that stand for the sections of debugging information.
 */
public final class MovedSymbols {
    private MovedSymbols() {}

    /**
     * Writes the symbols to the image of an executable.
     *
     * @param dynamicCount how many dynamic symbols there are
     * @throws Failure if a table is malformed, or a symbol has a section index whose meaning is not known
     */
    public static void write(Image image, FileLayout layout, long dynamicCount) {
        InputFile input = layout.program().input();
        SymbolTable dynamic = layout.program().symbols();
        if (dynamic != null) {
            move(image, input, dynamic.fileOffset(), dynamicCount, List.of(), "dynamic symbol ");
        }
        Section symtab = layout.symbols();
        if (symtab != null) {
            long count = symtab.size() / Elf.SYM_SIZE;
            move(image, input, symtab.fileOffset(), count, layout.sections(), "symbol ");
        }
    }

    /**
     * How many dynamic symbols there are. Where no hash table tells, the section header does, or else the entries that
     * name symbols.
     *
     * @param namedCount so many there are at least, for relocation entries name them
     */
    public static long count(SymbolTable dynamic, FileLayout layout, long namedCount) {
        if (dynamic.isCounted()) {
            return dynamic.size() / Elf.SYM_SIZE;
        }
        long count = namedCount;
        for (Section section : layout.sections()) {
            boolean isTable = section.type() == Elf.SHT_DYNSYM && section.virtualAddress() == dynamic.virtualAddress();
            if (isTable && Unsigned.lessOrEqual(section.size(), dynamic.size())) {
                count = Math.max(count, section.size() / Elf.SYM_SIZE);
            }
        }
        return count;
    }

    /** Moves the symbols of a table, but for those in a section that is not loaded. */
    private static void move(
            Image image, InputFile input, long tableFileOffset, long count, List<Section> sections, String name) {
        for (long index = 1; index < count; index++) {
            long fileOffset = tableFileOffset + index * Elf.SYM_SIZE;
            Symbol symbol = Symbol.read(input, fileOffset);
            if (!symbol.isAddress() || isInUnloaded(symbol, sections)) {
                continue;
            }
            if (symbol.isReserved() && symbol.sectionIndex() != Elf.SHN_XINDEX) {
                throw Failure.unsupported(name + index + " has the reserved section index 0x"
                                + Integer.toHexString(symbol.sectionIndex()) + ", and may be an address or not")
                        .at(fileOffset);
            }
            image.setAddressAt(fileOffset + Symbol.ST_VALUE_OFFSET, symbol.value());
        }
    }

    private static boolean isInUnloaded(Symbol symbol, List<Section> sections) {
        int index = symbol.sectionIndex();
        return !symbol.isReserved()
                && index < sections.size()
                && !sections.get(index).isAllocated();
    }
}
