package io.github.reloc.proof;

import io.github.reloc.proof.DynamicSymbols.Definition;
import io.github.reloc.proof.GlibcProcess.Loaded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An image beside the memory that glibc's loader left of the same object at the same address.
 *
 * <p>A loader knows more than the file alone: other objects. Each word that differs must be what that knowledge makes
 * it, by a rule that needs neither the image nor the code under test; otherwise it is a fault.
 */
final class GlibcAgreement {
    static final String LEFT = "left for run time";
    static final String FOUND_ELSEWHERE = "weak, defined elsewhere";
    static final String INTERPOSED = "defined earlier, too";

    private static final long DT_PLTGOT = 3;
    private static final String COPY = "R_X86_64_COPY";
    private static final String TLSDESC = "R_X86_64_TLSDESC";
    private static final Set<String> NEVER_APPLIED = Set.of(COPY, TLSDESC, "R_X86_64_IRELATIVE");
    private static final Set<String> APPLIED = Set.of(
            "R_X86_64_RELATIVE",
            "R_X86_64_64",
            "R_X86_64_GLOB_DAT",
            "R_X86_64_JUMP_SLOT",
            "R_X86_64_DTPMOD64",
            "R_X86_64_DTPOFF64",
            "R_X86_64_TPOFF64");

    private final GlibcProcess process;
    private final ByteBuffer image;
    private final Path folder;
    private final Map<Path, DynamicSymbols> symbols;
    private final SortedMap<String, Integer> counts = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final BitSet explained = new BitSet();

    /**
     * A comparison still to be made.
     *
     * @param image what was written for the address at which the loader has put the object
     * @param symbols of objects that were looked at before; grows
     */
    GlibcAgreement(GlibcProcess process, ByteBuffer image, Path folder, Map<Path, DynamicSymbols> symbols) {
        this.process = process;
        this.image = image;
        this.folder = folder;
        this.symbols = symbols;
    }

    /** How many words agree, by type, and how many differ for a reason, by reason. */
    SortedMap<String, Integer> counts() {
        return counts;
    }

    /** A line for each word or byte that differs and should not. */
    List<String> faults() {
        return faults;
    }

    /** Compares one entry's word. */
    void compare(Entry entry) throws IOException {
        long place = entry.place();
        explain(place, entry.type().equals(TLSDESC) ? 2 * Long.BYTES : Long.BYTES);
        if (entry.type().equals("R_X86_64_NONE")) {
            return;
        }
        Definition own = entry.symbol() == null ? null : own().exactly(name(entry));
        boolean isUndefined = entry.symbol() != null && own == null;
        if (NEVER_APPLIED.contains(entry.type())
                || (isUndefined && !own().isWeakReference(name(entry)))
                || (own != null && own.isIndirect())) {
            left(entry);
        } else if (!APPLIED.contains(entry.type())) {
            fault(entry, "its type has no rule here");
        } else if (written(place) == process.word64(place)) {
            count(entry.type());
        } else if (entry.symbol() != null && isWhatTheSearchFinds(entry)) {
            count(isUndefined ? FOUND_ELSEWHERE : INTERPOSED);
        } else {
            fault(entry, "differs");
        }
    }

    /** Its word must be as linked. COPY fills an object of its symbol's size. */
    private void left(Entry entry) throws IOException {
        if (entry.type().equals(COPY)) {
            Definition own = own().exactly(name(entry));
            explain(entry.place(), own == null ? Long.BYTES : own.size());
        }
        if (written(entry.place()) == process.headers().word64(entry.place())) {
            count(LEFT);
        } else {
            fault(entry, "is left for run time, and not as linked");
        }
    }

    /**
     * Whether the word points to what the first object defines that defines the symbol; of a unique symbol, to what any
     * object defines: the one that was relocated first, and versions do not matter.
     */
    private boolean isWhatTheSearchFinds(Entry entry) throws IOException {
        for (Loaded object : process.objects()) {
            Definition found = symbols(object).find(name(entry));
            if (found != null && !found.isThreadLocal()) {
                if (pointsTo(entry, object, found)) {
                    return true;
                }
                if (!found.isUnique()) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean pointsTo(Entry entry, Loaded object, Definition found) throws IOException {
        long word = process.word64(entry.place());
        if (found.isIndirect()) {
            // One of the object's functions.
            Headers headers = Headers.of(object.file());
            long address = word - object.bias();
            return headers.start() <= address && address < headers.end();
        }
        long addend = entry.type().equals("R_X86_64_64") && entry.addend() != null ? entry.addend() : 0;
        return word == found.value() + (found.isAbsolute() ? 0 : object.bias()) + addend;
    }

    /**
     * Compares all memory in which nothing was relocated. The loader writes the dynamic section and two words of the
     * GOT; what it relocates was compared before.
     */
    void compareTheRest() {
        Headers headers = process.headers();
        Headers.Segment dynamic = headers.ofType(Headers.PT_DYNAMIC).get(0);
        explain(dynamic.address(), dynamic.memorySize());
        for (Headers.DynamicEntry entry : headers.dynamic()) {
            if (entry.tag() == DT_PLTGOT) {
                explain(entry.value() + Long.BYTES, 2 * Long.BYTES);
            }
        }
        for (Headers.Segment segment : headers.ofType(Headers.PT_LOAD)) {
            int end = offset(segment.end());
            for (int at = offset(segment.address()); at < end; at++) {
                if (image.get(at) != process.memory().get(at) && !explained.get(at)) {
                    faults.add("byte at 0x" + Long.toHexString(headers.start() + at) + " differs");
                }
            }
        }
    }

    private void explain(long address, long size) {
        explained.set(offset(address), offset(address + size));
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void fault(Entry entry, String what) {
        faults.add(entry + " " + what + ": written 0x" + Long.toHexString(written(entry.place())) + ", in memory 0x"
                + Long.toHexString(process.word64(entry.place())));
    }

    private long written(long address) {
        return image.getLong(offset(address));
    }

    private int offset(long address) {
        return Math.toIntExact(address - process.headers().start());
    }

    /** As a reference states it, with one @. */
    private static String name(Entry entry) {
        return entry.symbol().replace("@@", "@");
    }

    private DynamicSymbols own() throws IOException {
        return symbols(process.subject());
    }

    private DynamicSymbols symbols(Loaded object) throws IOException {
        DynamicSymbols known = symbols.get(object.file());
        if (known == null) {
            known = DynamicSymbols.of(object.file(), folder);
            symbols.put(object.file(), known);
        }
        return known;
    }
}
