package io.github.reloc.cli;

import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable;
import java.io.IOException;
import java.util.List;

/** A form in which {@code dump} shows what it finds. Text from the file reaches it escaped. */
interface Listing {
    /** A table that is listed, and how many entries can be read of it. */
    record ListedTable(RelocationTable table, long count) {}

    /** Before anything else, with every table that will be listed, and whether only counts will follow. */
    void begin(List<ListedTable> tables, boolean isSummary) throws IOException;

    /** Before the entries of a table. */
    void table(ListedTable table) throws IOException;

    /** The next entry of the table; the object is used again for the one after it. */
    void entry(ListedEntry entry) throws IOException;

    /** Instead of any entry: how many there are of each type in each table. */
    void summary(RelocationCounts counts) throws IOException;

    /** After everything else, also when the file could be read only in part. */
    void end() throws IOException;
}
