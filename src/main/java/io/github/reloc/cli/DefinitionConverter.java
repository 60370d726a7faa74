package io.github.reloc.cli;

import io.github.reloc.cli.DefinitionConverter.Definition;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** NAME=ADDR: the address of a symbol. A name may have a {@code =} in it, an address never has. */
final class DefinitionConverter implements ITypeConverter<Definition> {
    /**
     * A symbol that is given an address.
     *
     * @param name one char for each byte of it, as names are held that come from a file
     */
    record Definition(String name, long address) {}

    @Override
    public Definition convert(String value) {
        int end = value.lastIndexOf('=');
        if (end < 0) {
            throw new TypeConversionException("'" + value + "' is not NAME=ADDR, as puts=0x401000 would be");
        }
        if (end == 0) {
            throw new TypeConversionException("'" + value + "' has no name before the =");
        }
        byte[] name = value.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return new Definition(
                new String(name, StandardCharsets.ISO_8859_1), AddressConverter.parse(value.substring(end + 1)));
    }

    /** The name as it was given. */
    static String text(String name) {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
