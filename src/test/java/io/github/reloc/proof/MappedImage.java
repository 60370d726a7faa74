package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import io.github.reloc.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** An image that {@code apply} wrote together with its map, which is valid. */
final class MappedImage {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Validator VALIDATOR = new ValidatorFactory().createValidator();
    private static final URI SCHEMA = VALIDATOR.registerSchema(schema());

    private final Path file;
    private final byte[] image;
    private final String json;
    private final JsonNode map;

    private MappedImage(Path file, String[] arguments, Path folder) throws IOException {
        Run run = Run.of(arguments);
        assertThat(run.exitCode()).as(run.errors()).isZero();
        this.file = file;
        image = Files.readAllBytes(folder.resolve("image"));
        json = Files.readString(folder.resolve("map.json"));
        map = JSON.readTree(json);
        assertThat(VALIDATOR.validate(SCHEMA, json).getErrors())
                .extracting(error -> error.getInstanceLocation() + ": " + error.getError())
                .isEmpty();
    }

    /** Of a fixture: the files {@code image} and {@code map.json} in a folder. */
    static MappedImage of(Fixture fixture, long base, Path folder, String... options) throws IOException {
        List<String> withMap = new ArrayList<>(List.of(options));
        withMap.addAll(List.of("--map", folder.resolve("map.json").toString()));
        String[] arguments = fixture.apply(base, folder.resolve("image"), withMap.toArray(new String[0]));
        return new MappedImage(fixture.file(), arguments, folder);
    }

    /** Of any program, with what is left for run time kept. */
    static MappedImage of(Path program, long base, Path folder) throws IOException {
        String[] arguments = {
            "apply",
            "--base=0x" + Long.toHexString(base),
            "--unresolved=keep",
            "--map=" + folder.resolve("map.json"),
            program.toString(),
            folder.resolve("image").toString()
        };
        return new MappedImage(program, arguments, folder);
    }

    private static String schema() {
        try {
            return Files.readString(Path.of("src/docs/image-map.schema.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a text is a map, by its schema. */
    static boolean isValid(String text) {
        return VALIDATOR.validate(SCHEMA, text).isValid();
    }

    /** As lower-case hexadecimal digits. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** What the image is of. */
    Path file() {
        return file;
    }

    byte[] bytes() {
        return image;
    }

    String json() {
        return json;
    }

    JsonNode map() {
        return map;
    }

    /** The string at a JSON pointer. */
    String text(String pointer) {
        assertThat(map.at(pointer).isTextual()).as(pointer).isTrue();
        return map.at(pointer).textValue();
    }

    /** The number at a JSON pointer. */
    long number(String pointer) {
        assertThat(map.at(pointer).isIntegralNumber()).as(pointer).isTrue();
        return map.at(pointer).longValue();
    }

    /** The address at a JSON pointer. */
    long address(String pointer) {
        return Long.parseUnsignedLong(text(pointer).substring(2), 16);
    }

    /** The pages of the image that basePages lists. */
    Set<Integer> basePages() {
        Set<Integer> pages = new TreeSet<>();
        int end = -1;
        for (JsonNode run : map.get("basePages")) {
            int first = (int) (Long.decode(run.get("imageOffset").textValue()) / Headers.PAGE_SIZE);
            assertThat(run.get("imageOffset").textValue())
                    .isEqualTo("0x" + Long.toHexString(first * Headers.PAGE_SIZE));
            assertThat(first).as("runs ascend, with a page between them").isGreaterThan(end);
            end = first + run.get("count").intValue();
            assertThat(end).isGreaterThan(first);
            for (int page = first; page < end; page++) {
                pages.add(page);
            }
        }
        return pages;
    }
}
