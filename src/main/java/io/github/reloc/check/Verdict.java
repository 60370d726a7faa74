package io.github.reloc.check;

import io.github.reloc.relocation.TableRule;
import org.jspecify.annotations.Nullable;

/** What became of a verification. */
public sealed interface Verdict {
    /**
     * The options that an image was compared with.
     *
     * @param base the load base
     * @param tableRule what became of the tables
     * @param omitsBss whether the image ends after its last byte that comes from the file
     */
    record Options(long base, TableRule tableRule, boolean omitsBss) {}

    /** The image is, byte for byte, what apply writes. */
    record Identical(Options options) implements Verdict {}

    /**
     * The image has a size that no image of this program has.
     *
     * @param size the one it has, in bytes
     * @param expectedSize the one it should have
     */
    record WrongSize(long size, long expectedSize) implements Verdict {}

    /** No load base explains the words of the image. */
    record NoBase() implements Verdict {}

    /**
     * The image differs.
     *
     * @param options those that explain it best
     * @param differingBytes how many bytes differ
     * @param differingPages how many pages of 4096 bytes hold a byte that differs
     * @param first the first difference
     * @param explanation the option with which the image would be identical, as on the command line, or null
     */
    record Different(
            Options options,
            long differingBytes,
            long differingPages,
            Difference first,
            @Nullable String explanation) implements Verdict {}
}
