package io.github.reloc.image;

import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of two blocks, and bytes on the second. */
final class BackgroundCopyTest {
    private static final long COPIED_SIZE = 64 << 20;

    @TempDir
    private Path folder;

    /** Copies both blocks to an output. */
    private static void copy(OutputFile output) {
        try (Program program = pie().word64(0x10ff8, 0x1122).open()) {
            ImageLayout layout = ImageLayout.whole(program, 0);
            BitSet blocks = new BitSet();
            blocks.set(0, 2);
            BackgroundCopy copy =
                    new BackgroundCopy(new LinkedImage(program.input(), layout), layout.size(), blocks, output);
            copy.start();
            copy.await();
        }
    }

    @Test
    void blocksGoToTheirPlaces() throws IOException {
        Path file = folder.resolve("image");
        try (OutputFile output = OutputFile.to(file)) {
            copy(output);
            output.commit();
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(0x11000).startsWith(0x7f, 'E', 'L', 'F');
        assertThat(bytes[0x10ff8]).isEqualTo((byte) 0x22);
        assertThat(bytes[0x10ff9]).isEqualTo((byte) 0x11);
    }

    @Test
    void aFailureReachesTheOneWhoWaits() throws IOException {
        Path file = folder.resolve("image");
        try (OutputFile output = OutputFile.to(file)) {
            output.channel().close();

            assertThatThrownBy(() -> copy(output)).isInstanceOfSatisfying(Failure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.OUTPUT);
                assertThat(failure.file()).isEqualTo(file.toString());
            });
        }
    }

    @Test
    void soDoesABug() throws IOException {
        BitSet blocks = new BitSet();
        blocks.set(0);
        try (OutputFile output = OutputFile.to(folder.resolve("image"))) {
            BackgroundCopy copy = new BackgroundCopy(null, 1, blocks, output);
            copy.start();

            assertThatThrownBy(copy::await).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void anImageIsNotDoneBeforeItsCopy() throws IOException {
        long word = lastWord((image, copy) -> {
            image.write();
            assertThat(copy.isAlive()).isFalse();
        });

        assertThat(word).isEqualTo(0x7700000000000000L);
    }

    /** Nor is a word that was changed, as by a text relocation, overwritten by a copy that comes later. */
    @Test
    void aBlockThatWasWrittenIsNotCopiedOver() throws IOException {
        long word = lastWord((image, copy) -> {
            image.setWord64(0x100000 + COPIED_SIZE - 8, 0x1122334455667788L);
            // More blocks than are held, so that the one before is written.
            for (int block = 0; block < 20; block++) {
                image.setWord64(0x100000 + block * 0x10000, block);
            }
            assertThat(copy.isAlive()).isFalse();
            image.write();
        });

        assertThat(word).isEqualTo(0x1122334455667788L);
    }

    /** The last word of an image that something is done with while it is copied in the background. */
    private long lastWord(BiConsumer<Image, Thread> whileCopying) throws IOException {
        Path in = pie().header(1, PieBuilder.PF_R, 0x100000, 0x100000, COPIED_SIZE, COPIED_SIZE, 0x1000)
                .writeTo(folder.resolve("in.elf"));
        try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
            file.setLength(0x100000 + COPIED_SIZE);
            file.seek(0x100000 + COPIED_SIZE - 1);
            file.write(0x77);
        }
        Path out = folder.resolve("image");
        for (int attempt = 0; attempt < 20 && Files.notExists(out); attempt++) {
            makeUnlessCopied(in, out, whileCopying);
        }
        assertThat(out).as("made while the copy was at work").exists();
        try (RandomAccessFile file = new RandomAccessFile(out.toFile(), "r")) {
            assertThat(file.length()).isEqualTo(0x100000 + COPIED_SIZE);
            file.seek(0x100000 + COPIED_SIZE - 8);
            return Long.reverseBytes(file.readLong());
        }
    }

    /** 64 MB take long to copy; where the copy has ended all the same, there is nothing to see and nothing is made. */
    private static void makeUnlessCopied(Path in, Path out, BiConsumer<Image, Thread> whileCopying) {
        try (Program program = new Program(InputFile.open(in));
                OutputFile output = OutputFile.to(out)) {
            Image image = new Image(program, ImageLayout.whole(program, 0), output);
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            image.writeAhead();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread instanceof BackgroundCopy && !before.contains(thread)) {
                    whileCopying.accept(image, thread);
                    output.commit();
                }
            }
        }
    }
}
