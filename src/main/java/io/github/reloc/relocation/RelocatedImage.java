package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.image.Image;
import io.github.reloc.image.OutputFile;
import io.github.reloc.image.PageSet;
import io.github.reloc.table.RelocationCounts;
import java.util.Set;

/**
 * An image that has been relocated, and what was done for it.
 *
 * @param image the bytes
 * @param applied the entries whose words were written
 * @param withoutEffect the entries that call for nothing, of type R_X86_64_NONE
 * @param left the entries left for run time
 * @param basePages the pages that hold a word which another load base would change
 * @param unusedNames the names among {@link ImageRequest#symbolValues} that no entry has asked for
 */
public record RelocatedImage(
        Image image,
        RelocationCounts applied,
        RelocationCounts withoutEffect,
        RelocationCounts left,
        PageSet basePages,
        Set<String> unusedNames) {

    /**
     * Makes the image of a program and writes it to the output, which then is the caller's to commit.
     *
     * @throws Failure if the program cannot be relocated as asked, or reading or writing fails
     */
    public static RelocatedImage write(Program program, ImageRequest request, OutputFile output) {
        Image image = new Image(program, request.layout(program), output);
        image.writeAhead();
        RelocatedImage relocated = new Relocator(program, request).relocate(image);
        image.write();
        return relocated;
    }

    /**
     * Makes the image only to be looked at, in memory.
     *
     * @param scratch takes what does not fit the heap
     * @throws Failure as {@link #write}
     */
    public static RelocatedImage inMemory(Program program, ImageRequest request, OutputFile scratch) {
        return new Relocator(program, request).relocate(new Image(program, request.layout(program), scratch));
    }
}
