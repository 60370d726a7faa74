package io.github.reloc.executable;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.Section;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.Image;
import java.util.List;

/**
 * The headers of an executable: those of its program, with addresses moved.
 *
 * <p>The ELF header: {@code e_type} becomes ET_EXEC, and {@code e_entry} moves. The program headers: {@code p_vaddr}
 * moves, of unknown types as well, but of none that has neither address nor memory; {@code p_paddr} becomes what is asked
 * for. The section headers: {@code sh_addr} of what is allocated moves; a relocation table from which entries are taken
 * gets shorter. All else stays.
 */
public final class MovedHeaders {

    /**
     * A relocation table from which entries were taken.
     *
     * @param virtualAddress of its first byte, at link time
     * @param size in bytes, before
     * @param keptSize in bytes: what is left, at its front
     */
    public record Shortened(long virtualAddress, long size, long keptSize) {}

    private MovedHeaders() {}

    /** Writes the headers to the image of an executable. */
    public static void write(
            Image image, FileLayout layout, PhysicalAddresses physicalAddresses, List<Shortened> tables) {
        FileHeader header = layout.program().header();
        image.setAt(FileHeader.E_TYPE_OFFSET, Elf.ET_EXEC, Short.BYTES);
        if (header.entryVirtualAddress() != 0) {
            image.setAddressAt(FileHeader.E_ENTRY_OFFSET, header.entryVirtualAddress());
        }
        for (Segment segment : header.segments()) {
            if (moves(segment)) {
                long fileOffset = header.fileOffset(segment);
                image.setAddressAt(fileOffset + Segment.P_VADDR_OFFSET, segment.virtualAddress());
                writePhysicalAddress(image, fileOffset + Segment.P_PADDR_OFFSET, segment, layout, physicalAddresses);
            }
        }
        for (Section section : layout.sections()) {
            if (section.isAllocated() && section.type() != Elf.SHT_NULL) {
                image.setAddressAt(section.headerFileOffset() + Section.SH_ADDR_OFFSET, section.virtualAddress());
                shorten(image, section, tables);
            }
        }
    }

    /** Whether a header moves with the program. GNU ld's empty PT_LOADs move with the others, among which they must ascend. */
    public static boolean moves(Segment segment) {
        return switch (segment.type()) {
            case Elf.PT_NULL, Elf.PT_GNU_STACK -> false;
            case Elf.PT_LOAD -> true;
            default -> segment.virtualAddress() != 0 || segment.memorySize() != 0;
        };
    }

    private static void writePhysicalAddress(
            Image image, long imageOffset, Segment segment, FileLayout layout, PhysicalAddresses physicalAddresses) {
        if (physicalAddresses.isVirtual(segment)) {
            image.setAddressAt(imageOffset, segment.physicalAddress());
        } else {
            image.setAt(imageOffset, physicalAddresses.of(segment, layout), Long.BYTES);
        }
    }

    /** A section that is a table, or a part of one, has what is left of the table there. */
    private static void shorten(Image image, Section section, List<Shortened> tables) {
        for (Shortened table : tables) {
            boolean isPart = section.isRelocationTable()
                    && section.size() != 0
                    && Unsigned.contains(
                            table.virtualAddress(), table.size(), section.virtualAddress(), section.size());
            if (isPart) {
                long before = section.virtualAddress() - table.virtualAddress();
                long left = Unsigned.less(before, table.keptSize()) ? table.keptSize() - before : 0;
                image.setAt(
                        section.headerFileOffset() + Section.SH_SIZE_OFFSET,
                        Unsigned.min(section.size(), left),
                        Long.BYTES);
            }
        }
    }
}
