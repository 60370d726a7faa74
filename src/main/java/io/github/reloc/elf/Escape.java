package io.github.reloc.elf;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes text that comes from a file safe to show: no control character, no bidirectional control, no invalid UTF-8
 * reaches a terminal.
 *
 * <p>A backslash becomes two; a byte that is not part of valid UTF-8 becomes {@code \xNN}, and a character that has no
 * shape of its own {@code \}{@code u{N}}. So what is shown can be told apart, whatever the file holds.
 */
public final class Escape {
    private Escape() {}

    /** A string whose chars are the bytes of a name, one each (0 to 255), taken as UTF-8. */
    public static String bytes(String name) {
        if (isPlain(name)) {
            return name;
        }
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < bytes.length; ) {
            int length = sequenceLength(bytes[i]);
            String character = decode(decoder, bytes, i, length);
            if (character == null) {
                escaped.append("\\x");
                appendHex(escaped, Byte.toUnsignedInt(bytes[i]), 2);
                i++;
            } else {
                append(escaped, character.codePointAt(0));
                i += length;
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
        text.codePoints().forEach(codePoint -> append(escaped, codePoint));
        return escaped.toString();
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

    private static int sequenceLength(byte first) {
        // The leading ones of the first byte count the bytes of the sequence; none means a single byte.
        return Math.max(1, Integer.numberOfLeadingZeros(~(first << (Integer.SIZE - Byte.SIZE))));
    }

    /** The one character at a place, or null where there is none in valid UTF-8. */
    private static @Nullable String decode(CharsetDecoder decoder, byte[] bytes, int start, int length) {
        if (start + length > bytes.length) {
            return null;
        }
        try {
            return decoder.decode(ByteBuffer.wrap(bytes, start, length)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
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
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void appendHex(StringBuilder escaped, int value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            escaped.append(Character.forDigit(value >>> shift & 0xf, 16));
        }
    }
}
