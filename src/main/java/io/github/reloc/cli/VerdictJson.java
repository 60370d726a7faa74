package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.reloc.check.Difference;
import io.github.reloc.check.Verdict;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocationType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Says for scripts whether and how an image differs: one JSON object. */
final class VerdictJson {
    private VerdictJson() {}

    static void write(Verdict verdict, OutputStream out) throws IOException {
        JsonGenerator json = new JsonFactory().createGenerator(out);
        json.writeStartObject();
        if (verdict instanceof Verdict.Identical identical) {
            json.writeBooleanField("identical", true);
            writeOptions(json, identical.counterpart());
        } else {
            json.writeBooleanField("identical", false);
        }
        if (verdict instanceof Verdict.WrongSize wrong) {
            json.writeStringField("reason", "size");
            json.writeNumberField("size", wrong.size());
            json.writeNumberField("expectedSize", wrong.expectedSize());
        } else if (verdict instanceof Verdict.NoBase) {
            json.writeStringField("reason", "base");
        } else if (verdict instanceof Verdict.Different different) {
            json.writeStringField("reason", "content");
            writeDifferent(json, different);
        }
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }

    private static void writeOptions(JsonGenerator json, Verdict.Counterpart counterpart) throws IOException {
        ImageRequest request = counterpart.request();
        if (counterpart.dependsOnBase()) {
            json.writeStringField("base", Unsigned.hex(request.loadBase()));
        }
        json.writeStringField("format", request.format() == Format.EXECUTABLE ? "elf" : "raw");
        String physical = VerdictText.physical(request.physicalAddresses());
        if (!physical.isEmpty()) {
            json.writeStringField("physical", physical);
        }
        json.writeStringField("tables", ChoiceConverter.name(request.tableRule()));
        json.writeStringField("unresolved", request.keepsUnresolved() ? "keep" : "fail");
        json.writeBooleanField("omitBss", request.format() == Format.MEMORY_WITHOUT_BSS);
        json.writeObjectFieldStart("defsym");
        for (Map.Entry<String, Long> symbol : new TreeMap<>(request.symbolValues()).entrySet()) {
            json.writeStringField(Escape.bytes(symbol.getKey()), Unsigned.hex(symbol.getValue()));
        }
        json.writeEndObject();
    }

    private static void writeDifferent(JsonGenerator json, Verdict.Different verdict) throws IOException {
        writeOptions(json, verdict.counterpart());
        json.writeNumberField("differingBytes", verdict.differingBytes());
        json.writeNumberField("differingPages", verdict.differingPages());
        if (verdict.explanation() != null) {
            json.writeStringField("explanation", VerdictText.describe(verdict.explanation()));
        }
        Difference first = verdict.first();
        json.writeObjectFieldStart("first");
        json.writeStringField("imageOffset", Unsigned.hex(first.imageOffset()));
        if (first.loadAddress().isPresent()) {
            json.writeStringField(
                    "loadAddress", Unsigned.hex(first.loadAddress().getAsLong()));
        }
        if (first.header() != null) {
            json.writeStringField("header", first.header());
        }
        Segment segment = first.segment();
        if (segment != null) {
            json.writeObjectFieldStart("segment");
            json.writeNumberField("programHeader", segment.index());
            json.writeStringField("permissions", segment.permissions());
            json.writeEndObject();
        }
        if (first.symbol() != null) {
            json.writeStringField("symbol", first.symbol());
        }
        Difference.Relocation entry = first.relocation();
        if (entry != null) {
            json.writeObjectFieldStart("relocation");
            json.writeStringField("table", entry.table().name());
            json.writeNumberField("index", entry.index());
            json.writeStringField("place", Unsigned.hex(entry.place()));
            json.writeStringField("type", RelocationType.name(entry.type()));
            json.writeEndObject();
        }
        if (first.dynamicTag() != null) {
            json.writeStringField("dynamicTag", first.dynamicTag());
        }
        json.writeNumberField("size", first.size());
        json.writeStringField("expected", Unsigned.hex(first.expected()));
        json.writeStringField("found", Unsigned.hex(first.found()));
        json.writeEndObject();
    }
}
