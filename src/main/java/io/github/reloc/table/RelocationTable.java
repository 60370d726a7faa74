package io.github.reloc.table;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * A relocation table of the file, as the dynamic section describes it.
 *
 * @param kind which table it is
 * @param format how its entries are laid out; of JMPREL it is DT_PLTREL that says so
 * @param virtualAddress of its first byte
 * @param size in bytes, as the dynamic section states it
 * @param fileOffset of its first byte; 0 where nothing of it lies in the file
 * @param readableSize the part of {@code size} that is whole entries and lies in the file-backed part of one segment
 * @param container the table that all entries of this one belong to as well, and where they are applied, or null
 * @param defect why the table is malformed, or null; then {@code readableSize} is less than {@code size} or the entries
 *     mean nothing
 */
public record RelocationTable(
        Kind kind,
        Format format,
        long virtualAddress,
        long size,
        long fileOffset,
        long readableSize,
        @Nullable Kind container,
        @Nullable Failure defect) {

    /** The tables in the order in which loaders apply them: glibc and musl where they know them, else bionic. */
    public enum Kind {
        RELR(Elf.DT_RELR, Elf.DT_RELRSZ),
        ANDROID_RELR(Elf.DT_ANDROID_RELR, Elf.DT_ANDROID_RELRSZ),
        ANDROID_REL(Elf.DT_ANDROID_REL, Elf.DT_ANDROID_RELSZ),
        ANDROID_RELA(Elf.DT_ANDROID_RELA, Elf.DT_ANDROID_RELASZ),
        REL(Elf.DT_REL, Elf.DT_RELSZ),
        RELA(Elf.DT_RELA, Elf.DT_RELASZ),
        JMPREL(Elf.DT_JMPREL, Elf.DT_PLTRELSZ);

        private final long addressTag;
        private final long sizeTag;

        Kind(long addressTag, long sizeTag) {
            this.addressTag = addressTag;
            this.sizeTag = sizeTag;
        }

        /** The tag of the dynamic section that holds the table's virtual address. */
        public long addressTag() {
            return addressTag;
        }

        /** The tag of the dynamic section that holds the table's size in bytes. */
        public long sizeTag() {
            return sizeTag;
        }
    }

    /** How entries are laid out. */
    public enum Format {
        /** Words of 8 bytes: an address, or a bitmap of addresses. All entries are of type R_X86_64_RELATIVE. */
        RELR(Elf.RELR_SIZE, true),
        /** {@code Elf64_Rel}: r_offset: 8 bytes @ 0; r_info: 8 @ 8. */
        REL(Elf.REL_SIZE, true),
        /** {@code Elf64_Rela}: r_offset: 8 bytes @ 0; r_info: 8 @ 8; r_addend: 8 @ 16. */
        RELA(Elf.RELA_SIZE, false),
        /** A stream of bytes that stands for {@code Elf64_Rel}. */
        PACKED_REL(1, true),
        /** A stream of bytes that stands for {@code Elf64_Rela}. */
        PACKED_RELA(1, false);

        private final int entrySize;
        private final boolean isAddendInPlace;

        Format(int entrySize, boolean isAddendInPlace) {
            this.entrySize = entrySize;
            this.isAddendInPlace = isAddendInPlace;
        }

        /** In bytes; the size of a table is a multiple of it. */
        public int entrySize() {
            return entrySize;
        }

        /**
         * Whether the addend is the word that is relocated. Such a table is not idempotent: applied twice, it adds the
         * bias twice.
         */
        public boolean isAddendInPlace() {
            return isAddendInPlace;
        }

        /** Whether each entry stands by itself, so that it can be moved. */
        public boolean isArrayOfEntries() {
            return this == REL || this == RELA;
        }
    }

    /**
     * Passes on every entry that is readable, in order.
     *
     * @param program the file that the table is of
     * @throws Failure if a RELR or packed table is malformed, after the entries before the fault
     */
    public void forEachBatch(Program program, RelocationBatch.Consumer consumer) {
        switch (format) {
            case RELR -> new RelrDecoder(consumer).decode(program.input(), fileOffset, readableSize);
            case REL, RELA -> decodeArray(program, consumer);
            case PACKED_REL, PACKED_RELA -> packed(program).decode(maxPackedCount(program), consumer);
        }
    }

    /** An array of {@code Elf64_Rel} or {@code Elf64_Rela}: its words are those of a batch as they stand. */
    private void decodeArray(Program program, RelocationBatch.Consumer consumer) {
        int stride = format.entrySize() / Long.BYTES;
        RelocationBatch batch = new RelocationBatch(stride);
        TableWords words = new TableWords(program.input(), fileOffset, readableSize);
        for (int count = words.read(batch.words()); count != 0; count = words.read(batch.words())) {
            batch.setPending(count / stride);
            batch.passOn(consumer);
        }
    }

    /** The same one by one. */
    public void forEach(Program program, Entry.Consumer consumer) {
        forEachBatch(program, new OneByOne(new Entry(this), consumer));
    }

    /** A class, because the first lambda of a run takes 2 ms. */
    private record OneByOne(Entry entry, Entry.Consumer consumer) implements RelocationBatch.Consumer {
        @Override
        public void accept(RelocationBatch batch) {
            for (int i = 0; i < batch.count(); i++) {
                batch.read(i, entry);
                consumer.accept(entry);
            }
        }
    }

    /** An object to be filled with entries of this table. */
    public Entry newEntry() {
        return new Entry(this);
    }

    /** The number of entries that are readable; of a RELR table, of decoded ones; of a packed one, as it states. */
    public long count(Program program) {
        return switch (format) {
            case RELR -> RelrDecoder.count(program.input(), fileOffset, readableSize);
            case REL, RELA -> readableSize / format.entrySize();
            case PACKED_REL, PACKED_RELA -> packed(program).count(maxPackedCount(program));
        };
    }

    private PackedDecoder packed(Program program) {
        return new PackedDecoder(program.input(), fileOffset, readableSize, !format.isAddendInPlace());
    }

    /**
     * An entry has a byte of its own in the table or, where it has none, a word of its own in the file: memory is no
     * bound, for a file may claim any amount of it.
     */
    private long maxPackedCount(Program program) {
        return readableSize + program.input().size() / Long.BYTES;
    }

    /** Whether this table and another share a byte. */
    boolean overlaps(RelocationTable other) {
        return Unsigned.overlap(virtualAddress, size, other.virtualAddress, other.size);
    }

    /** Whether this table lies, entry by entry, inside another. */
    boolean isInside(RelocationTable other) {
        return format.isArrayOfEntries()
                && format == other.format
                && Unsigned.contains(other.virtualAddress, other.size, virtualAddress, size)
                && (virtualAddress - other.virtualAddress) % format.entrySize() == 0;
    }

    RelocationTable withDefect(Failure fault) {
        return new RelocationTable(kind, format, virtualAddress, size, fileOffset, readableSize, container, fault);
    }

    RelocationTable within(Kind other) {
        return new RelocationTable(kind, format, virtualAddress, size, fileOffset, readableSize, other, defect);
    }
}
