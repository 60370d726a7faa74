package io.github.reloc.check;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.VerifiedImage;
import io.github.reloc.elf.Elf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} makes of images that it only tries to make. */
final class VerifierTest {
    /** With --omit-bss: up to PieBuilder.BSS. */
    private static final int SIZE_WITHOUT_BSS = 0x11000;

    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    /** Entries that are left in a packed table, which cannot be shortened to them: only keep makes such an image. */
    private static PieBuilder packed() {
        byte[] table = new PackedBytes()
                .numbers(2, 0x10100) // two entries; the first place counts from there
                .numbers(2, 8) // with addends, and all else of their own
                .numbers(8, R_X86_64_RELATIVE, 0x1000)
                .numbers(8, R_X86_64_IRELATIVE, 0x180 - 0x1000)
                .toArray();
        return pie().bytes(DATA, table).tag(Elf.DT_ANDROID_RELA, DATA).tag(Elf.DT_ANDROID_RELASZ, table.length);
    }

    /** Of two entries for one word one would go and the other stay: only keep makes such an image. */
    private static PieBuilder halfLeft() {
        return pie().rel(DATA, R_X86_64_RELATIVE, 0)
                .rel(DATA + 8, R_X86_64_RELATIVE, 0)
                .rel(DATA, R_X86_64_IRELATIVE, 0);
    }

    @Test
    void ruleThatIsOnlyTriedMayBeRefused() throws IOException {
        for (PieBuilder program : List.of(packed(), halfLeft())) {
            image.apply(program, "--unresolved", "keep", "--tables", "keep");

            image.assertIdentical(image.verify(), "--base 0x7f0000 --tables keep --unresolved keep");
            image.assertIdentical(
                    image.verify("--base", "0x7f0000"), "--base 0x7f0000 --tables keep --unresolved keep");
            image.flip(0x10008, 0x11);
            assertThat(image.verify().output())
                    .contains("compared with --base 0x7f0000 --tables keep --unresolved keep\n");
            assertThat(image.verify("--tables", "keep").output()).contains("different: ");
        }
    }

    @Test
    void ruleThatIsAskedForMayNotBeRefused() throws IOException {
        image.apply(packed(), "--unresolved", "keep", "--tables", "keep");
        Run run = image.verify("--tables", "trim");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .startsWith("reloc: " + image.in() + ": unsupported: ")
                .contains("the packed table ANDROID_REL", "--tables keep")
                .hasLineCount(1);
    }

    /** Where every rule is refused, it is the first that is spoken of. */
    @Test
    void programThatNoRuleMakesAnImageOfIsRefused() throws IOException {
        image.apply(packed(), "--unresolved", "keep", "--tables", "keep");
        packed().rela(DATA + 0x200, 99, 0, 0).writeTo(image.in());
        Run run = image.verify();

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors())
                .startsWith("reloc: " + image.in() + ": unsupported: RELA entry 0, type 0x63 at 0x10200: ")
                .hasLineCount(1);
    }

    /** It has the size of an image without .bss, of which there is none. */
    @Test
    void sizeThatIsOnlyTriedMayBeRefused() throws IOException {
        image.apply(program().rela(END - 8, R_X86_64_RELATIVE, 0, 0));
        Files.write(image.path(), Arrays.copyOf(Files.readAllBytes(image.path()), SIZE_WITHOUT_BSS));

        image.assertDifferent(image.verify(), "it has 69632 bytes, and should have 73728, or 69632 with --omit-bss\n");
        Run run = image.verify("--omit-bss");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors()).contains("its place lies in .bss, of which the image has no bytes");
    }

    @Test
    void symbolThatTheProgramDoesNotNeedIsWrongUsage() throws IOException {
        image.apply(program());
        Run run = image.verify("--defsym", "hots=0x1000");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("--defsym: the program needs no symbol hots");
        image.flip(0x180, 1);
        assertThat(image.verify("--defsym", "hots=0x1000").exitCode()).isEqualTo(2);
    }
}
