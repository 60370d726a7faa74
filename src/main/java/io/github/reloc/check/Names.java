package io.github.reloc.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Names for a message: how many there are, and the first of them. */
final class Names {
    private static final int MAX_SHOWN = 10;

    private final List<String> shown = new ArrayList<>();
    private long count;

    /** Counts a name, and asks for it if it will be shown. */
    void add(Supplier<String> name) {
        if (shown.size() < MAX_SHOWN) {
            shown.add(name.get());
        }
        count++;
    }

    long count() {
        return count;
    }

    @Override
    public String toString() {
        long hidden = count - shown.size();
        return String.join(", ", shown) + (hidden == 0 ? "" : " and " + hidden + " more");
    }
}
