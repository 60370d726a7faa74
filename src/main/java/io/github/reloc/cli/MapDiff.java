package io.github.reloc.cli;

import io.github.reloc.cli.MapValue.Fields;
import io.github.reloc.cli.MapValue.Items;
import io.github.reloc.cli.MapValue.Literal;
import io.github.reloc.cli.MapValue.Text;
import io.github.reloc.elf.Escape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says how two maps differ: a line for each value, {@code segments[1].permissions: rw- -> rwx}.
 *
 * <p>What could be taken for something else is in quotation marks: a name with a dot in a path, and a string that looks
 * like a number or like one of the words of this class.
 */
final class MapDiff {
    private static final String ABSENT = "(absent)";
    private static final String ARROW = " -> ";

    /** Of a path and of a value, in chars: a small file can have many paths, all of them long. */
    private static final int MAX_LENGTH = 1000;

    /** In a path, what ends a name or stands around it. */
    private static final String PATH_MARKS = ".[]\": ";

    /** How a string that is no string begins. */
    private static final String VALUE_MARKS = "{[(\" ";

    private static final String NUMBER_MARKS = "0123456789+-.eE";

    private final TextBuffer lines;
    private boolean isSame = true;

    private MapDiff(TextBuffer lines) {
        this.lines = lines;
    }

    /**
     * Writes the lines: those of values that the old map has, in its order, then those of values that only the new one
     * has.
     *
     * @return whether there are none
     */
    static boolean write(Fields before, Fields after, TextBuffer lines) throws IOException {
        MapDiff diff = new MapDiff(lines);
        diff.compare("", "", before, after, true);
        diff.compare("", "", after, before, false);
        lines.flush();
        return diff.isSame;
    }

    /**
     * Goes through a value of one map beside that of the other, if it has one there.
     *
     * @param parent the path of the container that holds it
     * @param step from there to the value
     * @param isOld which of the two maps it is; of the new one, only what the old one has not is worth a line
     */
    private void compare(String parent, String step, MapValue value, @Nullable MapValue other, boolean isOld)
            throws IOException {
        // Of a container that is gone, what it had says the same.
        boolean isDifferent = other == null ? isLeaf(value) : isOld && !isAlike(value, other);
        if (!isDifferent && isLeaf(value)) {
            return;
        }
        String path = shorten(parent + step);
        if (isDifferent) {
            line(path, isOld ? value : other, isOld ? other : value);
        }
        if (value instanceof Fields fields) {
            Map<String, MapValue> others = other instanceof Fields same ? same.map() : Map.of();
            for (Map.Entry<String, MapValue> field : fields.map().entrySet()) {
                String name = (path.isEmpty() ? "" : ".") + pathName(field.getKey());
                compare(path, name, field.getValue(), others.get(field.getKey()), isOld);
            }
        } else if (value instanceof Items items) {
            List<MapValue> others = other instanceof Items same ? same.list() : List.of();
            for (int i = 0; i < items.list().size(); i++) {
                compare(path, "[" + i + "]", items.list().get(i), i < others.size() ? others.get(i) : null, isOld);
            }
        }
    }

    private static boolean isLeaf(MapValue value) {
        return !(value instanceof Fields fields && !fields.map().isEmpty())
                && !(value instanceof Items items && !items.list().isEmpty());
    }

    /** Whether two values are the same, or containers of one kind; what those hold has lines of its own. */
    private static boolean isAlike(MapValue value, MapValue other) {
        return (value instanceof Fields && other instanceof Fields)
                || (value instanceof Items && other instanceof Items)
                || value.equals(other);
    }

    private void line(String path, @Nullable MapValue left, @Nullable MapValue right) throws IOException {
        isSame = false;
        lines.text(path).text(": ").text(shown(left)).text(ARROW).text(shown(right));
        lines.newLine();
    }

    private static String pathName(String name) {
        String escaped = Escape.text(name);
        for (int i = 0; i < escaped.length(); i++) {
            if (PATH_MARKS.indexOf(escaped.charAt(i)) >= 0) {
                return quoted(escaped);
            }
        }
        return escaped.isEmpty() ? quoted(escaped) : escaped;
    }

    private static String shown(@Nullable MapValue value) {
        if (value == null) {
            return ABSENT;
        }
        if (value instanceof Text text) {
            String escaped = Escape.text(text.text());
            return shorten(isPlain(escaped) ? escaped : quoted(escaped));
        }
        if (value instanceof Literal literal) {
            return shorten(literal.text());
        }
        if (value instanceof Fields) {
            return isLeaf(value) ? "{}" : "{...}";
        }
        return isLeaf(value) ? "[]" : "[...]";
    }

    /** Whether a string cannot be taken for anything but a string. */
    private static boolean isPlain(String escaped) {
        return !escaped.isEmpty()
                && VALUE_MARKS.indexOf(escaped.charAt(0)) < 0
                && !escaped.endsWith(" ")
                && !escaped.contains(ARROW)
                && !isLiteral(escaped);
    }

    private static boolean isLiteral(String escaped) {
        boolean hasDigit = false;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (NUMBER_MARKS.indexOf(c) < 0) {
                return escaped.equals("true") || escaped.equals("false") || escaped.equals("null");
            }
            hasDigit |= c >= '0' && c <= '9';
        }
        return hasDigit;
    }

    private static String quoted(String escaped) {
        return '"' + escaped.replace("\"", "\\\"") + '"';
    }

    private static String shorten(String escaped) {
        return Escape.shorten(escaped, MAX_LENGTH);
    }
}
