package io.github.reloc.check;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.TableRule;
import io.github.reloc.table.RelocationTables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the image of a program anew and compares it with one that was made before.
 *
 * <p>Options that are not given are found out: the base from the words of the image, the others by trying. Where those
 * that are given do not fit, the one is named that would. Of the new image only what relocations touch is held in memory.
 */
public final class Verifier {
    private final Program program;
    private final RelocationTables tables;
    private final InputFile image;
    private final Request request;

    /**
     * The options that an image is held against; null stands for one that is to be found out.
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

    public Verifier(Program program, InputFile image, Request request) {
        this.program = program;
        this.tables = new RelocationTables(program);
        this.image = image;
        this.request = request;
    }

    /**
     * Compares.
     *
     * @throws Failure if the program is malformed, or could not have been relocated
     */
    public Verdict verify() {
        tables.requireSound();
        long wholeSize = ImageLayout.whole(program, 0).size();
        long sizeWithoutBss = ImageLayout.withoutTrailingZeros(program, 0).size();
        boolean omitsBss = request.omitsBss() || image.size() != wholeSize;
        if (image.size() != (omitsBss ? sizeWithoutBss : wholeSize)) {
            return new Verdict.WrongSize(image.size(), request.omitsBss() ? sizeWithoutBss : wholeSize);
        }
        OptionalLong foundBase = BaseFinder.find(program, tables, image, request.symbolValues());
        if (request.base() == null && foundBase.isEmpty()) {
            return new Verdict.NoBase();
        }
        long base = request.base() == null ? foundBase.getAsLong() : request.base();
        return verify(base, omitsBss, foundBase);
    }

    private Verdict verify(long base, boolean omitsBss, OptionalLong foundBase) {
        Verdict.Options best = null;
        Comparison least = null;
        for (TableRule rule : rules()) {
            Verdict.Options options = new Verdict.Options(base, rule, omitsBss);
            Comparison comparison = compare(options);
            if (comparison.isIdentical()) {
                return new Verdict.Identical(options);
            }
            if (least == null || comparison.differingBytes() < least.differingBytes()) {
                best = options;
                least = comparison;
            }
        }
        if (best == null || least == null) {
            throw new IllegalStateException("there is always a rule to try");
        }
        long firstImageOffset = least.firstImageOffset();
        DifferenceLocator locator = new DifferenceLocator(program, tables);
        Difference first = withImage(best, expected -> locator.locate(firstImageOffset, expected, image));
        return new Verdict.Different(
                best, least.differingBytes(), least.differingPages(), first, explanation(best, foundBase));
    }

    /** The one option that would have to be another for the image to be identical, or null. */
    private @Nullable String explanation(Verdict.Options options, OptionalLong foundBase) {
        if (request.tableRule() != null) {
            for (TableRule rule : TableRule.values()) {
                if (compare(new Verdict.Options(options.base(), rule, options.omitsBss()))
                        .isIdentical()) {
                    return "--tables " + rule.name().toLowerCase(Locale.ROOT);
                }
            }
        }
        if (foundBase.isPresent() && foundBase.getAsLong() != options.base()) {
            long base = foundBase.getAsLong();
            for (TableRule rule : rules()) {
                if (compare(new Verdict.Options(base, rule, options.omitsBss())).isIdentical()) {
                    return "--base " + Unsigned.hex(base);
                }
            }
        }
        return null;
    }

    /** The rules that are to be tried. */
    private List<TableRule> rules() {
        return request.tableRule() == null ? List.of(TableRule.values()) : List.of(request.tableRule());
    }

    private Comparison compare(Verdict.Options options) {
        return withImage(options, expected -> Comparison.of(expected, image));
    }

    /** Makes the image with some options, and asks something of it. */
    private <T> T withImage(Verdict.Options options, Function<Image, T> question) {
        ImageRequest wanted = new ImageRequest(
                options.base(),
                options.tableRule(),
                request.keepsUnresolved(),
                options.omitsBss(),
                request.symbolValues());
        try (OutputFile scratch = OutputFile.scratch()) {
            return question.apply(
                    RelocatedImage.inMemory(program, wanted, scratch).image());
        }
    }
}
