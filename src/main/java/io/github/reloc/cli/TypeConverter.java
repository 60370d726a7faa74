package io.github.reloc.cli;

import io.github.reloc.cli.TypeConverter.Meant;
import io.github.reloc.relocation.RelocationType;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A relocation type: a name of the psABI, with or without {@code R_X86_64_}, or a number, as in {@code 0x63}. What is
 * both, like {@code 8}, means both.
 */
final class TypeConverter implements ITypeConverter<Meant> {
    /** The numbers of the types that an argument means: one, or two where it is a name and a number. */
    record Meant(List<Integer> numbers) {}

    @Override
    public Meant convert(String value) {
        RelocationType named = ChoiceConverter.isAscii(value) ? RelocationType.named(value) : null;
        long number;
        try {
            number = AddressConverter.parse(value);
        } catch (TypeConversionException e) {
            if (named != null) {
                return new Meant(List.of(named.number()));
            }
            throw new TypeConversionException("'" + value + "' is not a relocation type of x86-64"
                    + UsageText.suggestion(Nearest.of(value, names())));
        }
        if (number >>> Integer.SIZE != 0) {
            throw new TypeConversionException("'" + value + "' does not fit the 32 bits of a relocation type");
        }
        return new Meant(named == null ? List.of((int) number) : List.of(named.number(), (int) number));
    }

    /** In both spellings. */
    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (RelocationType type : RelocationType.values()) {
            names.add(type.name());
            names.add(type.name().substring(RelocationType.PREFIX.length()));
        }
        return names;
    }
}
