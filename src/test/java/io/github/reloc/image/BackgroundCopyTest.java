package io.github.reloc.image;

import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.ObjectFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of two blocks, and bytes on the second. */
final class BackgroundCopyTest {
    @TempDir
    private Path folder;

    /** Copies both blocks to a channel. */
    private static void copy(FileChannel channel) {
        try (ObjectFile object = pie().word64(0x10ff8, 0x1122).open()) {
            ImageLayout layout = ImageLayout.whole(object, 0);
            BitSet blocks = new BitSet();
            blocks.set(0, 2);
            BackgroundCopy copy = new BackgroundCopy(new LinkedImage(object, layout), layout.size(), blocks, channel);
            copy.start();
            copy.await();
        }
    }

    @Test
    void blocksGoToTheirPlaces() throws IOException {
        Path file = folder.resolve("image");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(channel);
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(0x11000).startsWith(0x7f, 'E', 'L', 'F');
        assertThat(bytes[0x10ff8]).isEqualTo((byte) 0x22);
        assertThat(bytes[0x10ff9]).isEqualTo((byte) 0x11);
    }

    @Test
    void aFailureReachesTheOneWhoWaits() throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("image"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.close();

        assertThatThrownBy(() -> copy(channel))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.OUTPUT));
    }

    @Test
    void soDoesABug() throws IOException {
        Path file = Files.createFile(folder.resolve("image"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThatThrownBy(() -> copy(channel)).isInstanceOf(NonWritableChannelException.class);
        }
    }
}
