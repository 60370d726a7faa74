package io.github.reloc.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * ADDR: an unsigned 64-bit number, hexadecimal after {@code 0x} or {@code 0X}, else decimal, with underscores between
 * digits if that helps. A leading zero, a sign, a blank, or hexadecimal digits without {@code 0x} are refused: each is
 * more often a mistake than meant.
 */
final class AddressConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        return parse(value);
    }

    static long parse(String value) {
        boolean isHex = value.startsWith("0x") || value.startsWith("0X");
        String digits = isHex ? value.substring(2) : value;
        if (!isDigits(digits, isHex ? 16 : 10)) {
            throw new TypeConversionException("'" + value + "' is not an address"
                    + (isDigits(value, 16) ? UsageText.suggestion("0x" + value) : ", as 0x7f0000 or 8323072 would be"));
        }
        if (!isHex && digits.length() > 1 && digits.charAt(0) == '0') {
            throw new TypeConversionException("'" + value
                    + "' has a leading zero; write hexadecimal with 0x and decimal without zeros before it");
        }
        try {
            return Long.parseUnsignedLong(digits.replace("_", ""), isHex ? 16 : 10);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' does not fit 64 bits");
        }
    }

    /** ASCII digits with single underscores between them; Character.digit alone would take those of any script. */
    private static boolean isDigits(String text, int radix) {
        boolean wasDigit = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isDigit = c < 0x80 && Character.digit(c, radix) >= 0;
            if (!isDigit && (c != '_' || !wasDigit)) {
                return false;
            }
            wasDigit = isDigit;
        }
        return wasDigit;
    }
}
