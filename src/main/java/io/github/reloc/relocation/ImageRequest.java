package io.github.reloc.relocation;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.FileLayout;
import io.github.reloc.image.ImageLayout;
import java.util.Map;

/**
 * What is asked for: all that the bytes of an image depend on, besides the program.
 *
 * @param loadBase the address at which the image's first byte is loaded, a multiple of 4096
 * @param format what the image is
 * @param tableRule what becomes of the relocation tables in the image
 * @param keepsUnresolved whether entries that need run time are left for it, and are no error
 * @param physicalAddresses what becomes of those of an executable
 * @param symbolValues values for symbols that the file does not define, by name
 */
public record ImageRequest(
        long loadBase,
        Format format,
        TableRule tableRule,
        boolean keepsUnresolved,
        PhysicalAddresses physicalAddresses,
        Map<String, Long> symbolValues) {

    /** What an image is. */
    public enum Format {
        /** The memory itself, from the first page to the last. */
        MEMORY,

        /** The same, up to the last byte that comes from the file. */
        MEMORY_WITHOUT_BSS,

        /** The program's file, as an executable for fixed addresses. */
        EXECUTABLE
    }

    public ImageRequest {
        symbolValues = Map.copyOf(symbolValues);
    }

    /** The same for another load base, with another rule for the tables. */
    public ImageRequest with(long newBase, TableRule newRule) {
        return new ImageRequest(newBase, format, newRule, keepsUnresolved, physicalAddresses, symbolValues);
    }

    /** The same with other entries left for run time. */
    public ImageRequest keeping(boolean newKeepsUnresolved) {
        return new ImageRequest(loadBase, format, tableRule, newKeepsUnresolved, physicalAddresses, symbolValues);
    }

    /**
     * Where the image's bytes are.
     *
     * @throws Failure if the program cannot be moved, or would end past the top of the address space, or cannot be made
     *     what is asked for
     */
    public ImageLayout layout(Program program) {
        return switch (format) {
            case MEMORY -> ImageLayout.whole(program, loadBase);
            case MEMORY_WITHOUT_BSS -> ImageLayout.withoutTrailingZeros(program, loadBase);
            case EXECUTABLE -> {
                FileLayout layout = FileLayout.of(program, loadBase);
                physicalAddresses.requireFor(program, layout);
                yield layout;
            }
        };
    }
}
