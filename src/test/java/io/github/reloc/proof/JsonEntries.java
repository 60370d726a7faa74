package io.github.reloc.proof;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/** The entries of {@code reloc dump --format jsonl}, one after the other. */
final class JsonEntries implements Iterator<Entry> {
    private final Iterator<String> lines;
    private final JsonFactory factory = new JsonFactory();
    private final Map<String, Long> nextIndex = new HashMap<>();

    JsonEntries(Iterator<String> lines) {
        this.lines = lines;
    }

    @Override
    public boolean hasNext() {
        return lines.hasNext();
    }

    @Override
    public Entry next() {
        if (!lines.hasNext()) {
            throw new NoSuchElementException();
        }
        Map<String, String> fields = fields(lines.next());
        String table = fields.get("table");
        long index = Long.parseLong(fields.get("index"));
        if (index != nextIndex.getOrDefault(table, 0L)) {
            throw new AssertionError(table + ": index " + index + " is not the next one");
        }
        nextIndex.put(table, index + 1);
        String addend = fields.get("addend");
        return new Entry(
                table,
                Long.parseUnsignedLong(fields.get("place").substring(2), 16),
                fields.get("type"),
                fields.get("symbol"),
                addend == null ? null : signed(addend));
    }

    /** The fields of an object that has no other objects in it. */
    private Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = factory.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, parser.getText());
            }
            return fields;
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static long signed(String addend) {
        // The smallest number has no positive one; its bits are those of its absolute value.
        return addend.startsWith("-")
                ? -Long.parseUnsignedLong(addend.substring(3), 16)
                : Long.parseLong(addend.substring(2), 16);
    }
}
