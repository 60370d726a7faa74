package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.RelocationTable;
import io.github.reloc.relocation.RelocationTables;
import io.github.reloc.relocation.RelocationType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Finds out what a byte that differs is part of. */
final class DifferenceLocator {
    private final Program program;
    private final RelocationTables tables;
    private Difference.@Nullable Entry entry;

    DifferenceLocator(Program program, RelocationTables tables) {
        this.program = program;
        this.tables = tables;
    }

    Difference locate(long differingImageOffset, Image expected, InputFile found) {
        ImageLayout layout = expected.layout();
        long virtualAddress = layout.toVirtualAddress(differingImageOffset);
        Difference.Entry covering = entryAt(virtualAddress);
        long start = covering == null ? virtualAddress : covering.place();
        int size = covering == null ? 1 : RelocationType.fieldSize(covering.type());
        long imageOffset = layout.toImageOffset(start);
        return new Difference(
                imageOffset,
                layout.toLoadAddress(start),
                program.segments().containing(start, size),
                symbolAt(start),
                covering,
                size,
                expectedField(expected, imageOffset, size),
                foundField(found, imageOffset, size));
    }

    /** The entry whose field holds an address: of several the last, whose value it is that stays. */
    private Difference.@Nullable Entry entryAt(long virtualAddress) {
        entry = null;
        for (RelocationTable table : tables.list()) {
            if (table.container() == null) {
                table.forEach(program, (index, place, type, symbolIndex, addend) -> {
                    if (Unsigned.contains(place, RelocationType.fieldSize(type), virtualAddress, 1)) {
                        entry = new Difference.Entry(table.kind(), index, place, type);
                    }
                });
            }
        }
        return entry;
    }

    private @Nullable String symbolAt(long virtualAddress) {
        SymbolTable symbols = program.symbols();
        try {
            return symbols == null ? null : symbols.displayNameAt(virtualAddress);
        } catch (Failure e) {
            // A name that nothing needed is malformed; what differs is worth saying without it.
            return null;
        }
    }

    private static long expectedField(Image image, long imageOffset, int size) {
        long field = 0;
        for (int i = 0; i < size; i++) {
            ByteBuffer bytes = image.peek(imageOffset + i);
            field |= Byte.toUnsignedLong(bytes.get()) << (i * Byte.SIZE);
        }
        return field;
    }

    private static long foundField(InputFile image, long imageOffset, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        image.read(imageOffset, bytes.limit(size));
        return bytes.clear().getLong(0);
    }
}
