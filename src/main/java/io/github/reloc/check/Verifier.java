package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.FileHeader;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.TableRule;
import io.github.reloc.table.RelocationTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the image of a program anew and compares it with one that was made before.
 *
 * <p>Whether it is flat or an executable, its size and its first bytes tell; where they leave both possible, both are
 * tried.
 */
public final class Verifier {
    private final Program program;
    private final RelocationTables tables;
    private final InputFile image;
    private final Request request;
    private final ImageLayout whole;
    private final ImageLayout withoutBss;

    /** What the image can be, the likeliest first; none where it has a size that no image of this program has. */
    private final List<Format> formats;

    /**
     * What an image is held against; null stands for what is to be found out.
     *
     * @param base the load base
     * @param tableRule what became of the tables
     * @param keepsUnresolved whether entries that need run time may have been left for it
     * @param omitsBss whether the image must end after its last byte that comes from the file; it may in any case
     * @param physicalAddresses what became of those of an executable
     * @param symbolValues values for symbols that the file does not define, by name
     */
    public record Request(
            @Nullable Long base,
            @Nullable TableRule tableRule,
            boolean keepsUnresolved,
            boolean omitsBss,
            @Nullable PhysicalAddresses physicalAddresses,
            Map<String, Long> symbolValues) {}

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
        formats = formats();
    }

    /** Whether the image has the size of one, so that it will be compared. */
    public boolean hasSizeOfImage() {
        return !formats.isEmpty();
    }

    private List<Format> formats() {
        List<Format> found = new ArrayList<>();
        if (isExecutable(image) && image.size() == program.input().size() && !request.omitsBss()) {
            found.add(Format.EXECUTABLE);
        }
        if (image.size() == whole.size() && !request.omitsBss()) {
            found.add(Format.MEMORY);
        } else if (image.size() == withoutBss.size()) {
            found.add(Format.MEMORY_WITHOUT_BSS);
        }
        return List.copyOf(found);
    }

    /** A flat image of an ET_DYN begins with the header of that, if with any. */
    private static boolean isExecutable(InputFile image) {
        return image.size() >= Elf.EHDR_SIZE
                && Program.isElf(image)
                && image.word16(FileHeader.E_TYPE_OFFSET) == Elf.ET_EXEC;
    }

    /**
     * Compares.
     *
     * @throws Failure if the program is malformed, or could not have been relocated, or a file cannot be read
     */
    public Verdict verify() {
        tables.requireSound();
        Verdict first = null;
        for (Format format : formats) {
            Verdict verdict = new FormatVerifier(program, tables, image, format, request, wrongSize()).verify();
            if (verdict instanceof Verdict.Identical) {
                return verdict;
            }
            first = first == null ? verdict : first;
        }
        return first == null ? wrongSize() : first;
    }

    private Verdict.WrongSize wrongSize() {
        return new Verdict.WrongSize(
                image.size(),
                isExecutable(image) ? program.input().size() : (request.omitsBss() ? withoutBss : whole).size(),
                isExecutable(image) ? program.input().size() : withoutBss.size(),
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
}
