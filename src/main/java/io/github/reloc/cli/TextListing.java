package io.github.reloc.cli;

import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For people: a heading for each table, a line for each entry, much as readelf shows them. */
final class TextListing implements Listing {
    private static final int ADDRESS_WIDTH = 20;
    private static final int TYPE_WIDTH = 24;
    private static final int TABLE_WIDTH = 14;

    /** Between two columns. */
    private static final byte[] GAP = {' ', ' '};

    // Between a symbol and an addend.
    private static final byte[] PLUS = {' ', '+', ' '};
    private static final byte[] MINUS = {' ', '-', ' '};

    /** In place of a value. */
    private static final byte[] NO_VALUE = ("-" + " ".repeat(ADDRESS_WIDTH - 1)).getBytes(StandardCharsets.US_ASCII);

    private final TextBuffer buffer;
    private final boolean hasBase;
    private boolean isFirst = true;
    private boolean needsTitles;

    /** By type: cells made before, of all types that a linker writes. */
    private final byte[] @Nullable [] cells = new byte[RelocationType.R_X86_64_RELATIVE64.number() + 1][];

    TextListing(OutputStream out, boolean hasBase) {
        this.buffer = new TextBuffer(out);
        this.hasBase = hasBase;
    }

    @Override
    public void begin(List<ListedTable> tables, boolean isSummary) throws IOException {
        if (tables.isEmpty()) {
            buffer.text("no relocation entries").newLine();
        }
    }

    @Override
    public void table(ListedTable listed) throws IOException {
        if (!isFirst) {
            buffer.newLine();
        }
        isFirst = false;
        RelocationTable table = listed.table();
        buffer.text(table.kind().name()).text(" at ").number(table.virtualAddress());
        buffer.text(", ").text(Long.toString(listed.count()));
        buffer.text(listed.count() == 1 ? " entry" : " entries");
        if (table.container() != null) {
            buffer.text(", inside ").text(table.container().name());
        }
        buffer.newLine();
        needsTitles = true;
    }

    /** Only above entries: a table can be listed with another one, or none of its entries be asked for. */
    private void titles() throws IOException {
        needsTitles = false;
        buffer.text("Place").column(ADDRESS_WIDTH);
        if (hasBase) {
            buffer.text("Address").column(2 * ADDRESS_WIDTH);
        }
        buffer.text("Type").column(typeColumn() + TYPE_WIDTH);
        if (hasBase) {
            buffer.text("Value").column(typeColumn() + TYPE_WIDTH + ADDRESS_WIDTH);
        }
        buffer.text("Addend / Symbol").newLine();
    }

    private int typeColumn() {
        return hasBase ? 2 * ADDRESS_WIDTH : ADDRESS_WIDTH;
    }

    @Override
    public void entry(ListedEntry entry) throws IOException {
        if (needsTitles) {
            titles();
        }
        // A relative entry, as nearly all of them are.
        if (!hasBase && entry.symbol == null && entry.hasAddend && entry.addend >= 0) {
            buffer.line(entry.place, typeCell(entry.type), entry.addend);
            return;
        }
        buffer.address(entry.place);
        if (hasBase) {
            buffer.utf8(GAP).address(entry.address);
        }
        buffer.utf8(typeCell(entry.type));
        if (hasBase) {
            value(entry);
        }
        if (entry.symbol == null) {
            addend(entry);
        } else {
            buffer.utf8(entry.symbol);
            if (entry.hasAddend && entry.addend != 0) {
                buffer.utf8(entry.addend < 0 ? MINUS : PLUS).number(Math.abs(entry.addend));
            }
        }
        buffer.newLine();
    }

    /** The name of a type with the blanks before and behind it. */
    private byte[] typeCell(int type) {
        if (type < 0 || type >= cells.length) {
            return cell(type);
        }
        byte[] known = cells[type];
        if (known == null) {
            known = cell(type);
            cells[type] = known;
        }
        return known;
    }

    private static byte[] cell(int type) {
        String name = RelocationType.name(type);
        String blanks = " ".repeat(Math.max(GAP.length, TYPE_WIDTH - name.length()));
        return ("  " + name + blanks).getBytes(StandardCharsets.US_ASCII);
    }

    private void value(ListedEntry entry) {
        if (entry.hasValue) {
            buffer.address(entry.value).utf8(GAP);
        } else {
            buffer.utf8(NO_VALUE);
        }
    }

    private void addend(ListedEntry entry) {
        if (entry.hasAddend) {
            // Right for the smallest of all too: its absolute value, unsigned, is the bits it has.
            if (entry.addend < 0) {
                buffer.text("-");
            }
            buffer.number(Math.abs(entry.addend));
        } else {
            buffer.text("-");
        }
    }

    @Override
    public void summary(RelocationCounts counts) throws IOException {
        buffer.text("Table").column(TABLE_WIDTH).text("Type").column(TABLE_WIDTH + TYPE_WIDTH);
        buffer.text("Count").newLine();
        for (Map.Entry<Kind, RelocationCounts.ByType> table : counts.byTable().entrySet()) {
            for (Map.Entry<Integer, Long> type : table.getValue().toMap().entrySet()) {
                buffer.text(table.getKey().name()).column(TABLE_WIDTH);
                buffer.text(RelocationType.name(type.getKey())).column(TABLE_WIDTH + TYPE_WIDTH);
                buffer.text(type.getValue().toString()).newLine();
            }
        }
    }

    @Override
    public void end() throws IOException {
        buffer.flush();
    }
}
