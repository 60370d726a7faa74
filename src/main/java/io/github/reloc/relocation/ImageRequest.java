package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import java.util.Map;

/**
 * What is asked for: all that the bytes of an image depend on, besides the program.
 *
 * @param loadBase the address at which the image's first byte is loaded, a multiple of 4096
 * @param tableRule what becomes of the relocation tables in the image
 * @param keepsUnresolved whether entries that need run time are left for it, and are no error
 * @param omitsBss whether the image ends after its last byte that comes from the file
 * @param symbolValues values for symbols that the file does not define, by name
 */
public record ImageRequest(
        long loadBase, TableRule tableRule, boolean keepsUnresolved, boolean omitsBss, Map<String, Long> symbolValues) {

    public ImageRequest {
        symbolValues = Map.copyOf(symbolValues);
    }

    /**
     * Where the image's bytes are.
     *
     * @throws Failure if the program cannot be moved, or would end past the top of the address space
     */
    public ImageLayout layout(Program program) {
        return omitsBss ? ImageLayout.withoutTrailingZeros(program, loadBase) : ImageLayout.whole(program, loadBase);
    }
}
