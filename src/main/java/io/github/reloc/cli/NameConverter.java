package io.github.reloc.cli;

import java.nio.charset.StandardCharsets;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A symbol's name, turned into one char for each byte, as names are held that come from a file. */
final class NameConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
        if (value.isEmpty()) {
            throw new TypeConversionException("a symbol has a name");
        }
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The name as it was given. */
    static String text(String name) {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
