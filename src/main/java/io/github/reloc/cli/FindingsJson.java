package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.reloc.check.Finding;
import io.github.reloc.check.Findings;
import io.github.reloc.check.Location;
import io.github.reloc.check.Severity;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Unsigned;
import java.io.IOException;
import java.io.OutputStream;

/** For scripts: one JSON document. */
final class FindingsJson {
    private FindingsJson() {}

    static void write(Findings findings, String inName, OutputStream out) throws IOException {
        JsonGenerator json = new JsonFactory().createGenerator(out);
        json.writeStartObject();
        json.writeStringField("file", Escape.text(inName));
        json.writeObjectFieldStart("counts");
        for (Severity severity : Severity.values()) {
            json.writeNumberField(ChoiceConverter.name(severity), findings.count(severity));
        }
        json.writeEndObject();
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings.list()) {
            json.writeStartObject();
            json.writeStringField("rule", finding.rule().id());
            json.writeStringField(
                    "severity", ChoiceConverter.name(finding.rule().severity()));
            json.writeStringField("message", finding.message());
            json.writeStringField("fix", Remedies.of(finding.advice()));
            Location location = finding.location();
            if (location != null) {
                json.writeStringField("address", Unsigned.hex(location.virtualAddress()));
                if (location.fileOffset() >= 0) {
                    json.writeStringField("fileOffset", Unsigned.hex(location.fileOffset()));
                }
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }
}
