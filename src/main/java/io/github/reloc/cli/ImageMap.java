package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.MovedHeaders;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.Sha256;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The description of an image in JSON: enough to load it with nothing else at hand, and to tell what a measurement of it
 * depends on. The README has its schema as a table.
 *
 * <p>It holds no date and no folder, so that the same input and options give the same map, byte for byte.
 */
final class ImageMap {
    /** Goes up when a reader of the version before would misread the map. */
    static final int SCHEMA_VERSION = 2;

    private final Program program;
    private final RelocatedImage relocated;
    private final ImageRequest request;
    private final Image image;
    private final ImageLayout layout;

    ImageMap(Program program, RelocatedImage relocated, ImageRequest request) {
        this.program = program;
        this.request = request;
        this.relocated = relocated;
        this.image = relocated.image();
        this.layout = image.layout();
    }

    /**
     * The map as UTF-8 text.
     *
     * @param inputName without its folder
     * @param imageName without its folder
     */
    byte[] toJson(String inputName, String imageName) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // The printer's own default would end lines as the system does.
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.setPrettyPrinter(printer);
            json.writeStartObject();
            json.writeNumberField("schemaVersion", SCHEMA_VERSION);
            writeFile(json, "input", inputName, program.input().size(), Sha256.of(program.input()));
            writeFile(json, "image", imageName, layout.size(), Sha256.of(image, 0, layout.size()));
            writeAddresses(json);
            writeSegments(json);
            writeOtherHeaders(json);
            writeSpecialSegments(json);
            writeCounts(json);
            writePages(json);
            writeOptions(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            // Writing to memory does not fail.
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void writeFile(JsonGenerator json, String field, String name, long size, String sha256)
            throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("name", Escape.text(name));
        json.writeNumberField("size", size);
        json.writeStringField("sha256", sha256);
        json.writeEndObject();
    }

    private void writeAddresses(JsonGenerator json) throws IOException {
        json.writeStringField("base", Unsigned.hex(layout.loadBase()));
        json.writeStringField("bias", Unsigned.hex(layout.bias()));
        json.writeNumberField("memorySize", layout.memorySize());
        FileHeader header = program.header();
        if (header.entryVirtualAddress() != 0) {
            json.writeStringField("entry", loadAddress(header.entryVirtualAddress()));
        }
        // AT_PHDR and AT_PHNUM of the auxiliary vector, where the program headers are part of the memory.
        long tableSize = (long) header.segments().size() * Elf.PHDR_SIZE;
        for (Segment segment : program.segments().list()) {
            if (Unsigned.contains(
                    segment.fileOffset(), segment.fileSize(), header.programHeaderFileOffset(), tableSize)) {
                long virtualAddress =
                        segment.virtualAddress() + (header.programHeaderFileOffset() - segment.fileOffset());
                json.writeObjectFieldStart("programHeaders");
                json.writeStringField("loadAddress", loadAddress(virtualAddress));
                json.writeNumberField("count", header.segments().size());
                json.writeEndObject();
                break;
            }
        }
    }

