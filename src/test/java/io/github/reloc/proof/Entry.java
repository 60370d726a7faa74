package io.github.reloc.proof;

/**
 * A relocation entry as another program or a listing shows it.
 *
 * @param table RELR, REL, RELA or JMPREL
 * @param symbol with its version, or null where the entry names none
 * @param addend null where it is not shown
 */
record Entry(String table, long place, String type, String symbol, Long addend) {
    static final String RELATIVE = "R_X86_64_RELATIVE";

    @Override
    public String toString() {
        return table + " " + hex(place) + " " + type + " " + symbol + " " + (addend == null ? "-" : hex(addend));
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
