package io.github.reloc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of the constants of an enum, in the lower case of the command line or any other. */
final class ChoiceConverter<E extends Enum<E>> implements ITypeConverter<E> {
    private final E[] choices;

    ChoiceConverter(E[] choices) {
        this.choices = choices;
    }

    /** How the command line spells a constant. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    /** Beyond ASCII there are letters whose other case is a letter of ASCII: the Kelvin sign, and the long s. */
    static boolean isAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    @Override
    public E convert(String value) {
        List<String> names = new ArrayList<>();
        for (E choice : choices) {
            if (isAscii(value) && choice.name().equalsIgnoreCase(value)) {
                return choice;
            }
            names.add(name(choice));
        }
        throw new TypeConversionException("'" + value + "' is not one of " + String.join(", ", names)
                + UsageText.suggestion(Nearest.of(value, names)));
    }
}
