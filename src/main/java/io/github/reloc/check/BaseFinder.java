package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTables;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the load base that an image was made for.
 *
 * <p>A word that depends on the base is its value at base 0 plus the base; so each such word of the image names a base,
 * and the one that most of them name is it. A sample is enough: an image in which the first thousand words disagree is
 * none.
 */
final class BaseFinder {
    private static final int MAX_SAMPLES = 1024;

    private final InputFile image;
    private final ImageLayout layout;
    private final Evaluator evaluator;
    private final Map<Long, Integer> votes = new HashMap<>();
    private int sampleCount;

    private BaseFinder(Program program, RelocationTables tables, InputFile image, Map<String, Long> symbolValues) {
        this.image = image;
        this.layout = ImageLayout.whole(program, 0);
        this.evaluator = new Evaluator(program, tables, layout, symbolValues, program.memory());
    }

    /**
     * The base, or nothing where no word of the image names a possible one; 0 where no word depends on it.
     *
     * @throws Failure if the tables are malformed
     */
    static OptionalLong find(
            Program program, RelocationTables tables, InputFile image, Map<String, Long> symbolValues) {
        BaseFinder finder = new BaseFinder(program, tables, image, symbolValues);
        tables.forEach(finder::sample);
        if (finder.sampleCount == 0) {
            return OptionalLong.of(0);
        }
        return finder.votes.entrySet().stream()
                // Of two with as many votes the lower one, so that the answer does not depend on the order of a map.
                .max(Map.Entry.<Long, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey((left, right) -> Long.compareUnsigned(right, left))))
                .map(vote -> OptionalLong.of(vote.getKey()))
                .orElse(OptionalLong.empty());
    }

    private void sample(Entry entry) {
        Outcome outcome = sampleCount == MAX_SAMPLES ? null : evaluate(entry);
        // A word that P is subtracted from falls where the base rises.
        boolean isSample = outcome != null && outcome.dependsOnBase() && !isPlaceRelative(entry);
        if (outcome == null || !isSample) {
            return;
        }
        sampleCount++;
        long imageOffset = layout.toImageOffset(entry.place());
        if (Unsigned.contains(0, image.size(), imageOffset, outcome.fieldSize())) {
            long base = base(outcome, imageOffset);
            boolean isPossible = base % Elf.PAGE_SIZE == 0 && !Unsigned.sumWraps(base, layout.memorySize() - 1);
            if (isPossible) {
                votes.merge(base, 1, Integer::sum);
            }
        }
    }

    private static boolean isPlaceRelative(Entry entry) {
        RelocationType type = RelocationType.of(entry.type());
        return type != null && type.formula() == RelocationType.Formula.S_PLUS_A_MINUS_P;
    }

    /** What an entry comes to at base 0, or null; what is wrong with one is said when it is applied. */
    private @Nullable Outcome evaluate(Entry entry) {
        try {
            return evaluator.evaluateUnbounded(entry);
        } catch (Failure e) {
            return null;
        }
    }

    /** The base that a field of the image speaks for. One of 32 bits that is signed holds the top addresses as well. */
    private long base(Outcome outcome, long imageOffset) {
        return switch (outcome.field()) {
            case SIGNED_WORD32 -> image.word32(imageOffset) - (int) outcome.word();
            case WORD32 -> Integer.toUnsignedLong(image.word32(imageOffset) - (int) outcome.word());
            default -> image.word64(imageOffset) - outcome.word();
        };
    }
}
