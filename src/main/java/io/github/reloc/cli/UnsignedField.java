package io.github.reloc.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;

/** A number of a JSON document that a file states in 64 bits, unsigned. */
final class UnsignedField {
    private UnsignedField() {}

    static void write(JsonGenerator json, String name, long value) throws IOException {
        if (value >= 0) {
            json.writeNumberField(name, value);
        } else {
            json.writeNumberField(name, new BigInteger(Long.toUnsignedString(value)));
        }
    }
}
