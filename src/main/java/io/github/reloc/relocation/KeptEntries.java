package io.github.reloc.relocation;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.Image;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Format;

/**
 * The entries that the tables of the image keep, as the image has them.
 *
 * <p>In a flat image that is as linked. In an executable their addresses move: {@code r_offset}, of all types but
 * R_X86_64_NONE; {@code r_addend} where it is an address, of the relative types and R_X86_64_IRELATIVE, and of
 * R_X86_64_JUMP_SLOT where it is one of the PLT ({@code DT_X86_64_PLT}); the address words of RELR; and the word in place
 * that run time starts from, of an R_X86_64_IRELATIVE without addend and of an R_X86_64_JUMP_SLOT, which lazy binding
 * jumps by.
 */
final class KeptEntries {
    private final Program program;
    private final Image image;

    /** The range that {@code DT_X86_64_PLT} names; empty where it is absent. */
    private final long pltStart;

    private final long pltSize;

    KeptEntries(Program program, Image image) {
        this.program = program;
        this.image = image;
        DynamicTable dynamic = program.dynamic();
        pltStart = dynamic.value(Elf.DT_X86_64_PLT, 0);
        pltSize = dynamic.value(Elf.DT_X86_64_PLTSZ, 0);
    }

    /** Writes an entry to where an entry of its table has its place. */
    void write(Entry entry, long virtualAddress) {
        image.setWord64(virtualAddress, entry.place());
        image.setWord64(virtualAddress + Long.BYTES, entry.info());
        if (!entry.table().format().isAddendInPlace()) {
            image.setWord64(virtualAddress + 2 * Long.BYTES, entry.statedAddend());
        }
        moveAddresses(entry, virtualAddress);
    }

    private void moveAddresses(Entry entry, long virtualAddress) {
        if (!image.layout().movesAddresses()) {
            return;
        }
        if (entry.type() != RelocationType.R_X86_64_NONE.number()) {
            image.setAddress(virtualAddress, entry.place());
        }
        if (!entry.table().format().isAddendInPlace() && isAddendAddress(entry)) {
            image.setAddress(virtualAddress + 2 * Long.BYTES, entry.statedAddend());
        }
    }

    private boolean isAddendAddress(Entry entry) {
        RelocationType type = RelocationType.of(entry.type());
        return type != null
                && (type.isAddendAddress()
                        || (type == RelocationType.R_X86_64_JUMP_SLOT
                                && Unsigned.less(entry.statedAddend() - pltStart, pltSize)));
    }

    /** Moves the word that run time starts from when it comes to an entry, if that is an address. */
    void moveWord(Entry entry) {
        if (!image.layout().movesAddresses() || !image.layout().contains(entry.place(), Long.BYTES)) {
            return;
        }
        RelocationType type = RelocationType.of(entry.type());
        long word = program.memory().word64(entry.place());
        boolean isAddend = type == RelocationType.R_X86_64_IRELATIVE
                && entry.table().format().isAddendInPlace();
        // A slot without lazy binding may hold anything.
        boolean isSlot = type == RelocationType.R_X86_64_JUMP_SLOT
                && word != 0
                && program.segments().containing(word, 1) != null;
        if (isAddend || isSlot) {
            image.setAddress(entry.place(), word);
        }
    }

    /**
     * Moves all the entries of a table that stays as it is.
     *
     * @throws Failure if it is a packed one, a stream of differences, which does not move in its place
     */
    void moveAll(RelocationTable table) {
        Format format = table.format();
        if (!image.layout().movesAddresses()) {
            return;
        }
        if (format == Format.RELR) {
            moveRelr(table);
        } else if (!format.isArrayOfEntries()) {
            throw Failure.unsupported("the packed table " + table.kind()
                            + " cannot be moved with the program, and would stay as it is")
                    .at(table.fileOffset())
                    .remedy(Remedy.EMPTY_TABLES);
        } else {
            int entrySize = format.entrySize();
            table.forEachBatch(program, batch -> {
                Entry entry = table.newEntry();
                for (int i = 0; i < batch.count(); i++) {
                    batch.read(i, entry);
                    moveAddresses(entry, table.virtualAddress() + entry.index() * entrySize);
                }
            });
        }
    }

    /** An even word is an address, an odd one a bitmap. */
    private void moveRelr(RelocationTable table) {
        InputFile input = program.input();
        for (long offset = 0; offset != table.size(); offset += Elf.RELR_SIZE) {
            long word = input.word64(table.fileOffset() + offset);
            if ((word & 1) == 0) {
                image.setAddress(table.virtualAddress() + offset, word);
            }
        }
    }
}
