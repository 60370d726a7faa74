package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.reloc.Run;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The three formats of {@code reloc dump} say the same. */
final class FormatsTest {
    private static final JsonFactory JSON = new JsonFactory();

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void textSaysWhatJsonLinesSay(Fixture fixture) {
        List<String> expected = new ArrayList<>();
        new JsonEntries(dump(fixture, "jsonl").lines().iterator())
                .forEachRemaining(entry -> expected.add(entry.table() + " " + asText(entry)));

        List<String> shown = new ArrayList<>();
        String table = "";
        for (String line : dump(fixture, "text").lines().toList()) {
            if (line.matches("[A-Z_]+ at 0x.*")) {
                table = line.substring(0, line.indexOf(' '));
            } else if (line.startsWith("0x")) {
                shown.add(table + " " + line.replaceAll(" +", " "));
            }
        }
        assertThat(shown).isEqualTo(expected);
    }

    /** {@code 0x0000000000002e10 R_X86_64_64 absent_data + 0x18}. */
    private static String asText(Entry entry) {
        String place = String.format("0x%016x %s ", entry.place(), entry.type());
        Long addend = entry.addend();
        if (entry.symbol() == null) {
            return place + (addend == null ? "-" : hex(addend, "", "-"));
        }
        return place + entry.symbol() + (addend == null || addend == 0 ? "" : hex(addend, " + ", " - "));
    }

    private static String hex(long number, String plus, String minus) {
        return (number < 0 ? minus : plus) + "0x" + Long.toHexString(Math.abs(number));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void jsonDocumentSaysWhatJsonLinesSay(Fixture fixture) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> relocations = new ArrayList<>();
        List<String> tables = new ArrayList<>();
        for (String line : dump(fixture, "jsonl").lines().toList()) {
            try (JsonParser parser = JSON.createParser(line)) {
                parser.nextToken();
                lines.add(copy(parser));
            }
        }
        try (JsonParser parser = JSON.createParser(dump(fixture, "json"))) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        (name.equals("tables") ? tables : relocations).add(copy(parser));
                    }
                } else {
                    assertThat(name).isEqualTo("file");
                    assertThat(parser.getText()).isEqualTo(fixture.file().toString());
                }
            }
            assertThat(parser.nextToken()).as("one document").isNull();
        }
        assertThat(relocations).isEqualTo(lines);
        assertThat(tables).allMatch(table -> isCounted(table, lines), "has the count of " + lines);
    }

    /** The object that the parser is at, without blanks. */
    private static String copy(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.copyCurrentStructure(parser);
        }
        return text.toString();
    }

    /** Entries of a table inside another are listed there alone. */
    private static boolean isCounted(String table, List<String> lines) {
        Map<String, String> fields = new HashMap<>();
        for (String field :
                table.substring(1, table.length() - 1).replace("\"", "").split(",", -1)) {
            fields.put(field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 1));
        }
        String start = "{\"table\":\"" + fields.get("table") + "\",";
        long listed = lines.stream().filter(line -> line.startsWith(start)).count();
        return fields.containsKey("inside") ? listed == 0 : listed == Long.parseLong(fields.get("count"));
    }

    private static String dump(Fixture fixture, String format) {
        Run run = Run.of("dump", "--format", format, fixture.file().toString());
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.output();
    }
}
