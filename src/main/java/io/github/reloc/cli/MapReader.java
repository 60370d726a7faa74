package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads an image map as its values by path, as in {@code segments[2].sha256}, in the order of the file. */
final class MapReader {
    /** A map lists runs of pages, so that it is small; a larger file is something else. */
    private static final int MAX_SIZE = 64 << 20;

    /** Of a map; the paths of a file that is nested without end would be of its size each. */
    private static final int MAX_DEPTH = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private MapReader() {}

    /**
     * Reads a map whole.
     *
     * @throws Failure if the file cannot be read, or is not the map of an image
     */
    static Map<String, String> read(String name, InputStream standardInput) {
        Map<String, String> values = new LinkedHashMap<>();
        try (InputFile file = FileArguments.openFile(name, standardInput)) {
            if (file.size() > MAX_SIZE) {
                throw Failure.input(name, "larger than any image map");
            }
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.read(0, content);
            try (JsonParser parser = FACTORY.createParser(content.array())) {
                parser.nextToken();
                collect(parser, "", values);
                if (parser.nextToken() != null) {
                    throw Failure.input(name, "not the map of an image: something follows the JSON document");
                }
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw Failure.input(
                    name,
                    "not JSON: " + Escape.text(e.getOriginalMessage())
                            + (at == null ? "" : " (line " + at.getLineNr() + ")"));
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
        String version = String.valueOf(ImageMap.SCHEMA_VERSION);
        if (!version.equals(values.get("schemaVersion"))) {
            throw Failure.input(name, "not the map of an image: schemaVersion is not " + version);
        }
        return values;
    }

    /** Takes in the value that the parser stands on. */
    private static void collect(JsonParser parser, String path, Map<String, String> values) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                collect(parser, path.isEmpty() ? name : path + "." + name, values);
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                collect(parser, path + "[" + i + "]", values);
            }
        } else if (token != null) {
            values.put(Escape.text(path), Escape.text(parser.getText()));
        }
    }
}
