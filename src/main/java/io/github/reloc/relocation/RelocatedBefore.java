package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.table.RelocationTable.Kind;

/**
 * Tells an image from the program that it was made of: an image begins with the program's headers, so that it can be
 * taken for it, and relocating it again would write wrong words.
 *
 * <p>What tells it is what {@link TableRule#SAFE} and {@link TableRule#TRIM} leave of the tables, and no linker writes: a
 * table that has an address and no entries, or a count of 0 for its relative entries. Where the segments are further apart
 * in memory than in the file, the bytes of the dynamic section are elsewhere in an image, and mostly zeros in their place:
 * a section that ends where it begins, with room for more. An image of {@link TableRule#KEEP} cannot be told where the
 * layouts of file and memory agree.
 */
public final class RelocatedBefore {
    private RelocatedBefore() {}

    /**
     * Checks that a program does not look like an image.
     *
     * @throws Failure if it does
     */
    public static void requireNot(Program program) {
        DynamicTable dynamic = program.dynamic();
        if (dynamic.isEmptyWithRoom()) {
            throw failure("the dynamic section begins with DT_NULL", dynamic.fileOffset());
        }
        for (Kind kind : Kind.values()) {
            long address = dynamic.value(kind.addressTag(), 0);
            if (address != 0 && dynamic.value(kind.sizeTag(), 1) == 0) {
                throw failure(
                        DynamicTag.name(kind.sizeTag()) + " is 0, and " + DynamicTag.name(kind.addressTag()) + " "
                                + Unsigned.hex(address),
                        dynamic.valueFileOffset(kind.sizeTag()));
            }
        }
        requireNotZero(Elf.DT_RELACOUNT, dynamic);
        requireNotZero(Elf.DT_RELCOUNT, dynamic);
    }

    private static void requireNotZero(long countTag, DynamicTable dynamic) {
        if (dynamic.value(countTag, 1) == 0) {
            throw failure(DynamicTag.name(countTag) + " is 0", dynamic.valueFileOffset(countTag));
        }
    }

    private static Failure failure(String seen, long fileOffset) {
        return Failure.unsupported("it looks relocated already, for " + seen
                        + ": an image cannot be relocated again; give the program that the linker wrote")
                .at(fileOffset);
    }
}
