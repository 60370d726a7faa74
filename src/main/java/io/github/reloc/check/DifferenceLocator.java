package io.github.reloc.check;

import io.github.reloc.elf.DynamicTable;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.SymbolTable;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationTables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Finds out what a byte that differs is part of. */
final class DifferenceLocator {
    private static final long NONE = -1;

    private final Program program;
    private final RelocationTables tables;
    private Difference.@Nullable Relocation relocation;

    DifferenceLocator(Program program, RelocationTables tables) {
        this.program = program;
        this.tables = tables;
    }

    Difference locate(long differingImageOffset, Image expected, InputFile found) {
        ImageLayout layout = expected.layout();
        OptionalLong virtualAddress = layout.toVirtualAddress(differingImageOffset);
        HeaderField header = layout instanceof FileLayout file ? HeaderField.at(differingImageOffset, file) : null;
        if (header != null || virtualAddress.isEmpty()) {
            long start = header == null ? differingImageOffset : header.imageOffset();
            int size = header == null ? 1 : header.size();
            return difference(start, size, layout.toVirtualAddress(start), null, null, header, expected, found);
        }
        Difference.Relocation covering = relocationAt(virtualAddress.getAsLong());
        long dynamicValue = dynamicValueAt(virtualAddress.getAsLong());
        String dynamicTag = null;
        long start = virtualAddress.getAsLong();
        int size = 1;
        if (covering != null) {
            start = covering.place();
            size = RelocationType.wordSize(covering.type());
        } else if (dynamicValue != NONE) {
            dynamicTag = DynamicTag.name(program.memory().word64(dynamicValue - Long.BYTES));
            start = dynamicValue;
            size = Long.BYTES;
        }
        return difference(
                layout.toImageOffset(start), size, OptionalLong.of(start), covering, dynamicTag, null, expected, found);
    }

    private Difference difference(
            long imageOffset,
            int size,
            OptionalLong virtualAddress,
            Difference.@Nullable Relocation covering,
            @Nullable String dynamicTag,
            @Nullable HeaderField header,
            Image expected,
            InputFile found) {
        boolean isMemory = virtualAddress.isPresent();
        return new Difference(
                imageOffset,
                isMemory
                        ? OptionalLong.of(expected.layout().toLoadAddress(virtualAddress.getAsLong()))
                        : OptionalLong.empty(),
                isMemory ? program.segments().containing(virtualAddress.getAsLong(), size) : null,
                isMemory && header == null ? symbolAt(virtualAddress.getAsLong()) : null,
                covering,
                dynamicTag,
                header == null ? null : header.name(),
                size,
                expectedField(expected, imageOffset, size),
                foundField(found, imageOffset, size));
    }

    /** The entry whose field holds an address: of several the last, whose value it is that stays. */
    private Difference.@Nullable Relocation relocationAt(long virtualAddress) {
        relocation = null;
        tables.forEach(entry -> {
            if (Unsigned.contains(entry.place(), RelocationType.wordSize(entry.type()), virtualAddress, 1)) {
                relocation =
                        new Difference.Relocation(entry.table().kind(), entry.index(), entry.place(), entry.type());
            }
        });
        return relocation;
    }

    /** Where the value of a dynamic tag begins that an address is part of, or {@link #NONE}. */
    private long dynamicValueAt(long virtualAddress) {
        DynamicTable dynamic = program.dynamic();
        long offset = virtualAddress - dynamic.virtualAddress();
        boolean isInValue = Long.compareUnsigned(offset, dynamic.size()) < 0 && offset % Elf.DYN_SIZE >= Long.BYTES;
        return isInValue ? virtualAddress - offset % Long.BYTES : NONE;
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
