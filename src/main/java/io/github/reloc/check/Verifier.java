package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.TableRule;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTables;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the image of a program anew and compares it with one that was made before.
 *
 * <p>What is not asked for is found out: the base from the words of the image, the rest by trying. What is only tried and
 * cannot be made is no failure: the image is not that. Where what is asked for does not fit, the one thing is named that
 * would. Of the new image only what relocations touch is held in memory.
 */
public final class Verifier {
    private final Program program;
    private final RelocationTables tables;
    private final InputFile image;
    private final Request request;
    private final ImageLayout whole;
    private final ImageLayout withoutBss;

    /**
     * What an image is held against; null stands for what is to be found out.
     *
     * @param base the load base
     * @param tableRule what became of the tables
     * @param keepsUnresolved whether entries that need run time may have been left for it
     * @param omitsBss whether the image must end after its last byte that comes from the file; it may in any case
     * @param symbolValues values for symbols that the file does not define, by name
     */
    public record Request(
            @Nullable Long base,
            @Nullable TableRule tableRule,
            boolean keepsUnresolved,
            boolean omitsBss,
            Map<String, Long> symbolValues) {}

    /** An image that was made anew, and how the one that is verified differs from it. */
    private record Attempt(Verdict.Counterpart counterpart, Comparison comparison) {}

    /**
     * A verifier of one image.
     *
     * @throws Failure if the program cannot be moved, or not to the base that is asked for
     */
    public Verifier(Program program, InputFile image, Request request) {
        this.program = program;
        this.tables = new RelocationTables(program);
        this.image = image;
        this.request = request;
        long base = request.base() == null ? 0 : request.base();
        whole = ImageLayout.whole(program, base);
        withoutBss = ImageLayout.withoutTrailingZeros(program, base);
    }

    /** Where the bytes are that are compared, or null where the image has a size that no image of this program has. */
    public @Nullable ImageLayout comparedLayout() {
        if (image.size() == whole.size() && !request.omitsBss()) {
            return whole;
        }
        return image.size() == withoutBss.size() ? withoutBss : null;
    }

    private boolean omitsBss() {
        return request.omitsBss() || image.size() != whole.size();
    }

    /**
     * Compares.
     *
     * @throws Failure if the program is malformed, or could not have been relocated, or a file cannot be read
     */
    public Verdict verify() {
        tables.requireSound();
        if (comparedLayout() == null) {
            return wrongSize();
        }
        if (request.base() != null) {
            return verifyAt(request.base());
        }
        OptionalLong named = nameBase();
        // Where no base is named, some base still shows whether the program could have been relocated at all.
        Verdict verdict = verifyAt(named.orElse(0));
        return named.isEmpty() && verdict instanceof Verdict.Different ? new Verdict.NoBase() : verdict;
    }

    private OptionalLong nameBase() {
        return BaseFinder.find(program, tables, image, request.symbolValues());
    }

    private Verdict verifyAt(long base) {
        Attempt best = null;
        Failure firstRefusal = null;
        for (TableRule rule : rules()) {
            try {
                Attempt attempt = attempt(base, rule);
                if (attempt.comparison().isIdentical()) {
                    return new Verdict.Identical(attempt.counterpart());
                }
                boolean isBetter = best == null
                        || attempt.comparison().differingBytes()
                                < best.comparison().differingBytes();
                best = isBetter ? attempt : best;
            } catch (Failure e) {
                requireRefusal(e);
                firstRefusal = firstRefusal == null ? e : firstRefusal;
            }
        }
        if (best != null) {
            return different(best);
        }
        if (firstRefusal == null) {
            throw new IllegalStateException("there is always a rule to try");
        }
        return refused(base, firstRefusal);
    }

    /** The rules that are to be tried. */
    private List<TableRule> rules() {
        return request.tableRule() == null ? List.of(TableRule.values()) : List.of(request.tableRule());
    }

    private Verdict different(Attempt attempt) {
        Comparison comparison = attempt.comparison();
        DifferenceLocator locator = new DifferenceLocator(program, tables);
        Difference first = withImage(
                attempt.counterpart().request(),
                expected -> locator.locate(comparison.firstImageOffset(), expected.image(), image));
        return new Verdict.Different(
                attempt.counterpart(),
                comparison.differingBytes(),
                comparison.differingPages(),
                first,
                explanation(attempt.counterpart().request().loadBase()));
    }

    private Verdict wrongSize() {
        return new Verdict.WrongSize(
                image.size(),
                (request.omitsBss() ? withoutBss : whole).size(),
                withoutBss.size(),
                isProgram(image, program.input()));
    }

