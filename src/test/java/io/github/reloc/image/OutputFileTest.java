package io.github.reloc.image;

import static io.github.reloc.FailureAssertions.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.elf.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputFileTest {
    @TempDir
    Path folder;

    private static void write(OutputFile output, String text) throws IOException {
        output.channel().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private List<String> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertRefused(String message, Path target) {
        assertFailure(Failure.Kind.OUTPUT, message, () -> OutputFile.to(target));
    }

    @Test
    void aNewFileAppearsOnCommit() throws IOException {
        Path target = folder.resolve("out");
        try (OutputFile output = OutputFile.to(target)) {
            write(output, "new");
            assertThat(target).doesNotExist();
            output.commit();
        }

        assertThat(target).hasContent("new");
        assertThat(filesInFolder()).containsExactly("out");
    }

    @Test
    void nothingIsLeftWithoutCommit() throws IOException {
        try (OutputFile output = OutputFile.to(folder.resolve("out"))) {
            write(output, "new");
            assertThat(filesInFolder()).hasSize(1);
        }

        assertThat(filesInFolder()).isEmpty();
    }

    @Test
    void anExistingFileKeepsItsContentUntilCommit() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old and longer");
        try (OutputFile output = OutputFile.to(target)) {
            write(output, "new");
            assertThat(target).hasContent("old and longer");
            output.commit();
        }

        assertThat(target).hasContent("new");
        assertThat(filesInFolder()).containsExactly("out");
    }

    @Test
    void anExistingFileKeepsItsContentWithoutCommit() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        try (OutputFile output = OutputFile.to(target)) {
            write(output, "new");
        }

        assertThat(target).hasContent("old");
        assertThat(filesInFolder()).containsExactly("out");
    }

    @Test
    void anExistingFileKeepsItsMode() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 04751);
        try (OutputFile output = OutputFile.to(target)) {
            output.commit();
        }

        assertThat((int) Files.getAttribute(target, "unix:mode") & 07777).isEqualTo(04751);
    }

    @Test
    void aNewFileGetsTheModeOfAnyOther() throws IOException {
        Path target = folder.resolve("out");
        try (OutputFile output = OutputFile.to(target)) {
            output.commit();
        }

        Path other = Files.createFile(folder.resolve("other"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(other)));
    }

    @Test
    void aFileIsZeroUntilItIsWritten() throws IOException {
        Path target = folder.resolve("out");
        try (OutputFile output = OutputFile.to(target)) {
            output.setSize(5);
            output.channel().write(ByteBuffer.wrap(new byte[] {7}), 3);
            output.commit();
        }

        assertThat(target).hasBinaryContent(new byte[] {0, 0, 0, 7, 0});
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        assertRefused("is a directory", folder);
        assertThat(filesInFolder()).isEmpty();
    }

    @Test
    void aFifoIsRefused() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isEqualTo(0);

        assertRefused("not a regular file", fifo);
        assertThat(filesInFolder()).containsExactly("fifo");
    }

    @Test
    void aDeviceIsRefused() {
        assertRefused("not a regular file", Path.of("/dev/null"));
    }

    @Test
    void aLinkToNothingIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("none"));

        assertRefused("a link to a file that does not exist", link);
        assertThat(filesInFolder()).containsExactly("link");
    }

    @Test
    void aFolderThatIsNotThere() {
        assertRefused("no such file or directory", folder.resolve("none/out"));
    }

    @Test
    void aLinkToAFileIsWrittenThrough() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("out"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        try (OutputFile output = OutputFile.to(link)) {
            write(output, "new");
            assertThat(target).hasContent("old");
            output.commit();
        }

        assertThat(target).hasContent("new");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(filesInFolder()).containsExactly("elsewhere", "link");
        assertThat(elsewhere).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aStreamGetsItsFirstByteOnCommit() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputFile output = OutputFile.to(stream)) {
            write(output, "new");
            assertThat(stream.size()).isEqualTo(0);
            output.commit();
        }

        assertThat(stream).hasToString("new");
    }

    @Test
    void aStreamGetsNothingWithoutCommit() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputFile output = OutputFile.to(stream)) {
            write(output, "new");
        }

        assertThat(stream.size()).isEqualTo(0);
    }

    @Test
    void aStreamThatFails() throws IOException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        try (OutputFile output = OutputFile.to(full)) {
            write(output, "new");
            assertFailure(Failure.Kind.OUTPUT, "No space left on device", output::commit);
        }
    }

    @Test
    void committingAfterItWasInterrupted() {
        OutputFile output = OutputFile.to(folder.resolve("out"));
        output.close();

        assertFailure(Failure.Kind.OUTPUT, "interrupted", output::commit);
    }
}
