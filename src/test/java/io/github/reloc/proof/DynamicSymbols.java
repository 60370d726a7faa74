package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an object defines, as {@code readelf --dyn-syms} shows it.
 *
 * <pre>
 *    Num:    Value          Size Type    Bind   Vis      Ndx Name
 *   1744: 0000000000098930   791 FUNC    GLOBAL DEFAULT   16 malloc@@GLIBC_2.2.5
 *   2264: 0000000000142090    88 FUNC    GLOBAL DEFAULT   16 clnt_sperrno@GLIBC_2.2.5
 * </pre>
 */
final class DynamicSymbols {
    private static final Set<String> VISIBLE = Set.of("DEFAULT", "PROTECTED");

    /** STB_GNU_UNIQUE and STT_GNU_IFUNC are both 10; readelf knows that only where EI_OSABI is GNU's. */
    private static final String NUMBER_10 = "<OS specific>: 10";

    private static final Set<String> UNIQUE = Set.of("UNIQUE", "10");
    private static final Set<String> INDIRECT = Set.of("IFUNC", "10");

    /**
     * A definition.
     *
     * @param version empty where it has none
     * @param isDefault whether a reference without a version may mean it
     */
    record Definition(
            String name,
            String version,
            boolean isDefault,
            long value,
            long size,
            String type,
            boolean isUnique,
            boolean isAbsolute) {
        boolean isIndirect() {
            return INDIRECT.contains(type);
        }

        boolean isThreadLocal() {
            return type.equals("TLS");
        }
    }

    private final Map<String, List<Definition>> definitions = new HashMap<>();
    private final Set<String> weakReferences = new HashSet<>();

    static DynamicSymbols of(Path file, Path folder) throws IOException {
        Tool.Result result = Tool.run(
                folder,
                List.of(
                        "readelf",
                        "--dyn-syms",
                        "-W",
                        file.toRealPath().toAbsolutePath().toString()));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        DynamicSymbols symbols = new DynamicSymbols();
        result.output().lines().forEach(symbols::add);
        return symbols;
    }

    private void add(String line) {
        // Index, value, size, type, binding, visibility, section, name; undefined ones have "(2)" behind the name.
        String[] fields = line.replace(NUMBER_10, "10").strip().split(" +", -1);
        if (fields.length < 8 || !fields[0].matches("\\d+:")) {
            return;
        }
        String symbol = fields[7];
        if (fields[6].equals("UND")) {
            if (fields[4].equals("WEAK")) {
                weakReferences.add(symbol.replace("@@", "@"));
            }
            return;
        }
        if (fields[4].equals("LOCAL") || !VISIBLE.contains(fields[5])) {
            return;
        }
        int at = symbol.indexOf('@');
        boolean isDefault = at < 0 || symbol.startsWith("@@", at);
        String name = at < 0 ? symbol : symbol.substring(0, at);
        String version = at < 0 ? "" : symbol.substring(at + (isDefault ? 2 : 1));
        definitions
                .computeIfAbsent(name, key -> new ArrayList<>())
                .add(new Definition(
                        name,
                        version,
                        isDefault,
                        Long.parseUnsignedLong(fields[1], 16),
                        Long.decode(fields[2]),
                        fields[3],
                        UNIQUE.contains(fields[4]),
                        fields[6].equals("ABS")));
    }

    /** Whether the object itself leaves a symbol open that may stay so. */
    boolean isWeakReference(String symbol) {
        return weakReferences.contains(symbol);
    }

    /** What the object defines under exactly this name and version, or null. */
    Definition exactly(String symbol) {
        int at = symbol.indexOf('@');
        String name = at < 0 ? symbol : symbol.substring(0, at);
        String version = at < 0 ? "" : symbol.substring(at + 1);
        for (Definition definition : definitions.getOrDefault(name, List.of())) {
            if (definition.version().equals(version)) {
                return definition;
            }
        }
        return null;
    }

    /**
     * What a reference finds in the object, or null. A definition without version serves every reference, a reference
     * without version finds what is default.
     */
    Definition find(String symbol) {
        Definition exact = exactly(symbol);
        if (exact != null) {
            return exact;
        }
        int at = symbol.indexOf('@');
        String name = at < 0 ? symbol : symbol.substring(0, at);
        for (Definition definition : definitions.getOrDefault(name, List.of())) {
            if (definition.isUnique()
                    || (at < 0 ? definition.isDefault() : definition.version().isEmpty())) {
                return definition;
            }
        }
        return null;
    }
}