    /** Whether an image is an ELF file by itself: one made of a program can begin with the header of that. */
    private static boolean isProgram(InputFile image, InputFile program) {
        if (image.size() < Elf.EHDR_SIZE || !Program.isElf(image)) {
            return false;
        }
        boolean hasHeaderOfProgram = true;
        for (int offset = 0; offset < Elf.EHDR_SIZE; offset += Long.BYTES) {
            hasHeaderOfProgram &= image.word64(offset) == program.word64(offset);
        }
        return image.size() == program.size() || !hasHeaderOfProgram;
    }

    /**
     * What is wrong where no rule makes an image: what was asked for, or else the image, to which a size and a base were
     * only ascribed.
     *
     * @throws Failure the one that is given, if it is what was asked for
     */
    private Verdict refused(long base, Failure refusal) {
        if (omitsBss() && !request.omitsBss() && any(base, this::isOutside)) {
            return wrongSize();
        }
        if (request.base() == null && any(base, (entry, outcome) -> outcome.dependsOnBase() && !outcome.fits())) {
            return new Verdict.NoBase();
        }
        throw refusal;
    }

    /** Whether the field of an entry ends after the last byte that comes from the file. */
    private boolean isOutside(Entry entry, Outcome outcome) {
        return outcome.fieldSize() != 0 && !withoutBss.contains(entry.place(), outcome.fieldSize());
    }

    /** What may be true of an entry. */
    @FunctionalInterface
    private interface Condition {
        boolean holds(Entry entry, Outcome outcome);
    }

    /**
     * Whether something is true of an entry at a base.
     *
     * @throws Failure if an entry is malformed or unsupported, whatever the base
     */
    private boolean any(long base, Condition condition) {
        ImageLayout layout = ImageLayout.whole(program, base);
        Evaluator evaluator = new Evaluator(program, tables, layout, request.symbolValues(), program.memory());
        boolean[] isAny = new boolean[1];
        tables.forEach(entry -> isAny[0] = isAny[0] || condition.holds(entry, evaluator.evaluateUnbounded(entry)));
        return isAny[0];
    }

    /** What would have to be asked for instead, for the image to be identical, or null. */
    private Verdict.@Nullable Explanation explanation(long base) {
        if (request.tableRule() != null) {
            for (TableRule rule : TableRule.values()) {
                if (rule != request.tableRule() && isIdentical(base, rule)) {
                    return new Verdict.OtherTables(rule);
                }
            }
        }
        OptionalLong named = request.base() == null ? OptionalLong.empty() : nameOtherBase();
        if (named.isPresent() && named.getAsLong() != base) {
            for (TableRule rule : rules()) {
                if (isIdentical(named.getAsLong(), rule)) {
                    return new Verdict.OtherBase(named.getAsLong());
                }
            }
        }
        return null;
    }

    private OptionalLong nameOtherBase() {
        try {
            return nameBase();
        } catch (Failure e) {
            requireRefusal(e);
            return OptionalLong.empty();
        }
    }

    /** Whether the image is what comes of a base and a rule that are only tried. */
    private boolean isIdentical(long base, TableRule rule) {
        try {
            return attempt(base, rule).comparison().isIdentical();
        } catch (Failure e) {
            requireRefusal(e);
            return false;
        }
    }

    /**
     * Lets nothing pass that has another cause than what was tried.
     *
     * @throws Failure the one that is given, if it is not about the program
     */
    private static void requireRefusal(Failure failure) {
        switch (failure.kind()) {
            case NOT_ELF, MALFORMED, UNSUPPORTED, UNRESOLVED -> {}
            case INPUT, OUTPUT, MEMORY -> throw failure;
        }
    }

    private Attempt attempt(long base, TableRule rule) {
        ImageRequest wanted =
                new ImageRequest(base, rule, request.keepsUnresolved(), omitsBss(), request.symbolValues());
        return withImage(wanted, expected -> {
            boolean leavesEntries = !expected.left().isEmpty();
            ImageRequest needed = new ImageRequest(base, rule, leavesEntries, omitsBss(), request.symbolValues());
            boolean dependsOnBase = expected.basePages().next(0) >= 0;
            return new Attempt(
                    new Verdict.Counterpart(needed, image.size(), dependsOnBase, expected.unusedNames()),
                    Comparison.of(expected.image(), image));
        });
    }

    /** Makes the image that is wanted, and asks something of it. */
    private <T> T withImage(ImageRequest wanted, Function<RelocatedImage, T> question) {
        try (OutputFile scratch = OutputFile.scratch()) {
            return question.apply(RelocatedImage.inMemory(program, wanted, scratch));
        }
    }
}
