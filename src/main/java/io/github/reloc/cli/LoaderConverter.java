package io.github.reloc.cli;

import io.github.reloc.check.Loader;
import io.github.reloc.check.Loaders;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A loader that {@code check} knows, by its name in lower case or any other. */
final class LoaderConverter implements ITypeConverter<Loader> {
    @Override
    public Loader convert(String value) {
        List<String> names = new ArrayList<>();
        for (Loader loader : Loaders.ALL) {
            if (ChoiceConverter.isAscii(value) && loader.id().equalsIgnoreCase(value)) {
                return loader;
            }
            names.add(loader.id());
        }
        throw new TypeConversionException("'" + value + "' is not one of " + String.join(", ", names)
                + UsageText.suggestion(Nearest.of(value, names)));
    }
}
