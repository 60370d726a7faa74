package io.github.reloc.image;

import static io.github.reloc.FailureAssertions.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    /** Who runs a file must not become the one who wrote it here. */
    @Test
    void anExistingFileKeepsItsPermissionsAlone() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 06751);
        try (OutputFile output = OutputFile.to(target)) {
            output.commit();
        }

        assertThat(mode(target)).isEqualTo(0751);
    }

    /** Also such as the umask takes away from a new file. */
    @Test
    void anExistingFileKeepsPermissionsForAll() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 0777);
        try (OutputFile output = OutputFile.to(target)) {
            output.commit();
        }

        assertThat(mode(target)).isEqualTo(0777);
    }

    @Test
    void nobodyMayReadEarlierWhoMayNotReadInTheEnd() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 0600);
        try (OutputFile output = OutputFile.to(target)) {
            write(output, "new");
            assertThat(mode(temporary())).isEqualTo(0600);
        }
    }

    private Path temporary() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tmp"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** By whoever may write to the folder. */
    @Test
    void aLinkInPlaceOfTheTemporaryFileIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path victim = Files.writeString(elsewhere.resolve("victim"), "secret");
        Files.setAttribute(victim, "unix:mode", 0600);
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 0666);
        try (OutputFile output = OutputFile.to(target)) {
            Path temporary = temporary();
            Files.delete(temporary);
            Files.createSymbolicLink(temporary, victim);
            write(output, "new");
            assertFailure(Failure.Kind.OUTPUT, "its permissions cannot be set", output::commit);
        }

        assertThat(victim).hasContent("secret");
        assertThat(mode(victim)).isEqualTo(0600);
        assertThat(target).hasContent("old");
    }

    /** The open file has another name now, and is no other file. */
    @Test
    void permissionsAreThoseOfTheOpenFile() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setAttribute(target, "unix:mode", 0666);
        Path victim = Files.writeString(folder.resolve("victim"), "secret");
        Files.setAttribute(victim, "unix:mode", 0600);
        try (OutputFile output = OutputFile.to(target)) {
            Path temporary = temporary();
            Files.delete(temporary);
            Files.createLink(temporary, victim);
            assertFailure(Failure.Kind.OUTPUT, "its permissions cannot be set", output::commit);
        }

        assertThat(mode(victim)).isEqualTo(0600);
    }

    // Two files

    private static void setDirectory(Path path) throws IOException {
        Files.createDirectories(path.resolve("not empty"));
    }

    @Test
    void bothAppear() throws IOException {
        Path first = folder.resolve("first");
        Path second = Files.writeString(folder.resolve("second"), "old");
        try (OutputFile output = OutputFile.to(first);
                OutputFile other = OutputFile.to(second)) {
            write(output, "1");
            write(other, "2");
            OutputFile.commit(List.of(output, other));
        }

        assertThat(first).hasContent("1");
        assertThat(second).hasContent("2");
        assertThat(filesInFolder()).containsExactly("first", "second");
    }

    /** A folder that comes into the way stands for what refuses the second name. */
    @Test
    void ifTheSecondCannotAppearTheFirstIsAsItWas() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), "old");
        Path second = folder.resolve("second");
        try (OutputFile output = OutputFile.to(first);
                OutputFile other = OutputFile.to(second)) {
            write(output, "1");
            setDirectory(second);
            assertThatThrownBy(() -> OutputFile.commit(List.of(output, other)))
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.file()).isEqualTo(second.toString()));
        }

        assertThat(first).hasContent("old");
        assertThat(filesInFolder()).containsExactly("first", "second");
    }

    @Test
    void ifTheSecondCannotAppearTheFirstDoesNot() throws IOException {
        Path second = folder.resolve("second");
        try (OutputFile output = OutputFile.to(folder.resolve("first"));
                OutputFile other = OutputFile.to(second)) {
            setDirectory(second);
            assertThatThrownBy(() -> OutputFile.commit(List.of(output, other))).isInstanceOf(Failure.class);
        }

        assertThat(filesInFolder()).containsExactly("second");
    }

    @Test
    void ifAStreamFailsNoFileAppears() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        try (OutputFile output = OutputFile.to(target);
                OutputFile stream = OutputFile.to(new FullStream())) {
            write(stream, "new");
            assertFailure(
                    Failure.Kind.OUTPUT, "No space left on device", () -> OutputFile.commit(List.of(output, stream)));
        }

        assertThat(target).hasContent("old");
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
        assertRefused("a directory, not a regular file", folder);
        assertThat(filesInFolder()).isEmpty();
    }

    @Test
    void aFifoIsRefused() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isEqualTo(0);

        assertRefused("a pipe, not a regular file", fifo);
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
        try (OutputFile output = OutputFile.to(new FullStream())) {
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

    private static final class FullStream extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    }
}
