package io.github.reloc.elf;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names that symbols are given something by, with or without version, each char one byte of the name.
 *
 * <p>The whole name of a symbol counts, and yet no more of it is read than the longest of these has, and one byte: the
 * name of a symbol can be as long as its file, and every entry can ask for it.
 */
public final class GivenNames {
    private final Set<String> names;
    private final int lengthToRead;
    private final boolean hasVersions;

    public GivenNames(Set<String> names) {
        this.names = Set.copyOf(names);
        int longest = 0;
        boolean hasAt = false;
        for (String name : names) {
            longest = Math.max(longest, name.length());
            hasAt |= name.indexOf('@') >= 0;
        }
        lengthToRead = longest + 1;
        hasVersions = hasAt;
    }

    /**
     * Which of them is the name of a symbol, or null where none is; with its version goes before without.
     *
     * @param index unsigned
     * @throws Failure if the table has no such symbol, or a name or version that is looked at is malformed
     */
    public @Nullable String of(SymbolTable symbols, int index) {
        Symbol symbol = symbols.get(index);
        if (names.isEmpty() || symbol.nameOffset() == 0) {
            return null;
        }
        String name = symbols.strings().get(symbol.nameOffset(), lengthToRead);
        if (name.length() == lengthToRead) {
            return null;
        }
        if (hasVersions) {
            String withVersion = name + symbols.version(index, lengthToRead);
            if (names.contains(withVersion)) {
                return withVersion;
            }
        }
        return names.contains(name) ? name : null;
    }
}
