package io.github.reloc.elf;

/**
 * Makes text that comes from a file safe to show: no control character, no bidirectional control, no invalid UTF-8
 * reaches a terminal.
 *
 * <p>A backslash becomes two; a byte that is not part of valid UTF-8 becomes {@code \xNN}, and a character that has no
 * shape of its own {@code \}{@code u{N}}. So what is shown can be told apart, whatever the file holds.
 *
 * <p>Which characters those are stands here, not in the virtual machine: its tables of Unicode grow from version to
 * version, and a name has to be written the same by all. So what Unicode has not assigned yet is shown.
 */
public final class Escape {
    /**
     * The first and the last of each range of characters that are not shown, in ascending order: those of the general
     * categories Cc, Cf, Zl, Zp, Cs and Co, noncharacters, and all that is Default_Ignorable_Code_Point, which includes
     * variation selectors and tags. Source: Unicode 16.0, UnicodeData.txt and DerivedCoreProperties.txt; chapter 23,
     * "Special Areas and Format Characters". The noncharacters that end each plane are left to {@link #isShown}.
     */
    private static final int[] HIDDEN = {
        0x0000, 0x001f, // C0 controls
        0x007f, 0x009f, // delete, C1 controls
        0x00ad, 0x00ad, // soft hyphen
        0x034f, 0x034f, // combining grapheme joiner
        0x0600, 0x0605, // Arabic signs that enclose numbers
        0x061c, 0x061c, // Arabic letter mark
        0x06dd, 0x06dd, // Arabic end of ayah
        0x070f, 0x070f, // Syriac abbreviation mark
        0x0890, 0x0891, // Arabic pound and piastre marks
        0x08e2, 0x08e2, // Arabic disputed end of ayah
        0x115f, 0x1160, // Hangul fillers
        0x17b4, 0x17b5, // Khmer inherent vowels
        0x180b, 0x180f, // Mongolian variation selectors, vowel separator
        0x200b, 0x200f, // zero width space and joiners, left-to-right and right-to-left marks
        0x2028, 0x202e, // line and paragraph separators, bidirectional embeddings and overrides
        0x2060, 0x206f, // word joiner, invisible operators, bidirectional isolates, deprecated format characters
        0x3164, 0x3164, // Hangul filler
        0xd800, 0xf8ff, // surrogates, private use
        0xfdd0, 0xfdef, // noncharacters
        0xfe00, 0xfe0f, // variation selectors
        0xfeff, 0xfeff, // zero width no-break space
        0xffa0, 0xffa0, // halfwidth Hangul filler
        0xfff0, 0xfffb, // kept for what is ignorable, interlinear annotation
        0x110bd, 0x110bd, // Kaithi number sign
        0x110cd, 0x110cd, // Kaithi number sign above
        0x13430, 0x1343f, // Egyptian hieroglyph format controls
        0x1bca0, 0x1bca3, // shorthand format controls
        0x1d173, 0x1d17a, // musical format controls
        0xe0000, 0x10ffff, // tags, variation selectors, private use
    };

    /** The last 16 bits but one of the two noncharacters at the end of each plane. */
    private static final int NONCHARACTER = 0xfffe;

    private static final int MAX_CODE_POINT = 0x10ffff;

    /** In chars, of {@code \}{@code u{10ffff}}. */
    private static final int MAX_ESCAPE_LENGTH = 10;

    /** In place of what is left out. */
    private static final String GAP = "...";

    private Escape() {}

    /** A string whose chars are the bytes of a name, one each (0 to 255), taken as UTF-8. */
    public static String bytes(String name) {
        if (isPlain(name)) {
            return name;
        }
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < name.length(); ) {
            int codePoint = decode(name, i);
            if (codePoint < 0) {
                escaped.append("\\x");
                appendHex(escaped, name.charAt(i), 2);
                i++;
            } else {
                append(escaped, codePoint);
                i += encodedLength(codePoint);
            }
        }
        return escaped.toString();
    }

    /** A string of characters, as an argument of the command line is. */
    public static String text(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            append(escaped, codePoint);
            i += Character.charCount(codePoint);
        }
        return escaped.toString();
    }

    /**
     * A line of which the names are escaped already: backslashes stay as they are, and what may have come into it by
     * another way, as in the words of an exception, is escaped all the same.
     */
    public static String line(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (codePoint == '\\') {
                escaped.append('\\');
            } else {
                append(escaped, codePoint);
            }
            i += Character.charCount(codePoint);
        }
        return escaped.toString();
    }

    /**
     * Escaped text that has at most a number of chars: of what is longer the middle is left out. No escape is cut in two.
     */
    public static String shorten(String escaped, int maxLength) {
        if (escaped.length() <= maxLength) {
            return escaped;
        }
        int part = (maxLength - GAP.length()) / 2;
        int headEnd = 0;
        int end = 0;
        while (end < escaped.length() - part) {
            end = endOfCharacter(escaped, end);
            if (end <= part) {
                headEnd = end;
            }
        }
        return escaped.substring(0, headEnd) + GAP + escaped.substring(end);
    }

    /** Where the character or escape ends that begins at a place. */
    private static int endOfCharacter(String escaped, int start) {
        if (escaped.charAt(start) != '\\' || start + 1 == escaped.length()) {
            return start + Character.charCount(escaped.codePointAt(start));
        }
        int limit = Math.min(escaped.length(), start + MAX_ESCAPE_LENGTH);
        return switch (escaped.charAt(start + 1)) {
            case 'x' -> Math.min(limit, start + "\\xNN".length());
            case 'u' -> {
                int end = start + 2;
                while (end < limit && escaped.charAt(end - 1) != '}') {
                    end++;
                }
                yield end;
            }
            default -> start + 2;
        };
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /**
     * The character whose UTF-8 begins at a place, or -1 where none does. Source: Unicode 16.0, table 3-7, "Well-Formed
     * UTF-8 Byte Sequences".
     */
    private static int decode(String bytes, int start) {
        int first = bytes.charAt(start);
        if (first < 0x80) {
            return first;
        }
        int length = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
        if (length == 0 || length > bytes.length() - start) {
            return -1;
        }
        // The first byte has as many leading ones as there are bytes, then a zero; the others have 10.
        int codePoint = first & (0x7f >> length);
        for (int i = start + 1; i < start + length; i++) {
            int next = bytes.charAt(i);
            if ((next & 0xc0) != 0x80) {
                return -1;
            }
            codePoint = (codePoint << 6) | (next & 0x3f);
        }
        boolean isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
        boolean isShortest = encodedLength(codePoint) == length;
        return isShortest && !isSurrogate && codePoint <= MAX_CODE_POINT ? codePoint : -1;
    }

    /** In bytes of UTF-8. */
    private static int encodedLength(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static void append(StringBuilder escaped, int codePoint) {
        if (codePoint == '\\') {
            escaped.append("\\\\");
        } else if (isShown(codePoint)) {
            escaped.appendCodePoint(codePoint);
        } else {
            escaped.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
        }
    }

    private static boolean isShown(int codePoint) {
        if ((codePoint & NONCHARACTER) == NONCHARACTER) {
            return false;
        }
        for (int i = 0; i < HIDDEN.length; i += 2) {
            if (codePoint <= HIDDEN[i + 1]) {
                return codePoint < HIDDEN[i];
            }
        }
        return true;
    }

    private static void appendHex(StringBuilder escaped, int value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            escaped.append(Character.forDigit(value >>> shift & 0xf, 16));
        }
    }
}
