package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The entries that {@code readelf -rW --use-dynamic} shows, one after the other.
 *
 * <pre>
 * 'RELA' relocation section at offset 0x3f0 contains 360 bytes:
 *     Offset             Info             Type               Symbol's Value  Symbol's Name + Addend
 * 0000000000002e30  0000000000000008 R_X86_64_RELATIVE                         fd0
 * 0000000000002e10  0000000100000001 R_X86_64_64            0000000000000000 absent_data + 18
 *
 * 'RELR' relocation section at offset 0x1d8 contains 32 bytes:
 *   4 offsets
 * 0000000000001e90
 * </pre>
 *
 * JMPREL is called PLT there, and shown a second time where it is a part of RELA; this leaves it out then.
 */
final class ReadelfListing implements Iterator<Entry>, Closeable {
    private static final Pattern HEADING =
            Pattern.compile("'(\\w+)' relocation section at offset 0x([0-9a-f]+) contains (\\d+) bytes:");
    private static final Pattern ENTRY =
            Pattern.compile("([0-9a-f]{16})  [0-9a-f]{16} (unrecognized: [0-9a-f]+|\\w+) *(.*)");

    /** A value, or for an indirect function its name with "()", and then what counts. */
    private static final Pattern SYMBOL =
            Pattern.compile("(?:[0-9a-f]{16}|.*\\(\\)\\.?) *([^ ]+)(?: ([+-]) ([0-9a-f]+))?");

    /** Up to binutils 2.42 the place alone; later ones have an index and the word of the table before it. */
    private static final Pattern RELR_PLACE = Pattern.compile("(?:\\d+: +[0-9a-f]{16} +| *)([0-9a-f]{16})(?: .*)?");

    private final BufferedReader lines;
    private String table = "";
    private long relaStart;
    private long relaEnd;
    private Entry next;

    /** Runs readelf on a file; its output goes to a folder of the test first. */
    static ReadelfListing of(Path file, Path folder) throws IOException {
        Path output = Files.createTempFile(folder, "readelf", ".txt");
        List<String> command =
                List.of("readelf", "-rW", "--use-dynamic", file.toAbsolutePath().toString());
        Tool.Result result = Tool.runTo(output, folder, Map.of(), command);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return new ReadelfListing(Files.newBufferedReader(output));
    }

    private ReadelfListing(BufferedReader lines) {
        this.lines = lines;
        next = read();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Entry next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        Entry current = next;
        next = read();
        return current;
    }

    private Entry read() {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("'")) {
                    heading(line);
                } else if (table.equals("RELR")) {
                    Matcher place = RELR_PLACE.matcher(line);
                    if (place.matches()) {
                        return new Entry(table, hex(place.group(1)), Entry.RELATIVE, null, null);
                    }
                } else if (!table.isEmpty()) {
                    Matcher entry = ENTRY.matcher(line);
                    if (entry.matches()) {
                        return entry(entry);
                    }
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void heading(String line) {
        Matcher heading = HEADING.matcher(line);
        assertThat(heading.matches()).as(line).isTrue();
        table = heading.group(1);
        long start = hex(heading.group(2));
        if (table.startsWith("REL") && !table.equals("RELR")) {
            relaStart = start;
            relaEnd = start + Long.parseLong(heading.group(3));
        } else if (table.equals("PLT")) {
            table = start >= relaStart && start < relaEnd ? "" : "JMPREL";
        }
    }

    private Entry entry(Matcher entry) {
        String type = entry.group(2).replace("unrecognized: ", "0x");
        String rest = entry.group(3).stripTrailing();
        long place = hex(entry.group(1));
        Matcher symbol = SYMBOL.matcher(rest);
        if (symbol.matches()) {
            Long addend = symbol.group(3) == null ? null : signed(symbol.group(2), symbol.group(3));
            return new Entry(table, place, type, symbol.group(1), addend);
        }
        if (rest.isEmpty()) {
            return new Entry(table, place, type, null, null);
        }
        boolean isNegative = rest.startsWith("-");
        return new Entry(
                table, place, type, null, signed(isNegative ? "-" : "+", isNegative ? rest.substring(1) : rest));
    }

    private static Long signed(String sign, String digits) {
        return sign.equals("-") ? -hex(digits) : hex(digits);
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
