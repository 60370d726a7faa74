package io.github.reloc.check;

import io.github.reloc.elf.Unsigned;

/** Link-time addresses for a message: how many there are, and the first of them. */
final class Places {
    private static final int MAX_SHOWN = 3;

    private final long[] shown = new long[MAX_SHOWN];
    private long count;

    void add(long virtualAddress) {
        if (count < MAX_SHOWN) {
            shown[(int) count] = virtualAddress;
        }
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long first() {
        return shown[0];
    }

    /** How many of something there are: {@code 1 entry}, {@code 2 entries}. */
    String counted(String singular, String plural) {
        return count + " " + (count == 1 ? singular : plural);
    }

    /** {@code 0x10, 0x18, 0x20, …}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(count, MAX_SHOWN); i++) {
            text.append(i == 0 ? "" : ", ").append(Unsigned.hex(shown[i]));
        }
        return text.append(count > MAX_SHOWN ? ", …" : "").toString();
    }
}
