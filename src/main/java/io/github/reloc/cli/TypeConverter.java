package io.github.reloc.cli;

import io.github.reloc.relocation.RelocationType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A relocation type: a name of the psABI, with or without {@code R_X86_64_}, or a number, as in {@code 0x63}. What is
 * both, like {@code 64}, is a name.
 */
final class TypeConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        RelocationType type = ChoiceConverter.isAscii(value) ? RelocationType.named(value) : null;
        if (type != null) {
            return type.number();
        }
        long number;
        try {
            number = AddressConverter.parse(value);
        } catch (TypeConversionException e) {
            throw new TypeConversionException("'" + value + "' is not a relocation type of x86-64");
        }
        if (number >>> Integer.SIZE != 0) {
            throw new TypeConversionException("'" + value + "' does not fit the 32 bits of a relocation type");
        }
        return (int) number;
    }
}
