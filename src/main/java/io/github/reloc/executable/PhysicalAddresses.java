package io.github.reloc.executable;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;

/**
 * What becomes of the physical addresses of an executable, {@code p_paddr}, by which loaders of kernels go.
 *
 * @param rule what is done
 * @param address that of the first page, a multiple of {@link Elf#PAGE_SIZE}; 0 where the rule is another
 */
public record PhysicalAddresses(Rule rule, long address) {
    /** What is done with them. */
    public enum Rule {
        /** They are the virtual ones, before and after. */
        SAME_AS_VIRTUAL,
        /** They stay as they were. */
        AS_LINKED,
        /** They begin at an address of their own. */
        FROM_ADDRESS
    }

    /** What is meant where nothing is said. */
    public static final PhysicalAddresses DEFAULT = new PhysicalAddresses(Rule.SAME_AS_VIRTUAL, 0);

    public static final PhysicalAddresses AS_LINKED = new PhysicalAddresses(Rule.AS_LINKED, 0);

    public static PhysicalAddresses from(long address) {
        return new PhysicalAddresses(Rule.FROM_ADDRESS, address);
    }

    /** Whether the physical address of a segment is its virtual one, before and after. */
    public boolean isVirtual(Segment segment) {
        return rule == Rule.SAME_AS_VIRTUAL && segment.physicalAddress() == segment.virtualAddress();
    }

    /**
     * The physical address of a segment that moves.
     *
     * @param layout of the executable that it is part of
     */
    public long of(Segment segment, ImageLayout layout) {
        if (rule == Rule.FROM_ADDRESS) {
            return address + (segment.virtualAddress() - layout.startVirtualAddress());
        }
        return isVirtual(segment) ? layout.toLoadAddress(segment.virtualAddress()) : segment.physicalAddress();
    }

    /**
     * Checks that this can be done to a program.
     *
     * @throws Failure if its physical addresses are others than the virtual ones, and nothing is said of them, or they
     *     would pass the end of the address space
     */
    public void requireFor(Program program, ImageLayout layout) {
        if (Unsigned.sumWraps(address, layout.memorySize() - 1)) {
            throw Failure.unsupported("physical address " + Unsigned.hex(address) + " and image size "
                    + Unsigned.hex(layout.memorySize()) + " pass the end of the address space");
        }
        FileHeader header = program.header();
        for (Segment segment : program.segments().list()) {
            if (rule == Rule.SAME_AS_VIRTUAL && !isVirtual(segment)) {
                throw Failure.unsupported("program header " + segment.index() + " (PT_LOAD): p_paddr "
                                + Unsigned.hex(segment.physicalAddress()) + " is not p_vaddr "
                                + Unsigned.hex(segment.virtualAddress()) + ", and does not say how it moves")
                        .at(header.fileOffset(segment))
                        .remedy(Remedy.GIVE_PHYSICAL_ADDRESS);
            }
        }
    }
}
