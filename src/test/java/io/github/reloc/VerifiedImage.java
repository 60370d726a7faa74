package io.github.reloc;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_X;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image that {@code apply} wrote at 0x7f0000, to be changed, and then looked at by {@code verify}. */
public final class VerifiedImage {
    private final Path in;
    private final Path image;

    /** An image that is to be in a folder. */
    public VerifiedImage(Path folder) {
        in = folder.resolve("in.elf");
        image = folder.resolve("image");
    }

    public Path in() {
        return in;
    }

    public Path path() {
        return image;
    }

    /**
     * What is where: headers r-x from 0 on with the symbol code, dynamic section at 0x200, RELA at 0x400; a hole; data
     * rw- from 0x10000 on with the symbol table, and from 0x11000 on zeros. At base 0x7f0000 the words come to:
     *
     * <pre>
     * 0x10008  RELA 0  R_X86_64_RELATIVE  0x1234        0x7f1234
     * 0x10010  RELA 1  R_X86_64_64        code + 0x8    0x7f0188
     * 0x10018  RELA 2  R_X86_64_32        code + 0x0      0x7f0180, 4 bytes
     * 0x10020  RELR 0  R_X86_64_RELATIVE  0x500         0x7f0500
     * </pre>
     */
    public static PieBuilder program() {
        return pie().headersFlags(PF_R | PF_X)
                .symbol("code", 0x12, 1, 0x180, 0x40)
                .symbol("table", 0x11, 2, DATA, 0x80)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x1234)
                .rela(DATA + 0x10, R_X86_64_64, 1, 8)
                .rela(DATA + 0x18, R_X86_64_32, 1, 0)
                .word64(DATA + 0x20, 0x500)
                .relr(DATA + 0x20);
    }

    /** Makes the image of a program. */
    public void apply(PieBuilder program, String... options) throws IOException {
        applyAt("0x7f0000", program, options);
    }

    /** Makes the image of a program for a load base. */
    public void applyAt(String base, PieBuilder program, String... options) throws IOException {
        program.writeTo(in);
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", base));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(in.toString(), image.toString()));
        Run run = Run.of(arguments.toArray(new String[0]));
        assertThat(run.exitCode()).as(run.errors()).isZero();
    }

    /** Changes bits of one byte of the image. */
    public void flip(int imageOffset, int bits) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        bytes[imageOffset] ^= (byte) bits;
        Files.write(image, bytes);
    }

    /** Sets a word of the image. */
    public void setWord64(int imageOffset, long word) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(imageOffset, word);
        Files.write(image, bytes);
    }

    public Run verify(String... options) {
        List<String> arguments = new ArrayList<>(List.of("verify"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(in.toString(), image.toString()));
        return Run.of(arguments.toArray(new String[0]));
    }

    /** That these are the options which the one line of a success names, and that they are all it takes. */
    public void assertIdentical(Run run, String options) throws IOException {
        assertThat(run.errors())
                .isEqualTo("reloc: " + image + ": identical to what apply writes with " + options + "\n");
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertReproduced(run, in, image);
    }

    /** That apply makes the same image of a program with the options that a success names, and with no other. */
    public static void assertReproduced(Run verified, Path program, Path image) throws IOException {
        String line = verified.errors().strip();
        String marker = " identical to what apply writes with ";
        String options = line.substring(line.indexOf(marker) + marker.length());
        List<String> bases = options.startsWith("any base and ") ? List.of("0x0", "0xfffffffff0000000") : List.of("");
        for (String base : bases) {
            Path again = image.resolveSibling("again");
            List<String> arguments = new ArrayList<>(List.of("apply"));
            String given = base.isEmpty() ? options : options.replace("any base and ", "--base " + base + " ");
            arguments.addAll(List.of(given.split(" ")));
            arguments.addAll(List.of(program.toString(), again.toString()));
            Run run = Run.of(arguments.toArray(new String[0]));
            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(Files.mismatch(again, image)).as("apply " + given).isEqualTo(-1);
            Files.delete(again);
        }
    }

    /** That this is the whole output after the name of the image, which opens it. */
    public void assertDifferent(Run run, String text) {
        assertThat(run.output()).isEqualTo(image + ": different: " + text);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }
}
