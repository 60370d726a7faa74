package io.github.reloc.robustness;

import io.github.reloc.robustness.ElfFields.Array;
import io.github.reloc.robustness.ElfFields.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Breaks a well-formed file in ways that its format suggests: the same seed breaks it the same way.
 *
 * <p>Nine in ten changes give one field a value that is interesting for it, or for any number; the others move entries,
 * cut the file or flip bits anywhere.
 */
final class Mutator {
    private static final int[] TYPES = {0, 1, 2, 5, 6, 7, 8, 10, 11, 16, 17, 18, 24, 32, 33, 36, 37, 38, 43, 63, 64, -1
    };
    private static final int[] SECTIONS = {0, 1, 0xfeff, 0xff00, 0xfff1, 0xfff2, 0xffff};
    private static final int[] SECTION_TYPES = {0, 1, 2, 3, 4, 6, 8, 9, 11, 18, 19};
    private static final int[] INFOS = {0x00, 0x10, 0x11, 0x12, 0x16, 0x1a, 0x20, 0x21, 0x26, 0x2a, 0xa1, 0xff};
    private static final long[] TAGS = {
        0,
        1,
        2,
        5,
        6,
        7,
        8,
        9,
        17,
        18,
        19,
        20,
        22,
        23,
        30,
        35,
        36,
        37,
        0x26,
        0x6000000fL,
        0x60000011L,
        0x6fffe000L,
        0x6ffffef5L,
        0x6ffffff9L,
        0x7000000000000007L,
        0x100000007L
    };

    private final byte[] original;
    private final ElfFields fields;
    private final Random random;
    private final StringBuilder description = new StringBuilder();
    private byte[] bytes;

    private Mutator(byte[] original, ElfFields fields, long seed) {
        this.original = original;
        this.fields = fields;
        this.random = new Random(seed);
        this.bytes = original.clone();
    }

    /** Breaks a file. */
    static Mutator mutant(byte[] original, ElfFields fields, long seed) {
        Mutator mutator = new Mutator(original, fields, seed);
        int count = 1 + mutator.random.nextInt(3);
        for (int i = 0; i < count; i++) {
            mutator.mutate();
        }
        return mutator;
    }

    /** Breaks nothing but section headers, and the symbols that they name. */
    static Mutator mutantOfSections(byte[] original, ElfFields fields, long seed) {
        Mutator mutator = new Mutator(original, fields, seed);
        int count = 1 + mutator.random.nextInt(3);
        for (int i = 0; i < count; i++) {
            mutator.set(mutator.pick(fields.sectionFields()));
        }
        return mutator;
    }

    /** The broken file. */
    byte[] file() {
        return bytes;
    }

    /** What was done to it. */
    String description() {
        return description.toString();
    }

    private void mutate() {
        int choice = random.nextInt(40);
        if (choice < 36) {
            List<Field> group = pick(fields.groups());
            set(pick(group));
        } else if (choice == 36) {
            moveEntry();
        } else if (choice == 37) {
            flipBits();
        } else if (choice == 38) {
            copyAnywhere();
        } else {
            int size = random.nextInt(bytes.length + 1);
            bytes = Arrays.copyOf(bytes, size);
            say("cut to " + size + " bytes");
        }
    }

    private void say(String change) {
        description.append(description.isEmpty() ? "" : "; ").append(change);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void set(Field field) {
        if (field.offset() + field.size() > bytes.length) {
            return;
        }
        long value = value(field);
        for (int i = 0; i < field.size(); i++) {
            bytes[field.offset() + i] = (byte) (value >>> (8 * i));
        }
        say(field + " = 0x" + Long.toHexString(value));
    }

    private long value(Field field) {
        String name = field.name();
        if (random.nextInt(3) != 0) {
            if (name.endsWith(" type")) {
                return TYPES[random.nextInt(TYPES.length)];
            }
            if (name.endsWith(" symbol")) {
                return random.nextInt(8);
            }
            if (name.endsWith("st_shndx")) {
                return SECTIONS[random.nextInt(SECTIONS.length)];
            }
            if (name.endsWith("st_info")) {
                return INFOS[random.nextInt(INFOS.length)];
            }
            if (name.startsWith("tag ")) {
                return TAGS[random.nextInt(TAGS.length)];
            }
            if (name.endsWith("sh_type")) {
                return SECTION_TYPES[random.nextInt(SECTION_TYPES.length)];
            }
            if (name.endsWith("sh_flags")) {
                return random.nextInt(8);
            }
            if (name.endsWith("p_type")) {
                return random.nextInt(8);
            }
            if (name.endsWith("p_flags")) {
                return random.nextInt(8);
            }
        }
        long old = word(field);
        return switch (random.nextInt(18)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> old + 1;
            case 3 -> old - 1;
            case 4 -> -1;
            case 5 -> 1L << 31;
            case 6 -> (1L << 32) + old;
            case 7 -> 1L << 63;
            case 8 -> old + (1L << 63);
            case 9 -> Long.MAX_VALUE;
            case 10 -> -old;
            case 11 -> old + 8L * (random.nextInt(17) - 8);
            case 12 -> old + 24L * (random.nextInt(9) - 4);
            case 13 -> random.nextLong() >>> random.nextInt(64);
            case 14 -> 1L << random.nextInt(64);
            case 15 -> bytes.length + random.nextInt(9) - 4;
            default -> word(pick(pick(fields.groups()))) + random.nextInt(3) * 8L;
        };
    }

    private long word(Field field) {
        ByteBuffer file = ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN);
        return switch (field.size()) {
            case 1 -> file.get(field.offset()) & 0xff;
            case 2 -> file.getShort(field.offset()) & 0xffff;
            case 4 -> file.getInt(field.offset()) & 0xffffffffL;
            default -> file.getLong(field.offset());
        };
    }

    /** An entry of a table comes to stand in the place of another, or changes places with it. */
    private void moveEntry() {
        Array array = pick(fields.arrays());
        int from = array.offset() + random.nextInt(array.count()) * array.entrySize();
        int to = array.offset() + random.nextInt(array.count()) * array.entrySize();
        if (Math.max(from, to) + array.entrySize() > bytes.length) {
            return;
        }
        byte[] moved = Arrays.copyOfRange(bytes, from, from + array.entrySize());
        boolean isSwap = random.nextBoolean();
        if (isSwap) {
            System.arraycopy(bytes, to, bytes, from, array.entrySize());
        }
        System.arraycopy(moved, 0, bytes, to, array.entrySize());
        say((isSwap ? "swapped in " : "copied in ") + array.name() + ": 0x" + Integer.toHexString(from) + " to 0x"
                + Integer.toHexString(to));
    }

    private void flipBits() {
        int count = bytes.length == 0 ? 0 : 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            say("flipped a bit of byte 0x" + Integer.toHexString(at));
        }
    }

    private void copyAnywhere() {
        int size = Math.min(bytes.length, 1 + random.nextInt(64));
        int from = random.nextInt(bytes.length - size + 1);
        int to = random.nextInt(bytes.length - size + 1);
        System.arraycopy(bytes.clone(), from, bytes, to, size);
        say("copied " + size + " bytes from 0x" + Integer.toHexString(from) + " to 0x" + Integer.toHexString(to));
    }
}
