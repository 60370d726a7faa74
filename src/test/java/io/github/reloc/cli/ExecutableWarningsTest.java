package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.SegmentField.P_PADDR;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.elf.Elf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExecutableWarningsTest {
    private static final int R_X86_64_RELATIVE = 8;
    private static final int R_X86_64_32 = 10;
    private static final int R_X86_64_IRELATIVE = 37;

    /** Where the notes of the tests are in memory, and 0xf000 less in the file. */
    private static final long NOTE = DATA + 0x100;

    @TempDir
    Path folder;

    /** The warnings of apply, without what opens each line. */
    private List<String> warnings(PieBuilder pie, String... options) throws IOException {
        Path in = pie.writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out");
        Files.deleteIfExists(out);
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", "0x7f0000", "--format", "elf"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(in.toString(), out.toString()));
        Run run = Run.of(arguments.toArray(new String[0]));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(out).exists();
        String prefix = "reloc: " + in + ": warning: ";
        return run.errors()
                .lines()
                .filter(line -> line.contains("warning"))
                .map(line -> {
                    assertThat(line).startsWith(prefix);
                    return line.substring(prefix.length());
                })
                .toList();
    }

    /** A note of Xen's with a descriptor of 4 or 8 bytes: its name takes 4, so the descriptor stands at 16. */
    private static PieBuilder note(PieBuilder pie, String owner, int type, int size, long descriptor) {
        byte[] name =
                (owner + "\0".repeat(4 - owner.length() % 4)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        pie.word32(NOTE, owner.length() + 1, size, type).bytes(NOTE + 12, name);
        long at = NOTE + 12 + name.length;
        if (size == 8) {
            pie.word64(at, descriptor);
        } else {
            pie.word32(at, (int) descriptor);
        }
        return pie.header(Elf.PT_NOTE, PF_R, 0x1100, NOTE, 12 + name.length + 8, 12 + name.length + 8, 4);
    }

    private static PieBuilder xen(int size, long descriptor) {
        return note(pie(), "Xen", 18, size, descriptor);
    }

    @Test
    void aProgramWithoutAnyOfThatIsSilent() throws IOException {
        assertThat(warnings(pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x180))).isEmpty();
    }

    @Test
    void entriesThatAreLeftNeedStartUpThatGoesByTheProgramHeaders() throws IOException {
        PieBuilder pie = pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180);

        assertThat(warnings(pie, "--unresolved", "keep"))
                .containsExactly(
                        "entries are left for run time: the program's start-up must take its bias from the program headers; glibc does from 2.41 on, and before that the program crashes");
        // A dynamic loader does.
        assertThat(warnings(pie.header(Elf.PT_INTERP, PF_R, 0x1000, DATA, 1, 1, 1), "--unresolved", "keep"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4", "8"})
    void anAddressThatStaysIsNamed(int size) throws IOException {
        assertThat(warnings(xen(size, 0x180)))
                .containsExactly(
                        "note Xen, type 18 (file offset 0x1110), holds 0x180, an address of the program that no relocation entry is for: it stays as it is");
        assertThat(warnings(xen(size, 0x180), "--quiet")).isEmpty();
    }

    @Test
    void anAddressThatIsRelocatedIsFine() throws IOException {
        assertThat(warnings(xen(8, 0x180).rela(NOTE + 16, R_X86_64_RELATIVE, 0, 0x180)))
                .isEmpty();
        PieBuilder narrow = xen(4, 0x180).symbol("start", 0x12, 1, 0x180, 0).rela(NOTE + 16, R_X86_64_32, 1, 0);
        assertThat(warnings(narrow)).isEmpty();
    }

    /** A number of the ELF header or the program headers, one past the program, none at all, or of an owner that has none. */
    @Test
    void aNumberIsNoAddress() throws IOException {
        assertThat(warnings(xen(4, 7))).isEmpty();
        assertThat(warnings(xen(4, 0x12000))).isEmpty();
        assertThat(warnings(xen(4, 0x5000))).as("between the segments").isEmpty();
        assertThat(warnings(note(pie(), "GNU", 3, 4, 0x180))).isEmpty();
        assertThat(warnings(note(pie(), "FreeBSD", 1, 4, 0x180))).isEmpty();
        assertThat(warnings(note(pie(), "Other", 1, 4, 0x11fff))).hasSize(1);
    }

    @Test
    void aPhysicalEntryPointThatIsVirtualIsNamed() throws IOException {
        PieBuilder pie = xen(8, 0x180).rela(NOTE + 16, R_X86_64_RELATIVE, 0, 0x180);

        assertThat(warnings(pie, "--physical", "0x100000"))
                .containsExactly(
                        "note Xen, type 18 (file offset 0x1110), holds the virtual address 0x7f0180, and loaders that read it want the physical one, 0x100180");
        assertThat(warnings(pie, "--physical", "0x7f0000")).isEmpty();
        // The addend has the difference, -0x6f0000, so that the word comes to the physical address.
        PieBuilder physical = xen(8, 0x180).rela(NOTE + 16, R_X86_64_RELATIVE, 0, 0x180 - 0x6f0000);
        assertThat(warnings(physical, "--physical", "0x100000")).isEmpty();
        // Xen's other entry point is a virtual address.
        PieBuilder virtual = note(pie(), "Xen", 1, 8, 0x180).rela(NOTE + 16, R_X86_64_RELATIVE, 0, 0x180);
        assertThat(warnings(virtual, "--physical", "0x100000")).isEmpty();
    }

    /** What is no note is none: sizes that pass the end, no end of a name, a segment outside the file. */
    @Test
    void brokenNotesAreNone() throws IOException {
        assertThat(warnings(xen(8, 0x180).word32(NOTE + 4, -1))).isEmpty();
        assertThat(warnings(xen(8, 0x180).word32(NOTE, -1))).isEmpty();
        assertThat(warnings(xen(8, 0x180).word32(NOTE, 3)))
                .as("n_namesz without the zero byte")
                .isEmpty();
        assertThat(warnings(pie().header(Elf.PT_NOTE, PF_R, -8, NOTE, 0x20, 0x20, 4)))
                .isEmpty();
        assertThat(warnings(pie().header(Elf.PT_NOTE, PF_R, 0x1fff, NOTE, -1, 0x20, 4)))
                .isEmpty();
    }

    @Test
    void aSecondNoteIsFound() throws IOException {
        PieBuilder pie = pie();
        pie.word32(NOTE, 4, 3, 1).bytes(NOTE + 12, (byte) 'G', (byte) 'N', (byte) 'U', (byte) 0);
        pie.word32(NOTE + 20, 4, 8, 18).bytes(NOTE + 32, (byte) 'X', (byte) 'e', (byte) 'n', (byte) 0);
        pie.word64(NOTE + 36, DATA);
        pie.header(Elf.PT_NOTE, PF_R, 0x1100, NOTE, 44, 44, 4);

        assertThat(warnings(pie))
                .containsExactly(
                        "note Xen, type 18 (file offset 0x1124), holds 0x10000, an address of the program that no relocation entry is for: it stays as it is");
    }

    @Test
    void nothingIsSaidOfPhysicalAddressesThatAreKept() throws IOException {
        assertThat(warnings(pie().set(1, P_PADDR, 0x9000), "--physical", "keep"))
                .isEmpty();
    }
}
