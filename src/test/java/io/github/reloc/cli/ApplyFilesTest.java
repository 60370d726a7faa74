package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OUT is written whole or not at all, and only where that can be meant. */
final class ApplyFilesTest {
    /** Pages from 0 to PieBuilder.END. */
    private static final int IMAGE_SIZE = 0x12000;

    @TempDir
    Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void writeInput() throws IOException {
        in = PieBuilder.pie().rela(PieBuilder.DATA, 8, 0, 0x1000).writeTo(folder.resolve("in.elf"));
        out = folder.resolve("out.img");
    }

    private Run apply(Path from, Path to, String... options) {
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", "0x7f0000"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(from.toString(), to.toString()));
        return Run.of(arguments.toArray(new String[0]));
    }

    /** Names in the folder: a temporary file that was left behind would be among them. */
    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void newFileHasTheModeOfAnyNewFile() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "");
        assertThat(apply(in, out).exitCode()).isZero();

        assertThat(Files.size(out)).isEqualTo(IMAGE_SIZE);
        assertThat(Files.getPosixFilePermissions(out)).isEqualTo(Files.getPosixFilePermissions(other));
        assertThat(names()).containsExactly("in.elf", "other", "out.img");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rwxr-x--x", "r--r--r--"})
    void existingFileIsReplacedAndKeepsItsMode(String mode) throws IOException {
        Files.writeString(out, "old");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString(mode));
        assertThat(apply(in, out).exitCode()).isZero();

        assertThat(Files.size(out)).isEqualTo(IMAGE_SIZE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo(mode);
    }

    @Test
    void linkToAFileStandsForIt() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Files.createSymbolicLink(out, target);
        assertThat(apply(in, out).exitCode()).isZero();

        assertThat(Files.isSymbolicLink(out)).isTrue();
        assertThat(Files.size(target)).isEqualTo(IMAGE_SIZE);
    }

    @Test
    void inputIsNeverOverwritten() throws IOException {
        byte[] file = Files.readAllBytes(in);
        Path symbolicLink = Files.createSymbolicLink(folder.resolve("symbolic"), in);
        Path hardLink = Files.createLink(folder.resolve("hard"), in);
        for (Path same : List.of(in, symbolicLink, hardLink, folder.resolve(".").resolve("in.elf"))) {
            Run run = apply(in, same);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.errors()).contains("same file").hasLineCount(1);
        }
        assertThat(apply(symbolicLink, in).exitCode()).isEqualTo(2);
        assertThat(Files.readAllBytes(in)).isEqualTo(file);
        assertThat(names()).containsExactly("hard", "in.elf", "symbolic");
    }

    @Test
    void whatIsNoRegularFileIsRefused() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
        for (Path path : List.of(directory, dangling, Path.of("/dev/null"), folder.resolve("missing/out.img"))) {
            assertRefused(path);
        }
        assertThat(names()).containsExactly("dangling", "directory", "in.elf");

        Tool.require("mkfifo");
        Path fifo = folder.resolve("fifo");
        Tool.run(folder, List.of("mkfifo", fifo.toString()));
        assertRefused(fifo);
    }

    /** Such as the system refuses; Java takes the slash away. */
    @Test
    void nameOfAFolderIsNotThatOfAFile() throws IOException {
        Run toFolder = Run.of("apply", "--base", "0", in.toString(), out + "/");
        Run fromFolder = Run.of("apply", "--base", "0", in + "/", out.toString());

        assertThat(toFolder.errors())
                .isEqualTo("reloc: " + out + "/: cannot write: a name with / at its end is that of a directory"
                        + System.lineSeparator());
        assertThat(fromFolder.errors())
                .isEqualTo("reloc: " + in + "/: cannot read: a name with / at its end is that of a directory"
                        + System.lineSeparator());
        assertThat(List.of(toFolder.exitCode(), fromFolder.exitCode())).containsOnly(5);
        assertThat(names()).containsExactly("in.elf");
    }

    private void assertRefused(Path path) {
        Run run = apply(in, path);
        assertThat(run.exitCode()).as(path.toString()).isEqualTo(5);
        assertThat(run.errors())
                .startsWith("reloc: " + path + ": cannot write: ")
                .hasLineCount(1);
    }

    @Test
    void failureLeavesTheOldFile() throws IOException {
        Files.writeString(out, "old");
        PieBuilder.pie()
                .rela(PieBuilder.DATA, 8, 0, 0x1000)
                .rela(0x7fff0000, 8, 0, 0)
                .writeTo(in);
        assertThat(apply(in, out).exitCode()).isEqualTo(3);

        assertThat(out).hasContent("old");
        assertThat(names()).containsExactly("in.elf", "out.img");
    }

    @Test
    void standardOutputGetsNothingOfAnImageThatFails() throws IOException {
        PieBuilder.pie()
                .rela(PieBuilder.DATA, 8, 0, 0x1000)
                .rela(0x7fff0000, 8, 0, 0)
                .writeTo(in);
        Run run = Run.of("apply", "--base", "0", in.toString(), "-");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.bytes()).isEmpty();
    }

    @Test
    void imageMayBeAsLargeAsTheLimit() throws IOException {
        assertThat(apply(in, out, "--max-size", "73727").exitCode()).isEqualTo(4);
        assertThat(apply(in, out, "--max-size", "71K").exitCode()).isEqualTo(4);
        assertThat(names()).containsExactly("in.elf");
        assertThat(apply(in, out, "--max-size", "73728").exitCode()).isZero();
        assertThat(apply(in, out, "--max-size", "72K").exitCode()).isZero();
        // What counts is the image, so what is left out does not: 0x11000 is 69632.
        assertThat(apply(in, out, "--max-size", "69632", "--omit-bss").exitCode())
                .isZero();
    }

    @Test
    void imageLargerThan4GiBMustBeAskedFor() throws IOException {
        PieBuilder.pie().data(PieBuilder.DATA, 0x1000, 4L << 30).writeTo(in);
        Run run = apply(in, out);

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors()).contains("4295032832", "4294967296").hasLineCount(1);
    }

    @Test
    void zerosAreHoles() throws IOException {
        Tool.require("stat");
        Path hole = folder.resolve("hole");
        try (RandomAccessFile file = new RandomAccessFile(hole.toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assumeTrue(sizeOnDisk(hole) < 1 << 20, "this file system has no holes");

        PieBuilder.pie()
                .data(PieBuilder.DATA, 0x1000, 1L << 30)
                .rela(PieBuilder.DATA + (1 << 29), 8, 0, 0)
                .writeTo(in);
        assertThat(apply(in, out).exitCode()).isZero();
        assertThat(Files.size(out)).isEqualTo((1L << 30) + PieBuilder.DATA);
        assertThat(sizeOnDisk(out)).isLessThan(1 << 20);
    }

    private long sizeOnDisk(Path file) throws IOException {
        Tool.Result blocks = Tool.run(folder, List.of("stat", "--format=%b", file.toString()));
        return Long.parseLong(blocks.output().strip()) * 512;
    }
}
