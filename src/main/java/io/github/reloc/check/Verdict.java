package io.github.reloc.check;

import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.TableRule;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of a verification. */
public sealed interface Verdict {
    /**
     * The image that was made anew to compare with.
     *
     * @param request what it takes to make it; entries are left for run time only if there are some
     * @param size in bytes
     * @param dependsOnBase whether another load base would change a word; if not, each makes this image
     * @param unusedNames the names among {@link ImageRequest#symbolValues} that no entry has asked for
     */
    record Counterpart(ImageRequest request, long size, boolean dependsOnBase, Set<String> unusedNames) {}

    /** The image is, byte for byte, what apply writes. */
    record Identical(Counterpart counterpart) implements Verdict {}

    /**
     * The image has a size that no image of this program has.
     *
     * @param size the one it has, in bytes
     * @param expectedSize the one it should have
     * @param otherSize the one it could have as well, if all is left out that does not come from the file; often the same
     * @param isProgram whether it is an ELF file by itself, and not just begins with a header that is loaded
     */
    record WrongSize(long size, long expectedSize, long otherSize, boolean isProgram) implements Verdict {}

    /** No load base explains the words of the image. */
    record NoBase() implements Verdict {}

    /**
     * The image differs.
     *
     * @param counterpart of those that could be made the one that explains the image best
     * @param differingBytes how many bytes differ
     * @param differingPages how many pages of 4096 bytes hold a byte that differs
     * @param first the first difference
     * @param explanation what would have to be asked for instead, for the image to be identical, or null
     */
    record Different(
            Counterpart counterpart,
            long differingBytes,
            long differingPages,
            Difference first,
            @Nullable Explanation explanation)
            implements Verdict {}

    /** The one thing that was asked for and would have to be another. */
    sealed interface Explanation {}

    /** Something else became of the tables. */
    record OtherTables(TableRule rule) implements Explanation {}

    /** The image is for another load base. */
    record OtherBase(long base) implements Explanation {}
}
