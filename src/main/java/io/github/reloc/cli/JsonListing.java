package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For scripts: one JSON document, or a JSON object on a line of its own for each entry. Addresses are strings, {@code
 * "0x…"}, because a double has no 64 bits; sizes and counts are numbers.
 */
final class JsonListing implements Listing {
    // The names in an entry, encoded once.
    private static final SerializedString TABLE = new SerializedString("table");
    private static final SerializedString INDEX = new SerializedString("index");
    private static final SerializedString PLACE = new SerializedString("place");
    private static final SerializedString TYPE = new SerializedString("type");
    private static final SerializedString ADDEND = new SerializedString("addend");
    private static final SerializedString SYMBOL = new SerializedString("symbol");
    private static final SerializedString ADDRESS = new SerializedString("address");
    private static final SerializedString VALUE = new SerializedString("value");

    private final ByteBuffer hex =
            ByteBuffer.allocate(1 + Hexadecimal.MAX_LENGTH).put(0, (byte) '-');
    private final JsonGenerator json;
    private final boolean isDocument;
    private final String file;
    private final @Nullable Long base;

    /** One document. */
    static JsonListing document(OutputStream out, String file, @Nullable Long base) throws IOException {
        return new JsonListing(out, true, file, base);
    }

    /** An entry a line, and nothing else. */
    static JsonListing lines(OutputStream out) throws IOException {
        return new JsonListing(out, false, "", null);
    }

    private JsonListing(OutputStream out, boolean isDocument, String file, @Nullable Long base) throws IOException {
        this.isDocument = isDocument;
        this.file = file;
        this.base = base;
        json = new JsonFactory().createGenerator(out);
        json.setRootValueSeparator(new SerializedString(""));
    }

    @Override
    public void begin(List<ListedTable> tables, boolean isSummary) throws IOException {
        if (!isDocument) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("file", file);
        if (base != null) {
            json.writeStringField("base", Unsigned.hex(base));
        }
        json.writeArrayFieldStart("tables");
        for (ListedTable listed : tables) {
            RelocationTable table = listed.table();
            json.writeStartObject();
            json.writeStringField("table", table.kind().name());
            json.writeStringField("address", Unsigned.hex(table.virtualAddress()));
            UnsignedField.write(json, "size", table.size());
            json.writeNumberField("count", listed.count());
            if (table.container() != null) {
                json.writeStringField("inside", table.container().name());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart(isSummary ? "counts" : "relocations");
    }

    @Override
    public void table(ListedTable table) {}

    @Override
    public void entry(ListedEntry entry) throws IOException {
        json.writeStartObject();
        json.writeFieldName(TABLE);
        json.writeString(entry.table.name());
        json.writeFieldName(INDEX);
        json.writeNumber(entry.index);
        writeHex(PLACE, entry.place);
        json.writeFieldName(TYPE);
        json.writeString(RelocationType.name(entry.type));
        if (entry.hasAddend) {
            writeSignedHex(ADDEND, entry.addend);
        }
        if (entry.symbol != null) {
            json.writeFieldName(SYMBOL);
            json.writeUTF8String(entry.symbol, 0, entry.symbol.length);
        }
        if (entry.hasAddress) {
            writeHex(ADDRESS, entry.address);
        }
        if (entry.hasValue) {
            writeHex(VALUE, entry.value);
        }
        endObject();
    }

    private void writeHex(SerializedString name, long value) throws IOException {
        writeDigits(name, 1, value);
    }

    private void writeSignedHex(SerializedString name, long value) throws IOException {
        // Right for the smallest of all too: its absolute value, unsigned, is the bits it has.
        writeDigits(name, value < 0 ? 0 : 1, Math.abs(value));
    }

    /** A number behind the sign at index 0 of the buffer, which is left out if it is to begin at 1. */
    private void writeDigits(SerializedString name, int from, long value) throws IOException {
        int end = Hexadecimal.putNumber(hex, 1, value);
        json.writeFieldName(name);
        json.writeRawUTF8String(hex.array(), from, end - from);
    }

    /** Each object of the lines ends its line. */
    private void endObject() throws IOException {
        json.writeEndObject();
        if (!isDocument) {
            json.writeRaw('\n');
        }
    }

    @Override
    public void summary(RelocationCounts counts) throws IOException {
        for (Map.Entry<Kind, RelocationCounts.ByType> table : counts.byTable().entrySet()) {
            for (Map.Entry<Integer, Long> type : table.getValue().toMap().entrySet()) {
                json.writeStartObject();
                json.writeStringField("table", table.getKey().name());
                json.writeStringField("type", RelocationType.name(type.getKey()));
                json.writeNumberField("count", type.getValue());
                endObject();
            }
        }
    }

    @Override
    public void end() throws IOException {
        if (isDocument) {
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        json.flush();
    }
}
