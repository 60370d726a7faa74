package io.github.reloc.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a mistyped word was meant to be; for error messages alone. */
final class Nearest {
    /** Letters that a word must have for each mistake in it. */
    private static final int LETTERS_PER_MISTAKE = 3;

    /** A word that is the beginning of another one may be that, cut short, from so many letters on. */
    private static final int MIN_BEGINNING = 2;

    private Nearest() {}

    /**
     * The nearest of some names to a word, or null where none is near. Case and dashes before a word do not matter; what
     * begins one name alone is that, cut short; and a letter that is missing, added, wrong or swapped with the next is one
     * mistake.
     */
    static @Nullable String of(String word, Iterable<String> names) {
        String given = key(word);
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String name : names) {
            String key = key(name);
            int mistakes = mistakes(given, key);
            if (mistakes <= Math.min(given.length(), key.length()) / LETTERS_PER_MISTAKE && mistakes < least) {
                nearest = name;
                least = mistakes;
            }
        }
        String begun = least == 0 ? null : onlyOneThatBeginsWith(given, names);
        return begun == null ? nearest : begun;
    }

    private static @Nullable String onlyOneThatBeginsWith(String given, Iterable<String> names) {
        String only = null;
        for (String name : names) {
            if (given.length() >= MIN_BEGINNING && key(name).startsWith(given)) {
                if (only != null) {
                    return null;
                }
                only = name;
            }
        }
        return only;
    }

    private static String key(String word) {
        int start = 0;
        while (start < word.length() && word.charAt(start) == '-') {
            start++;
        }
        return word.substring(start).toLowerCase(Locale.ROOT);
    }

    /** How many mistakes make one word of another: the distance of Damerau and Levenshtein, each letter in one mistake. */
    private static int mistakes(String given, String name) {
        // Of a word that is far too long it need not be known.
        if (given.length() > 2 * name.length()) {
            return given.length();
        }
        int[] beforeLast = new int[name.length() + 1];
        int[] last = new int[name.length() + 1];
        int[] row = new int[name.length() + 1];
        for (int j = 0; j <= name.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= given.length(); i++) {
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int wrong = given.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + wrong);
                boolean isSwapped = i > 1
                        && j > 1
                        && given.charAt(i - 1) == name.charAt(j - 2)
                        && given.charAt(i - 2) == name.charAt(j - 1);
                if (isSwapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[name.length()];
    }
}
