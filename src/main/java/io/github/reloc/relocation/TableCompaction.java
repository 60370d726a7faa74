package io.github.reloc.relocation;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.executable.MovedHeaders.Shortened;
import io.github.reloc.image.Image;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Format;
import org.jspecify.annotations.Nullable;

/**
 * Takes the applied entries out of one table in the image: those left for run time move to its front, in their order.
 *
 * <p>A JMPREL inside the table moves with its entries: it begins where the first of them comes to lie. This holds in
 * each layout that linkers make: JMPREL apart from RELA, right behind it, or inside it.
 */
final class TableCompaction {
    private final RelocationTable table;
    private final @Nullable RelocationTable inner;
    private final Image image;
    private final KeptEntries keptEntries;
    private long keptCount;
    private long keptBeforeInner;
    private long keptInsideInner;

    /**
     * A table of which nothing is kept yet.
     *
     * @param inner the JMPREL that lies inside the table, or null
     */
    TableCompaction(RelocationTable table, @Nullable RelocationTable inner, Image image, KeptEntries keptEntries) {
        this.table = table;
        this.inner = inner;
        this.image = image;
        this.keptEntries = keptEntries;
    }

    /**
     * Keeps an entry of the table.
     *
     * @throws Failure if entries of this table cannot be moved
     */
    void keep(Entry entry) {
        Format format = table.format();
        if (!format.isArrayOfEntries()) {
            throw Failure.unsupported("entries of the packed table " + table.kind()
                            + " are left for run time, and it cannot be shortened to them")
                    .remedy(Remedy.KEEP_TABLES);
        }
        keptEntries.write(entry, table.virtualAddress() + keptCount * format.entrySize());
        keptCount++;
        if (inner != null) {
            long distance = table.virtualAddress() + entry.index() * format.entrySize() - inner.virtualAddress();
            if (distance < 0) {
                keptBeforeInner++;
            } else if (distance < inner.size()) {
                keptInsideInner++;
            }
        }
    }

    /**
     * After the last entry: what the dynamic section now has to say of the table.
     *
     * @param clearsRest whether the bytes behind the kept entries become 0
     */
    void finish(DynamicEdits edits, boolean clearsRest) {
        int entrySize = table.format().entrySize();
        long keptSize = keptCount * entrySize;
        edits.set(table.kind().sizeTag(), keptSize);
        // Loaders apply this many relative entries without looking at the size; all of them have been applied.
        switch (table.kind()) {
            case RELA -> edits.set(Elf.DT_RELACOUNT, 0);
            case REL -> edits.set(Elf.DT_RELCOUNT, 0);
            default -> {}
        }
        if (inner != null) {
            edits.set(inner.kind().addressTag(), table.virtualAddress() + keptBeforeInner * entrySize);
            edits.set(inner.kind().sizeTag(), keptInsideInner * entrySize);
        }
        if (clearsRest) {
            image.clear(table.virtualAddress() + keptSize, table.size() - keptSize);
        }
    }

    /** After {@link #finish}: how the table is now shorter. */
    Shortened shortened() {
        return new Shortened(
                table.virtualAddress(), table.size(), keptCount * table.format().entrySize());
    }
}
