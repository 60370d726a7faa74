package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.reloc.check.Finding;
import io.github.reloc.check.Findings;
import io.github.reloc.check.Location;
import io.github.reloc.check.Rule;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For services that show findings beside a change: a SARIF log of one run, which lists every rule. Source: OASIS, "Static
 * Analysis Results Interchange Format (SARIF) Version 2.1.0".
 */
final class FindingsSarif {
    private static final String VERSION = "2.1.0";
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    /** In the order in which the log lists them. */
    private static final List<Rule> RULES = List.of(Rule.values());

    private final JsonGenerator json;

    private FindingsSarif(JsonGenerator json) {
        this.json = json;
    }

    static void write(Findings findings, String inName, OutputStream out) throws IOException {
        JsonGenerator json = new JsonFactory().createGenerator(out);
        new FindingsSarif(json).log(findings, FileArguments.uri(inName));
        json.writeRaw('\n');
        json.flush();
    }

    private void log(Findings findings, String uri) throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", SCHEMA);
        json.writeStringField("version", VERSION);
        json.writeArrayFieldStart("runs");
        json.writeStartObject();
        tool();
        json.writeArrayFieldStart("results");
        for (Finding finding : findings.list()) {
            result(finding, uri);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tool() throws IOException {
        json.writeObjectFieldStart("tool");
        json.writeObjectFieldStart("driver");
        json.writeStringField("name", "reloc");
        json.writeStringField("version", Version.get());
        json.writeArrayFieldStart("rules");
        for (Rule rule : RULES) {
            json.writeStartObject();
            json.writeStringField("id", rule.id());
            text("shortDescription", rule.title());
            text("fullDescription", rule.reason());
            text("help", rule.reason() + " What to do: " + Remedies.of(rule.advice()) + ".");
            json.writeObjectFieldStart("defaultConfiguration");
            json.writeStringField("level", ChoiceConverter.name(rule.severity()));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void result(Finding finding, String uri) throws IOException {
        Rule rule = finding.rule();
        json.writeStartObject();
        json.writeStringField("ruleId", rule.id());
        json.writeNumberField("ruleIndex", RULES.indexOf(rule));
        json.writeStringField("level", ChoiceConverter.name(rule.severity()));
        text("message", finding.message() + "; " + Remedies.of(finding.advice()));
        json.writeArrayFieldStart("locations");
        json.writeStartObject();
        json.writeObjectFieldStart("physicalLocation");
        location(finding.location(), uri);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void location(@Nullable Location location, String uri) throws IOException {
        json.writeObjectFieldStart("artifactLocation");
        json.writeStringField("uri", uri);
        json.writeEndObject();
        json.writeObjectFieldStart("region");
        // GitHub shows no result without a line, and knows no bytes.
        json.writeNumberField("startLine", 1);
        if (location != null && location.fileOffset() >= 0) {
            json.writeNumberField("byteOffset", location.fileOffset());
        }
        json.writeEndObject();
        if (location != null) {
            json.writeObjectFieldStart("address");
            UnsignedField.write(json, "absoluteAddress", location.virtualAddress());
            json.writeEndObject();
        }
    }

    private void text(String field, String text) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("text", text);
        json.writeEndObject();
    }
}
