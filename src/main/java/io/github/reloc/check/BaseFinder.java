package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.Formulas;
import io.github.reloc.relocation.RelocationConsumer;
import io.github.reloc.relocation.RelocationTable;
import io.github.reloc.relocation.RelocationTables;
import io.github.reloc.relocation.RelocationType;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Finds the load base that an image was made for.
 *
 * <p>A word that depends on the base is its value at base 0 plus the base; so each such word of the image names a base,
 * and the one that most of them name is it. A sample is enough: an image in which the first thousand words disagree is
 * none.
 */
final class BaseFinder {
    private static final int MAX_SAMPLES = 1024;

    private final Program program;
    private final InputFile image;
    private final ImageLayout layout;
    private final Formulas formulas;
    private final Map<Long, Integer> votes = new HashMap<>();
    private int sampleCount;

    private BaseFinder(Program program, InputFile image, Map<String, Long> symbolValues) {
        this.program = program;
        this.image = image;
        this.layout = ImageLayout.whole(program, 0);
        this.formulas = new Formulas(program, layout, symbolValues);
    }

    /**
     * The base, or nothing where no word of the image names a possible one; 0 where no word depends on it.
     *
     * @throws Failure if the tables are malformed
     */
    static OptionalLong find(
            Program program, RelocationTables tables, InputFile image, Map<String, Long> symbolValues) {
        BaseFinder finder = new BaseFinder(program, image, symbolValues);
        for (RelocationTable table : tables.list()) {
            if (table.container() == null) {
                table.forEach(program, finder.new Sampler(table));
            }
        }
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

    private final class Sampler implements RelocationConsumer {
        private final boolean isAddendInPlace;

        Sampler(RelocationTable table) {
            isAddendInPlace = table.format().isAddendInPlace();
        }

        @Override
        public void relocation(long index, long place, int type, int symbolIndex, long addend) {
            int size = RelocationType.fieldSize(type);
            boolean isPlaceRelative = type == RelocationType.R_X86_64_PC64 || type == RelocationType.R_X86_64_PC32;
            if (sampleCount == MAX_SAMPLES
                    || size == 0
                    || isPlaceRelative
                    || !program.memory().contains(place, size)) {
                return;
            }
            if (!evaluate(place, size, type, symbolIndex, addend) || !formulas.dependsOnBase()) {
                return;
            }
            sampleCount++;
            long imageOffset = layout.toImageOffset(place);
            if (imageOffset <= image.size() - size) {
                long base = size == Long.BYTES
                        ? image.word64(imageOffset) - formulas.value()
                        : extend(type, image.word32(imageOffset) - (int) formulas.value());
                boolean isPossible = base % Elf.PAGE_SIZE == 0 && !Unsigned.sumWraps(base, layout.memorySize() - 1);
                if (isPossible) {
                    votes.merge(base, 1, Integer::sum);
                }
            }
        }

        /** Whether an entry comes to a word at base 0; what is wrong with one that does not is said when it is applied. */
        private boolean evaluate(long place, int size, int type, int symbolIndex, long addend) {
            try {
                long inPlace = size == Long.BYTES
                        ? program.memory().word64(place)
                        : program.memory().word32(place);
                long a = isAddendInPlace ? inPlace : addend;
                return formulas.evaluate(place, type, symbolIndex, a) == Formulas.Outcome.WORD;
            } catch (Failure e) {
                return false;
            }
        }

        /** A field of 32 bits: the signed one holds addresses at the top of the address space as well. */
        private static long extend(int type, int base) {
            return type == RelocationType.R_X86_64_32S ? base : Integer.toUnsignedLong(base);
        }
    }
}
