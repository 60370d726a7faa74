package io.github.reloc.executable;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.SectionHeaders;
import io.github.reloc.image.FileLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The global offset tables of a program, whose first word holds the address of the dynamic section, as linked: start-up
 * code can tell from it how far it has been moved. No relocation entry is for it.
 *
 * <p>{@code DT_PLTGOT} names the one that has slots of the PLT; where there is none, only section names tell. Source:
 * x86-64 psABI, "Global Offset Table".
 */
public final class GlobalOffsetTables {
    private GlobalOffsetTables() {}

    /** The link-time addresses of all first words that hold the address of the dynamic section. */
    public static List<Long> find(FileLayout layout) {
        DynamicTable dynamic = layout.program().dynamic();
        List<Long> found = new ArrayList<>();
        addIfFirst(found, dynamic.value(Elf.DT_PLTGOT, 0), layout);
        InputFile input = layout.program().input();
        for (Section section : layout.sections()) {
            boolean isNamed = SectionHeaders.isNamed(".got", section, layout.sections(), input)
                    || SectionHeaders.isNamed(".got.plt", section, layout.sections(), input);
            if (isNamed && section.isAllocated() && !found.contains(section.virtualAddress())) {
                addIfFirst(found, section.virtualAddress(), layout);
            }
        }
        return found;
    }

    private static void addIfFirst(List<Long> found, long virtualAddress, FileLayout layout) {
        if (layout.contains(virtualAddress, Long.BYTES)
                && layout.program().memory().word64(virtualAddress)
                        == layout.program().dynamic().virtualAddress()) {
            found.add(virtualAddress);
        }
    }
}
