package io.github.reloc.cli;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.PhysicalAddresses;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what becomes of the physical addresses of an executable: an address, or {@code keep}. */
final class PhysicalConverter implements ITypeConverter<PhysicalAddresses> {
    static final String KEEP = "keep";

    @Override
    public PhysicalAddresses convert(String value) {
        if (value.equals(KEEP)) {
            return PhysicalAddresses.AS_LINKED;
        }
        long address;
        try {
            address = AddressConverter.parse(value);
        } catch (TypeConversionException e) {
            String suggestion = UsageText.suggestion(Nearest.of(value, List.of(KEEP)));
            throw suggestion.isEmpty()
                    ? e
                    : new TypeConversionException("'" + value + "' is neither an address nor keep" + suggestion);
        }
        if (address % Elf.PAGE_SIZE != 0) {
            throw new TypeConversionException(Unsigned.hex(address) + " is not a multiple of " + Elf.PAGE_SIZE);
        }
        return PhysicalAddresses.from(address);
    }
}
