package io.github.reloc.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** SIZE: a number of bytes as {@link AddressConverter} reads it, or with {@code K}, {@code M}, {@code G} or {@code T}. */
final class SizeConverter implements ITypeConverter<Long> {
    private static final String SUFFIXES = "KMGT";
    private static final int BITS_PER_SUFFIX = 10;

    /** 1 TiB: the bookkeeping of an image grows with its size, to 100 MB here. */
    private static final long MAX = 1L << 40;

    @Override
    public Long convert(String value) {
        String number = value;
        int shift = 0;
        if (!value.isEmpty()) {
            int suffix = SUFFIXES.indexOf(value.charAt(value.length() - 1));
            if (suffix >= 0) {
                number = value.substring(0, value.length() - 1);
                shift = BITS_PER_SUFFIX * (suffix + 1);
            }
        }
        long size;
        try {
            size = AddressConverter.parse(number);
        } catch (TypeConversionException e) {
            throw new TypeConversionException("'" + value + "' is not a size, as 4096 or 512M would be");
        }
        if (Long.compareUnsigned(size, MAX >>> shift) > 0) {
            throw new TypeConversionException("'" + value + "' is more than 1T");
        }
        return size << shift;
    }
}
