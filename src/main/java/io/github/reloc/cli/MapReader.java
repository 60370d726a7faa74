package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads an image map: JSON in UTF-8, in which no object has two fields of one name. */
final class MapReader {
    /** A map lists runs of pages, so that it is small; a larger file is something else. */
    private static final int MAX_SIZE = 64 << 20;

    /** More than a map of that size has, whose values take 22 bytes each; some 200 bytes of memory go to each. */
    private static final int MAX_VALUES = 1 << 22;

    /** Of a map, with room for what later versions may add. */
    private static final int MAX_DEPTH = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            // One table for all names of the program, and a bug of its own where their hashes are alike.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(MAX_SIZE)
                    .maxStringLength(MAX_SIZE)
                    .maxNumberLength(MAX_SIZE)
                    .build())
            .build();

    private final String name;
    private final JsonParser parser;
    private int valueCount;

    private MapReader(String name, JsonParser parser) {
        this.name = name;
        this.parser = parser;
    }

    /**
     * Reads a map whole.
     *
     * @throws Failure if the file cannot be read, or is not the map of an image
     */
    static MapValue.Fields read(String name, InputStream standardInput) {
        byte[] content;
        try (InputFile file = FileArguments.openFile(name, standardInput)) {
            if (Program.isElf(file)) {
                throw Failure.input(
                        name, "not the map of an image, but a program or an image; apply --map writes maps");
            }
            if (file.size() > MAX_SIZE) {
                throw notAMap(name, "larger than any");
            }
            content = new byte[(int) file.size()];
            file.read(0, ByteBuffer.wrap(content));
        }
        // A decoder of its own: it takes UTF-8 alone, and the parser would look for others too.
        Reader text = new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = FACTORY.createParser(text)) {
            return new MapReader(name, parser).document();
        } catch (JsonProcessingException e) {
            throw notAMap(name, "not JSON" + line(e.getLocation().getLineNr()));
        } catch (CharacterCodingException e) {
            throw notAMap(name, "not UTF-8");
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
    }

    private MapValue.Fields document() throws IOException {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            MapValue.Fields map = fields(1);
            if (parser.nextToken() != null) {
                throw notAMap("something follows the JSON document");
            }
            for (int version = 1; version <= ImageMap.SCHEMA_VERSION; version++) {
                if (new MapValue.Literal(String.valueOf(version))
                        .equals(map.map().get("schemaVersion"))) {
                    return map;
                }
            }
        }
        throw notAMap(name, "schemaVersion is none of 1 to " + ImageMap.SCHEMA_VERSION);
    }

    /** The value that the parser stands on, in so many containers. */
    private MapValue value(int depth) throws IOException {
        valueCount++;
        if (valueCount > MAX_VALUES) {
            throw notAMap("more than " + MAX_VALUES + " values");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(depth + 1);
            case START_ARRAY -> items(depth + 1);
            case VALUE_STRING -> new MapValue.Text(parser.getText());
            default -> new MapValue.Literal(parser.getText());
        };
    }

    private MapValue.Fields fields(int depth) throws IOException {
        requireDepth(depth);
        Map<String, MapValue> fields = new LinkedHashMap<>(4);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (fields.put(field, value(depth)) != null) {
                throw notAMap("an object has two fields \"" + Escape.text(field) + "\"");
            }
        }
        return new MapValue.Fields(fields);
    }

    private MapValue.Items items(int depth) throws IOException {
        requireDepth(depth);
        List<MapValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(depth));
        }
        return new MapValue.Items(items);
    }

    private void requireDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw notAMap("nested more than " + MAX_DEPTH + " deep");
        }
    }

    private Failure notAMap(String fault) {
        return notAMap(name, fault + line(parser.currentLocation().getLineNr()));
    }

    private static Failure notAMap(String name, String fault) {
        return Failure.input(name, "not the map of an image: " + fault);
    }

    private static String line(int number) {
        return " (line " + number + ")";
    }
}
