package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputFileTest {
    /** Words are read through blocks of this many bytes. */
    private static final int BLOCK_SIZE = 0x4000;

    private static final int SLOT_COUNT = 256;

    @TempDir
    Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("in"), bytes);
    }

    private static byte[] counting(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return bytes;
    }

    private static void assertInputFailure(String message, Path path) {
        assertFailure(Failure.Kind.INPUT, message, () -> InputFile.open(path));
    }

    @Test
    void aMissingFile() {
        assertInputFailure("no such file or directory", folder.resolve("none"));
    }

    @Test
    void aDirectory() {
        assertInputFailure("a directory, not a regular file", folder);
    }

    @Test
    void aFifoIsRefusedWithoutWaitingForItsWriter() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isEqualTo(0);

        assertInputFailure("a pipe, not a regular file", fifo);
    }

    @Test
    void aDevice() {
        assertInputFailure("not a regular file", Path.of("/dev/null"));
    }

    @Test
    void aLinkStandsForItsFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), write(new byte[] {1, 2, 3, 4}));

        try (InputFile input = InputFile.open(link)) {
            assertThat(input.word32(0)).isEqualTo(0x04030201);
        }
    }

    @Test
    void wordsMayCrossBlocks() throws IOException {
        byte[] bytes = new byte[BLOCK_SIZE + 16];
        ByteBuffer.wrap(bytes).put(BLOCK_SIZE - 4, new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0x88, (byte) 0x99});
        try (InputFile input = InputFile.open(write(bytes))) {
            assertThat(input.word64(BLOCK_SIZE - 4)).isEqualTo(0x8807060504030201L);
            assertThat(input.word64(BLOCK_SIZE - 7)).isEqualTo(0x0504030201000000L);
            assertThat(input.word64(BLOCK_SIZE - 3)).isEqualTo(0x9988070605040302L);
            assertThat(input.word32(BLOCK_SIZE - 3)).isEqualTo(0x05040302);
            assertThat(input.word32(BLOCK_SIZE - 1)).isEqualTo(0x07060504);
            assertThat(input.word16(BLOCK_SIZE - 1)).isEqualTo(0x0504);
            assertThat(input.word16(BLOCK_SIZE + 3)).isEqualTo(0x9988);
        }
    }

    @Test
    void bytesAndShortWordsAreZeroExtended() throws IOException {
        try (InputFile input = InputFile.open(write(new byte[] {-1, -1, -1, -1}))) {
            assertThat(input.byteAt(3)).isEqualTo(0xff);
            assertThat(input.word16(2)).isEqualTo(0xffff);
        }
    }

    @Test
    void blocksThatShareASlotDoNotMix() throws IOException {
        Path path = write(new byte[] {1});
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {2}), (long) SLOT_COUNT * BLOCK_SIZE);
        }
        try (InputFile input = InputFile.open(path)) {
            assertThat(input.byteAt(0)).isEqualTo(1);
            assertThat(input.byteAt((long) SLOT_COUNT * BLOCK_SIZE)).isEqualTo(2);
            assertThat(input.byteAt(0)).isEqualTo(1);
        }
    }

    @Test
    void aWordOfAFileThatHasShrunk() throws IOException {
        Path path = write(counting(BLOCK_SIZE + 16));
        try (InputFile input = InputFile.open(path)) {
            truncate(path, 8);

            assertThat(input.size()).as("as it was").isEqualTo(BLOCK_SIZE + 16);
            assertFailure(
                    Failure.Kind.INPUT, "the file ended at offset 0x8 while it was read", () -> input.word32(0x10));
            assertFailure(
                    Failure.Kind.INPUT,
                    "the file ended at offset 0x4000 while it was read",
                    () -> input.byteAt(BLOCK_SIZE));
        }
    }

    @Test
    void aBlockThatCameShortIsNotMistakenForData() throws IOException {
        Path path = write(counting(32));
        try (InputFile input = InputFile.open(path)) {
            truncate(path, 8);

            for (int attempt = 0; attempt < 2; attempt++) {
                assertFailure(
                        Failure.Kind.INPUT, "the file ended at offset 0x8 while it was read", () -> input.byteAt(0));
            }
        }
    }

    @Test
    void aRangeOfAFileThatHasShrunk() throws IOException {
        Path path = write(counting(32));
        try (InputFile input = InputFile.open(path)) {
            truncate(path, 20);

            assertFailure(
                    Failure.Kind.INPUT,
                    "the file ended at offset 0x14 while it was read",
                    () -> input.read(16, ByteBuffer.allocate(16)));
        }
    }

    @Test
    void aCopyOfAFileThatHasShrunk() throws IOException {
        Path path = write(counting(32));
        try (InputFile input = InputFile.open(path);
                FileChannel target =
                        FileChannel.open(folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            truncate(path, 20);

            assertFailure(
                    Failure.Kind.INPUT,
                    "the file ended at offset 0x14 while it was read",
                    () -> input.copyTo(target, "out", 16, 16));
        }
    }

    @Test
    void aCopyThatCannotBeRead() throws IOException {
        InputFile input = InputFile.open(write(counting(32)));
        input.close();
        try (FileChannel target =
                FileChannel.open(folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertFailure(Failure.Kind.INPUT, "ClosedChannelException", () -> input.copyTo(target, "out", 16, 16));
        }
    }

    @Test
    void aCopyThatCannotBeWritten() throws IOException {
        try (InputFile input = InputFile.open(write(counting(32)))) {
            FileChannel target =
                    FileChannel.open(folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            target.close();

            assertFailure(Failure.Kind.OUTPUT, "ClosedChannelException", () -> input.copyTo(target, "out", 16, 16));
        }
    }

    @Test
    void aFileThatStaysAsItIs() throws IOException {
        try (InputFile input = InputFile.open(write(counting(32)))) {
            input.requireUnchanged();
        }
    }

    @Test
    void aFileThatIsWrittenWhileItIsRead() throws IOException {
        Path path = write(counting(32));
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
        try (InputFile input = InputFile.open(path)) {
            Files.write(path, counting(33));

            assertFailure(Failure.Kind.INPUT, "the file changed while it was read", input::requireUnchanged);
        }
    }

    @Test
    void aFileThatIsWrittenInPlaceWhileItIsRead() throws IOException {
        Path path = write(counting(32));
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
        try (InputFile input = InputFile.open(path)) {
            Files.write(path, new byte[32]);

            assertFailure(Failure.Kind.INPUT, "the file changed while it was read", input::requireUnchanged);
        }
    }

    @Test
    void aNameThatComesToMeanAnotherFile() throws IOException {
        Path path = write(counting(32));
        try (InputFile input = InputFile.open(path)) {
            Path other = Files.write(folder.resolve("other"), counting(33));
            Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

            input.requireUnchanged();
        }
    }

    @Test
    void aNameThatIsGone() throws IOException {
        Path path = write(counting(32));
        try (InputFile input = InputFile.open(path)) {
            Files.delete(path);

            input.requireUnchanged();
        }
    }

    @Test
    void aRangeIsCopied() throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (InputFile input = InputFile.open(write(new byte[] {1, 2, 3, 4, 5}))) {
            input.copyTo(Channels.newChannel(copy), "copy", 1, 3);
        }

        assertThat(copy.toByteArray()).containsExactly(2, 3, 4);
    }

    @Test
    void aStreamIsReadToItsEnd() {
        try (InputFile input = InputFile.spool(new ByteArrayInputStream(counting(100_000)))) {
            assertThat(input.size()).isEqualTo(100_000);
            assertThat(input.byteAt(99_999)).isEqualTo(99_999 * 7 & 0xff);
            input.requireUnchanged();
        }
    }

    @Test
    void aStreamThatFails() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cable pulled");
            }

            @Override
            public int read(byte[] target, int start, int count) throws IOException {
                throw new IOException("cable pulled");
            }
        };

        assertFailure(Failure.Kind.INPUT, "cable pulled", () -> InputFile.spool(broken));
    }

    private static void truncate(Path path, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
