package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.Evaluator;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.Outcome;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.TableRule;
import io.github.reloc.table.Entry;
import io.github.reloc.table.RelocationTables;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds an image against a program as an image of one format.
 *
 * <p>What is not asked for is found out: the base from the words of the image, the rest by trying. What is only tried and
 * cannot be made is no failure: the image is not that. Where what is asked for does not fit, the one thing is named that
 * would. Of the new image only what relocations touch is held in memory.
 */
final class FormatVerifier {
    private final Program program;
    private final RelocationTables tables;
    private final InputFile image;
    private final Format format;
    private final Verifier.Request request;
    private final Verdict.WrongSize wrongSize;
    private final ImageLayout withoutBss;

    /** An image that was made anew, and how the one that is verified differs from it. */
    private record Attempt(Verdict.Counterpart counterpart, Comparison comparison) {}

    /**
     * A verifier of an image that has the size of one of this format.
     *
     * @param wrongSize the verdict where it cannot be one all the same
     */
    FormatVerifier(
            Program program,
            RelocationTables tables,
            InputFile image,
            Format format,
            Verifier.Request request,
            Verdict.WrongSize wrongSize) {
        this.program = program;
        this.tables = tables;
        this.image = image;
        this.format = format;
        this.request = request;
        this.wrongSize = wrongSize;
        long base = request.base() == null ? 0 : request.base();
        withoutBss = ImageLayout.withoutTrailingZeros(program, base);
    }

    /**
     * Compares.
     *
     * @throws Failure if the program is malformed, or could not have been relocated, or a file cannot be read
     */
    Verdict verify() {
        if (request.base() != null) {
            return verifyAt(request.base());
        }
        OptionalLong named = nameBase();
        // Where no base is named, some base still shows whether the program could have been relocated at all.
        Verdict verdict = verifyAt(named.orElse(program.segments().startVirtualAddress()));
        return named.isEmpty() && verdict instanceof Verdict.Different ? new Verdict.NoBase() : verdict;
    }

    private OptionalLong nameBase() {
        // As linked, for there an executable has no alignment that does not suit it.
        long base = program.segments().startVirtualAddress();
        ImageLayout layout =
                format == Format.EXECUTABLE ? FileLayout.of(program, base) : ImageLayout.whole(program, base);
        return BaseFinder.find(program, tables, layout, image, request.symbolValues());
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

    /**
     * What is wrong where no rule makes an image: what was asked for, or else the image, to which a size and a base were
     * only ascribed.
     *
     * @throws Failure the one that is given, if it is what was asked for
     */
    private Verdict refused(long base, Failure refusal) {
        boolean isAscribed = format == Format.MEMORY_WITHOUT_BSS && !request.omitsBss();
        if (isAscribed && any(base, this::isOutside)) {
            return wrongSize;
        }
        if (request.base() == null && any(base, (entry, outcome) -> outcome.dependsOnBase() && !outcome.fits())) {
            return new Verdict.NoBase();
        }
        throw refusal;
    }

    /** Whether the field of an entry ends after the last byte that comes from the file. */
    private boolean isOutside(Entry entry, Outcome outcome) {
        return outcome.isWord() && !withoutBss.contains(entry.place(), outcome.fieldSize());
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
        ImageRequest wanted = new ImageRequest(
                base, format, rule, request.keepsUnresolved(), physicalAddresses(base), request.symbolValues());
        return withImage(wanted, expected -> {
            ImageRequest needed = wanted.keeping(!expected.left().isEmpty());
            boolean dependsOnBase = !expected.basePages().isEmpty() || format == Format.EXECUTABLE;
            return new Attempt(
                    new Verdict.Counterpart(needed, image.size(), dependsOnBase, expected.unusedNames()),
                    Comparison.of(expected.image(), image));
        });
    }

    /** What is asked for or, of an executable, what its first loaded segment says. */
    private PhysicalAddresses physicalAddresses(long base) {
        if (request.physicalAddresses() != null) {
            return request.physicalAddresses();
        }
        if (format != Format.EXECUTABLE) {
            return PhysicalAddresses.DEFAULT;
        }
        boolean isVirtual = true;
        for (Segment segment : program.segments().list()) {
            isVirtual &= segment.physicalAddress() == segment.virtualAddress();
        }
        Segment first = program.segments().list().get(0);
        long found = image.word64(program.header().fileOffset(first) + Segment.P_PADDR_OFFSET);
        long distance = first.virtualAddress() - program.segments().startVirtualAddress();
        if (isVirtual && found == base + distance) {
            return PhysicalAddresses.DEFAULT;
        }
        if (found == first.physicalAddress() || (found - distance) % Elf.PAGE_SIZE != 0) {
            return PhysicalAddresses.AS_LINKED;
        }
        return PhysicalAddresses.from(found - distance);
    }

    /** Makes the image that is wanted, and asks something of it. */
    private <T> T withImage(ImageRequest wanted, Function<RelocatedImage, T> question) {
        try (OutputFile scratch = OutputFile.scratch()) {
            return question.apply(RelocatedImage.inMemory(program, wanted, scratch));
        }
    }
}
