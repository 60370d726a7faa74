package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocationType.Field;

/**
 * The 32-bit fields whose value moves with the program: they hold it at some load bases only.
 *
 * <p>The bases at which one field holds its value are a range of 2<sup>32</sup>, modulo 2<sup>64</sup>: from a base on and
 * so much further. Those that suit all are the range in which the ranges meet.
 */
final class NarrowFields {
    private static final long SPAN = 1L << 32;

    private final ImageLayout layout;
    private final Places places = new Places();

    /** The range so far; its first base can be above the last, where it goes round the end of the address space. */
    private long first;

    private long last;

    /**
     * No fields yet.
     *
     * @param layout at whose load base the fields are evaluated
     */
    NarrowFields(ImageLayout layout) {
        this.layout = layout;
    }

    /**
     * Adds a field.
     *
     * @param falls whether its value falls by as much as the base rises, as where P is subtracted from a number
     */
    void add(long place, Outcome outcome, boolean falls) {
        long lowestValue = outcome.field() == Field.SIGNED_WORD32 ? Integer.MIN_VALUE : 0;
        long highestValue = lowestValue + SPAN - 1;
        long base = layout.loadBase();
        long from = falls ? base + outcome.word() - highestValue : base + lowestValue - outcome.word();
        long to = from + SPAN - 1;
        // The ranges are short, so the difference of two bases, as a signed number, says which comes first.
        first = places.isEmpty() || from - first > 0 ? from : first;
        last = places.isEmpty() || to - last < 0 ? to : last;
        if (last - first < 0) {
            throw Failure.unsupported("no load base suits all the 32-bit fields, of which the entry for "
                    + Unsigned.hex(place) + " is one");
        }
        places.add(place);
    }

    Places places() {
        return places;
    }

    /** The load bases that suit all fields, in words. */
    String bases() {
        long lowest = Unsigned.alignDown(first + Elf.PAGE_SIZE - 1, Elf.PAGE_SIZE);
        long highest = Unsigned.alignDown(last, Elf.PAGE_SIZE);
        if (Unsigned.less(highest, lowest)) {
            return "up to " + Unsigned.hex(highest) + " and from " + Unsigned.hex(lowest) + " on";
        }
        return lowest == 0
                ? "up to " + Unsigned.hex(highest)
                : "from " + Unsigned.hex(lowest) + " to " + Unsigned.hex(highest);
    }
}
