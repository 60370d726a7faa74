package io.github.reloc.bench;

import io.github.reloc.PieBuilder;
import io.github.reloc.relocation.RelocationType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Programs made for measuring: nothing but pointers to relocate, one behind the other. */
public enum SyntheticProgram {
    /** As linkers write relative entries: in RELA, sorted by place. */
    RELA {
        @Override
        void addEntries(PieBuilder file, int count) {
            for (int i = 0; i < count; i++) {
                file.rela(DATA + (long) i * Long.BYTES, RelocationType.R_X86_64_RELATIVE.number(), 0, DATA + i);
            }
        }
    },

    /** The same in RELR: an address, and a bitmap for each 63 places behind it. */
    RELR {
        @Override
        void addEntries(PieBuilder file, int count) {
            file.relr(DATA);
            for (int rest = count - 1; rest > 0; rest -= Long.SIZE - 1) {
                file.relr(rest < Long.SIZE - 1 ? (1L << (rest + 1)) - 1 : -1);
            }
        }
    },

    /** RELA with its places in an order that no linker would choose. */
    SHUFFLED {
        @Override
        void addEntries(PieBuilder file, int count) {
            int[] order = shuffled(count);
            for (int i = 0; i < count; i++) {
                file.rela(DATA + (long) order[i] * Long.BYTES, RelocationType.R_X86_64_RELATIVE.number(), 0, DATA + i);
            }
        }
    },

    /** RELA in which every second entry names one of a thousand symbols. */
    SYMBOLIC {
        @Override
        void addEntries(PieBuilder file, int count) {
            for (int i = 1; i <= SYMBOLS; i++) {
                file.symbol("a_symbol_with_a_name_as_long_as_usual_" + i, GLOBAL_FUNCTION, 1, 16L * i, 16);
            }
            for (int i = 0; i < count; i += 2) {
                long place = DATA + (long) i * Long.BYTES;
                file.rela(place, RelocationType.R_X86_64_RELATIVE.number(), 0, DATA + i);
                file.rela(place + Long.BYTES, RelocationType.R_X86_64_64.number(), 1 + i / 2 % SYMBOLS, 0);
            }
        }
    };

    private static final long DATA = 0x40000000;
    private static final int SYMBOLS = 1000;
    private static final int GLOBAL_FUNCTION = 0x12;

    /** Adds so many entries, with places from {@link #DATA} on. */
    abstract void addEntries(PieBuilder file, int count);

    /** Writes a program with so many pointers into a folder, unless it is there. */
    Path in(Path folder, int count) throws IOException {
        Path path = folder.resolve(name().toLowerCase(Locale.ROOT) + "-" + count + ".elf");
        if (!Files.exists(path)) {
            long size = (long) count * Long.BYTES;
            PieBuilder file = PieBuilder.pie().data(DATA, size, size);
            addEntries(file, count);
            file.writeTo(path);
        }
        return path;
    }

    private static int[] shuffled(int count) {
        int[] order = new int[count];
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
