package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the load base that an image was made for.
 *
 * <p>A word that depends on the base is as far from its value at another base as the bases are apart; so each such word of
 * the image names a base, and the one that most of them name is it. In an executable the program headers do, too. What counts is the last entry for a word, as it does in the image: all words
 * of an image that is as it was made name one base. A sample is enough: an image in which the first thousand words
 * disagree is none.
 */
final class BaseFinder implements Entry.Consumer {
    private static final int MAX_SAMPLES = 1024;

    /**
     * A field of the image.
     *
     * @param outcome what it holds at the base of the layout when all entries are applied, or null where that takes more than one of them
     * @param falls whether its value falls where the base rises, because P is subtracted
     */
    private record Sample(int size, @Nullable Outcome outcome, boolean falls) {}

    private final Program program;
    private final ImageLayout layout;
    private final Evaluator evaluator;

    /** By place. */
    private final NavigableMap<Long, Sample> samples = new TreeMap<>(Long::compareUnsigned);

    /** The range that all samples lie in. */
    private long start = -1;

    private long end;

    /** Whether there were entries whose fields are none of the samples. */
    private boolean isSampled;

    private BaseFinder(Program program, RelocationTables tables, ImageLayout layout, Map<String, Long> symbolValues) {
        this.program = program;
        this.layout = layout;
        evaluator = new Evaluator(program, tables, layout, symbolValues, program.memory());
    }

    /**
     * The base, or nothing where no word of the image names a possible one; 0 where no word depends on it.
     *
     * @param layout of the image, at any base
     * @throws Failure if an entry is malformed or unsupported, whatever the base, or the words of this program name none
     */
    static OptionalLong find(
            Program program,
            RelocationTables tables,
            ImageLayout layout,
            InputFile image,
            Map<String, Long> symbolValues) {
        BaseFinder finder = new BaseFinder(program, tables, layout, symbolValues);
        tables.forEach(finder);
        return finder.vote(image);
    }

    @Override
    public void accept(Entry entry) {
        long place = entry.place();
        int size = RelocationType.wordSize(entry.type());
        if (size == 0 || Unsigned.sumWraps(place, size)) {
            // Writes nothing, or is refused by the one who wants to write it.
            return;
        }
        List<Long> overlapped = overlapped(place, size);
        if (samples.size() >= MAX_SAMPLES && overlapped.isEmpty()) {
            isSampled = true;
            return;
        }
        Outcome outcome = evaluator.evaluateUnbounded(entry);
        if (!outcome.isWord()) {
            return;
        }
        // To what an entry before it has written, which nobody here knows.
        boolean adds = entry.table().format().isAddendInPlace() && !overlapped.isEmpty();
        for (long other : overlapped) {
            int otherSize = Objects.requireNonNull(samples.get(other)).size();
            if (!adds && Unsigned.contains(place, size, other, otherSize)) {
                samples.remove(other);
            } else {
                samples.put(other, new Sample(otherSize, null, false));
            }
        }
        if (outcome.dependsOnBase() && !adds) {
            add(place, new Sample(size, outcome, isPlaceRelative(entry)));
        }
    }

    /** The places of the samples that share a byte with a field. */
    private List<Long> overlapped(long place, int size) {
        if (!Unsigned.overlap(start, end - start, place, size)) {
            return List.of();
        }
        List<Long> overlapped = new ArrayList<>();
        long lowest = Unsigned.less(place, Long.BYTES) ? 0 : place - (Long.BYTES - 1);
        for (Map.Entry<Long, Sample> sample :
                samples.subMap(lowest, true, place + size, false).entrySet()) {
            if (Unsigned.overlap(sample.getKey(), sample.getValue().size(), place, size)) {
                overlapped.add(sample.getKey());
            }
        }
        return overlapped;
    }

    private void add(long place, Sample sample) {
        if (samples.size() >= MAX_SAMPLES && !samples.containsKey(place)) {
            isSampled = true;
            return;
        }
        samples.put(place, sample);
        start = Unsigned.min(start, place);
        end = Unsigned.max(end, place + sample.size());
    }

    private static boolean isPlaceRelative(Entry entry) {
        RelocationType type = RelocationType.of(entry.type());
        return type != null && type.formula() == RelocationType.Formula.S_PLUS_A_MINUS_P;
    }

    private OptionalLong vote(InputFile image) {
        if (samples.isEmpty() && !isSampled && !layout.movesAddresses()) {
            return OptionalLong.of(0);
        }
        Map<Long, Integer> votes = new HashMap<>();
        boolean hasVoter = layout.movesAddresses();
        if (layout.movesAddresses()) {
            FileHeader header = program.header();
            for (Segment segment : program.segments().list()) {
                long found = image.word64(header.fileOffset(segment) + Segment.P_VADDR_OFFSET);
                add(votes, layout.loadBase() + (found - segment.virtualAddress()));
            }
        }
        for (Map.Entry<Long, Sample> sample : samples.entrySet()) {
            Outcome outcome = sample.getValue().outcome();
            if (outcome == null) {
                continue;
            }
            hasVoter = true;
            // An image that ends before .bss has not the bytes of all fields.
            boolean isInLayout = layout.contains(sample.getKey(), outcome.fieldSize());
            long imageOffset = isInLayout ? layout.toImageOffset(sample.getKey()) : -1;
            if (Unsigned.contains(0, image.size(), imageOffset, outcome.fieldSize())) {
                long found = found(image, imageOffset, outcome);
                long distance = sample.getValue().falls() ? outcome.word() - found : found - outcome.word();
                add(votes, layout.loadBase() + distance);
            }
        }
        if (!hasVoter) {
            throw Failure.unsupported("the image does not tell its load base: each word that would is relocated by more"
                            + " than one entry")
                    .remedy(Remedy.GIVE_BASE);
        }
        return votes.entrySet().stream()
                // Of two with as many votes the lower one, so that the answer does not depend on the order of a map.
                .max(Map.Entry.<Long, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey((left, right) -> Long.compareUnsigned(right, left))))
                .map(vote -> OptionalLong.of(vote.getKey()))
                .orElse(OptionalLong.empty());
    }

    /** Counts a vote for a base, if it is a possible one. */
    private void add(Map<Long, Integer> votes, long base) {
        if (base % Elf.PAGE_SIZE == 0 && !Unsigned.sumWraps(base, layout.memorySize() - 1)) {
            votes.merge(base, 1, Integer::sum);
        }
    }

    /** The value that a field of the image holds. */
    private static long found(InputFile image, long imageOffset, Outcome outcome) {
        return switch (outcome.field()) {
            case SIGNED_WORD32 -> image.word32(imageOffset);
            case WORD32 -> Integer.toUnsignedLong(image.word32(imageOffset));
            default -> image.word64(imageOffset);
        };
    }
}
