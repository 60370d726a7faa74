package io.github.reloc.robustness;

import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built program with little memory: what is large is streamed, or the heap is written out and used again. */
class BoundsIT {
    private static final Path PROGRAM =
            Path.of(System.getProperty("reloc.program", "target/reloc")).toAbsolutePath();

    private static final int LIMIT_SECONDS = 120;
    private static final int PAGE_SIZE = 4096;
    private static final long BASE = 0x7f0000000000L;

    /** What a program did. */
    private record Result(int exitCode, String output, String errors) {}

    @TempDir
    private Path folder;

    @BeforeEach
    void requireProgram() {
        assumeTrue(Files.isExecutable(PROGRAM), () -> "there is no " + PROGRAM + ": mvn verify builds it");
    }

    private Result run(String heap, String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("stdout");
        Path errors = folder.resolve("stderr");
        Process process = start(heap, List.of(arguments))
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ends in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        // Java says that it has read the variable.
        List<String> lines = Files.readAllLines(errors).stream()
                .filter(line -> !line.startsWith("NOTE: Picked up"))
                .toList();
        return new Result(process.exitValue(), Files.readString(output), String.join("\n", lines));
    }

    private ProcessBuilder start(String heap, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", heap);
        return builder;
    }

    /** Space that a file takes on the disk, in bytes. */
    private static long diskUsage(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("du", "-k", file.toString()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Long.parseLong(text.substring(0, text.indexOf('\t'))) << 10;
    }

    /** 1.6 million words of 63 places each: collected, the places alone would take 800 MB. */
    @Test
    void relrTableOfAHundredMillionPlacesIsStreamed() throws Exception {
        int bitmaps = 1_600_000;
        long[] words = new long[1 + bitmaps];
        Arrays.fill(words, -1);
        words[0] = 0x10000000;
        Path in = PieBuilder.pie()
                .data(0x10000000, 8, 8L * (1 + 63L * bitmaps))
                .relr(words)
                .writeTo(folder.resolve("in.elf"));

        Result result = run("-Xmx64m", "dump", "--summary", in.toString());

        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).containsPattern("RELR +R_X86_64_RELATIVE +" + (1 + 63L * bitmaps) + "\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void imageOfMostlyZerosTakesLittleMemoryAndDisk() throws Exception {
        long end = 3L << 30;
        Path in = PieBuilder.pie()
                .data(0x10000, 0x1000, end - 0x10000)
                .rela(0x10000, R_X86_64_RELATIVE, 0, 0x10)
                .rela(end - 8, R_X86_64_RELATIVE, 0, 0x20)
                .rela(0x10008, R_X86_64_RELATIVE, 0, 0x30)
                .writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");

        Result result = run("-Xmx128m", "apply", "--base", "0x7f0000000000", in.toString(), out.toString());

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(Files.size(out)).isEqualTo(end);
        assertThat(diskUsage(out)).isLessThan(1 << 20);
        try (FileChannel image = FileChannel.open(out)) {
            assertThat(word(image, 0x10000)).isEqualTo(BASE + 0x10);
            assertThat(word(image, 0x10008)).isEqualTo(BASE + 0x30);
            assertThat(word(image, end - 8)).isEqualTo(BASE + 0x20);
        }
    }

    /** Two megabytes that are not writable, and so copied in the background, and a word that changes, all behind 4 GiB. */
    @Test
    void segmentsBehind4GiBOfAFile() throws Exception {
        long offset = (4L << 30) + 0x1000;
        Path in = PieBuilder.pie()
                .header(1, PieBuilder.PF_R, offset, 0x101000, 0x200000, 0x200000, 0x1000)
                .header(1, PieBuilder.PF_R | PieBuilder.PF_W, offset + 0x200000, 0x301000, 0x1000, 0x1000, 0x1000)
                .rela(0x301008, R_X86_64_RELATIVE, 0, 0x10)
                .relr(0x301010)
                .writeTo(folder.resolve("in.elf"));
        try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
            file.setLength(offset + 0x201000);
            file.seek(offset + 0x123456);
            file.write(0x77);
            file.seek(offset + 0x200010);
            file.write(0x99);
        }
        Path out = folder.resolve("out.img");

        Result result = run("-Xmx128m", "apply", "--base", "0x7f0000000000", in.toString(), out.toString());

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(Files.size(out)).isEqualTo(0x302000);
        try (FileChannel image = FileChannel.open(out)) {
            assertThat(word(image, 0x101000 + 0x123456)).isEqualTo(0x77);
            assertThat(word(image, 0x301008)).isEqualTo(BASE + 0x10);
            assertThat(word(image, 0x301010)).isEqualTo(BASE + 0x99);
        }
    }

    /**
     * Two entries for a word of every page, first one for each, then another for each: a block that was written out to
     * make room is needed again, as it was.
     */
    @Test
    void imageLargerThanTheHeapIsRelocatedTwiceOver() throws Exception {
        int pages = 50_000;
        PieBuilder file = PieBuilder.pie().data(0x1000000, 0x1000, (long) pages * PAGE_SIZE);
        for (int pass = 0; pass < 2; pass++) {
            for (int page = 0; page < pages; page++) {
                // Across the end of the page, but for the last.
                int place = page == pages - 1 ? PAGE_SIZE - 8 : PAGE_SIZE - 4;
                file.rel(0x1000000 + (long) page * PAGE_SIZE + place, R_X86_64_RELATIVE, 0);
            }
        }
        Path in = file.writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");

        Result result = run("-Xmx64m", "apply", "--base", "0x7f0000000000", in.toString(), out.toString());

        assertThat(result.exitCode()).as(result.errors()).isZero();
        try (FileChannel image = FileChannel.open(out)) {
            for (int page = 0; page < pages; page++) {
                int place = page == pages - 1 ? PAGE_SIZE - 8 : PAGE_SIZE - 4;
                assertThat(word(image, 0x1000000 + (long) page * PAGE_SIZE + place))
                        .isEqualTo(2 * BASE);
            }
        }
    }

    private static long word(FileChannel file, long offset) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (word.hasRemaining()) {
            assertThat(file.read(word, offset + word.position())).isPositive();
        }
        return word.getLong(0);
    }

    /** Half a million types take what little there is; that is no bug in reloc. */
    @Test
    void listThatDoesNotFitIsNoBug() throws Exception {
        PieBuilder file = PieBuilder.pie().data(0x10000000, 0x1000, 0x1000);
        for (int i = 0; i < 500_000; i++) {
            file.rela(0x10000000, 1000 + i, 0, 0);
        }
        Path in = file.writeTo(folder.resolve("in.elf"));

        Result result = run("-Xmx16m", "dump", "--summary", in.toString());

        assertThat(result.errors().lines()).hasSizeLessThanOrEqualTo(1);
        assertThat(result.exitCode()).isIn(0, 4, 5);
    }

    @Test
    void endWhileInputIsReadLeavesNothing() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Process process = start("-Djava.io.tmpdir=" + temporary, List.of("dump", "-"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().write(new byte[1 << 20]); // more than a pipe holds: reloc has begun to read
            process.getOutputStream().flush();
            process.destroy();
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }
}