    private void writeSegments(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("segments");
        for (Segment segment : program.segments().list()) {
            long imageOffset = layout.startInImage(segment);
            json.writeStartObject();
            json.writeStringField("loadAddress", loadAddress(segment.virtualAddress()));
            json.writeStringField(
                    "physicalAddress", Unsigned.hex(request.physicalAddresses().of(segment, layout)));
            json.writeStringField("imageOffset", Unsigned.hex(imageOffset));
            json.writeNumberField("fileSize", segment.fileSize());
            json.writeNumberField("memorySize", segment.memorySize());
            json.writeStringField("permissions", segment.permissions());
            json.writeStringField("flags", flags(segment));
            json.writeStringField("alignment", Unsigned.hex(segment.alignment()));
            long inImage = layout.endInImage(segment) - segment.virtualAddress();
            json.writeStringField("sha256", Sha256.of(image, imageOffset, inImage, segment.memorySize()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The program headers that load nothing: some say what a part of memory is for, some things of another kind. */
    private void writeOtherHeaders(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("otherProgramHeaders");
        for (Segment header : program.header().segments()) {
            if (header.type() == Elf.PT_LOAD || header.type() == Elf.PT_NULL) {
                continue;
            }
            json.writeStartObject();
            json.writeStringField("type", SegmentTypes.name(header.type()));
            json.writeStringField("flags", flags(header));
            if (MovedHeaders.moves(header)) {
                json.writeStringField("loadAddress", loadAddress(header.virtualAddress()));
            }
            UnsignedField.write(json, "size", header.memorySize());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String flags(Segment segment) {
        return Unsigned.hex(Integer.toUnsignedLong(segment.flags()));
    }

    /** As the program headers state them, and in their order, whatever a loader makes of that; of two it would be one. */
    private void writeSpecialSegments(JsonGenerator json) throws IOException {
        Segment relro = program.header().only(Elf.PT_GNU_RELRO, "PT_GNU_RELRO");
        Segment tls = program.header().only(Elf.PT_TLS, "PT_TLS");
        boolean isTlsFirst = relro != null && tls != null && tls.index() < relro.index();
        if (tls != null && isTlsFirst) {
            writeTls(json, tls);
        }
        if (relro != null) {
            json.writeObjectFieldStart("relro");
            json.writeStringField("loadAddress", loadAddress(relro.virtualAddress()));
            UnsignedField.write(json, "size", relro.memorySize());
            json.writeEndObject();
        }
        if (tls != null && !isTlsFirst) {
            writeTls(json, tls);
        }
    }

    private void writeTls(JsonGenerator json, Segment tls) throws IOException {
        json.writeObjectFieldStart("tls");
        json.writeStringField("loadAddress", loadAddress(tls.virtualAddress()));
        UnsignedField.write(json, "fileSize", tls.fileSize());
        UnsignedField.write(json, "memorySize", tls.memorySize());
        json.writeStringField("alignment", Unsigned.hex(tls.alignment()));
        json.writeEndObject();
    }

    private void writeCounts(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("counts");
        for (Kind table : Kind.values()) {
            Map<Integer, Long> applied = relocated.applied().toMap(table);
            Map<Integer, Long> withoutEffect = relocated.withoutEffect().toMap(table);
            Map<Integer, Long> left = relocated.left().toMap(table);
            TreeSet<Integer> types = new TreeSet<>(Integer::compareUnsigned);
            types.addAll(applied.keySet());
            types.addAll(withoutEffect.keySet());
            types.addAll(left.keySet());
            for (int type : types) {
                json.writeStartObject();
                json.writeStringField("table", table.name());
                json.writeStringField("type", RelocationType.name(type));
                json.writeNumberField("applied", applied.getOrDefault(type, 0L));
                json.writeNumberField("withoutEffect", withoutEffect.getOrDefault(type, 0L));
                json.writeNumberField("left", left.getOrDefault(type, 0L));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    /** Runs of pages, each by its first address and its length; in a flat image its offset is as good. */
    private void writePages(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("basePages");
        relocated.basePages().forEachRun((first, count) -> {
            long virtualAddress = layout.startVirtualAddress() + first * Elf.PAGE_SIZE;
            json.writeStartObject();
            json.writeStringField("loadAddress", loadAddress(virtualAddress));
            if (request.format() != Format.EXECUTABLE) {
                json.writeStringField("imageOffset", Unsigned.hex(layout.toImageOffset(virtualAddress)));
            }
            json.writeNumberField("count", count);
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private void writeOptions(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("options");
        json.writeStringField("format", request.format() == Format.EXECUTABLE ? "elf" : "raw");
        String physical = VerdictText.physical(request.physicalAddresses());
        if (!physical.isEmpty()) {
            json.writeStringField("physical", physical);
        }
        json.writeStringField("tables", ChoiceConverter.name(request.tableRule()));
        json.writeStringField("unresolved", request.keepsUnresolved() ? "keep" : "fail");
        json.writeBooleanField(
                "omitBss", request.format() == Format.MEMORY_WITHOUT_BSS && layout.size() != layout.memorySize());
        json.writeObjectFieldStart("defsym");
        for (Map.Entry<String, Long> symbol : new TreeMap<>(request.symbolValues()).entrySet()) {
            json.writeStringField(Escape.bytes(symbol.getKey()), Unsigned.hex(symbol.getValue()));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private String loadAddress(long virtualAddress) {
        return Unsigned.hex(layout.toLoadAddress(virtualAddress));
    }
}
