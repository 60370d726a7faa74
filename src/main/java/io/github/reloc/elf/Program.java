package io.github.reloc.elf;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * A linked x86-64 program or shared object, as far as a loader needs to understand it.
 *
 * <p>Opening one checks its headers, its loaded segments and its dynamic section; the tables that those name are
 * checked by whoever reads them.
 */
public final class Program implements Closeable {
    private final InputFile input;
    private final FileHeader header;
    private final LoadSegments segments;
    private final @Nullable DynamicTable dynamic;
    private final LinkedMemory memory;
    private @Nullable SymbolTable symbols;
    private @Nullable Failure symbolsFailure;

    /**
     * Reads the headers and, where there is one, the dynamic section.
     *
     * @param input is closed with this object
     * @throws Failure if it is no ELF file for x86-64 that has been linked, or is malformed
     */
    public Program(InputFile input) {
        this.input = input;
        header = HeaderReader.read(input);
        try {
            segments = new LoadSegments(header, input.size());
            dynamic = DynamicTable.isIn(header) ? new DynamicTable(header, segments, input) : null;
        } catch (Failure e) {
            throw Misfit.explain(e, header, input);
        }
        if (dynamic == null) {
            Misfit.requireNone(header, input);
        } else if (dynamic.isDoubtful()) {
            Misfit.requireOwnBytes(input);
        }
        memory = new LinkedMemory(input, segments);
    }

    /** Whether a file begins as every ELF file does. */
    public static boolean isElf(InputFile file) {
        return HeaderReader.hasMagic(file);
    }

    public InputFile input() {
        return input;
    }

    public FileHeader header() {
        return header;
    }

    /**
     * Checks that the program was linked to be put anywhere: as an ET_DYN, or an ET_EXEC with {@code DF_1_PIE}, which
     * GNU ld writes for a static PIE whose addresses do not begin at 0.
     *
     * @throws Failure if it was not
     */
    public void requirePositionIndependent() {
        if (header.type() == Elf.ET_EXEC && (dynamic().value(Elf.DT_FLAGS_1, 0) & Elf.DF_1_PIE) == 0) {
            throw header.isAtItsAddress();
        }
    }

    public LoadSegments segments() {
        return segments;
    }

    /** Whether there is a dynamic section: few programs have one that are linked for a fixed address. */
    public boolean hasDynamic() {
        return dynamic != null;
    }

    /**
     * The dynamic section.
     *
     * @throws Failure if there is none
     */
    public DynamicTable dynamic() {
        if (dynamic == null) {
            throw DynamicTable.missing(header);
        }
        return dynamic;
    }

    public LinkedMemory memory() {
        return memory;
    }

    /**
     * The dynamic symbol table, or null where there is none.
     *
     * @throws Failure if it is malformed
     */
    public @Nullable SymbolTable symbols() {
        // Looked for once, whether or not it is sound: every entry may ask, and to count symbols takes time.
        if (symbolsFailure != null) {
            throw symbolsFailure;
        }
        if (symbols == null && dynamic().has(Elf.DT_SYMTAB)) {
            try {
                symbols = new SymbolTable(this);
            } catch (Failure e) {
                symbolsFailure = e;
                throw e;
            }
        }
        return symbols;
    }

    @Override
    public void close() {
        input.close();
    }
}
