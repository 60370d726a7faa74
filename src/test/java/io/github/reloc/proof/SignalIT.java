package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a signal in the middle of the work leaves: the old file, and nothing beside it. */
final class SignalIT {
    /** Bitmaps of RELR, each with 63 places: 252 MB of memory in which every word changes. */
    private static final int BITMAPS = 500_000;

    private static final long DATA = 0x1000000;

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    @BeforeEach
    void writeInput() throws IOException {
        assumeTrue(Files.isExecutable(LauncherIT.PROGRAM), "mvn verify builds the program");
        PieBuilder builder = PieBuilder.pie().data(DATA, 0, 504L * BITMAPS + 8);
        builder.relr(DATA);
        for (int i = 0; i < BITMAPS; i++) {
            builder.relr(-1);
        }
        builder.writeTo(folder.resolve("in.elf"));
        Files.writeString(folder.resolve("out.img"), "old");
    }

    /** 128 and the number of the signal. */
    @ParameterizedTest
    @CsvSource({"TERM, 15", "INT, 2", "HUP, 1"})
    void oldFileStaysAndNothingElse(String name, int signal) throws Exception {
        Tool.require("kill");
        Path errors = elsewhere.resolve("errors");
        List<String> command =
                List.of(LauncherIT.PROGRAM.toString(), "apply", "--base", "0x7f0000", "in.elf", "out.img");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .redirectOutput(Redirect.DISCARD)
                .start();
        try {
            awaitTemporaryFile(process);
            assumeTrue(!ignores(process, signal), () -> "signals " + name + " are ignored here");
            Tool.run(elsewhere, List.of("kill", "-s", name, String.valueOf(process.pid())));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(process.exitValue()).isEqualTo(128 + signal);
            assertThat(errors).hasContent("");
            assertThat(folder.resolve("out.img")).hasContent("old");
            assertThat(names()).containsExactly("in.elf", "out.img");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** As soon as there is something to leave. */
    @ParameterizedTest
    @CsvSource({"in.elf, out.img", "-, out.img", "in.elf, -"})
    void endedRightAwayItLeavesNothing(String in, String out) throws Exception {
        for (int i = 0; i < 12; i++) {
            ProcessBuilder builder = new ProcessBuilder(
                            LauncherIT.PROGRAM.toString(), "apply", "--base", "0x7f0000", in, out)
                    .directory(folder.toFile())
                    .redirectInput(folder.resolve("in.elf").toFile())
                    .redirectError(Redirect.DISCARD)
                    .redirectOutput(Redirect.DISCARD);
            builder.environment().put("TMPDIR", folder.toString());
            Process process = builder.start();
            // A file without a name may not be seen in time.
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300 + 20L * i);
            while (folder.toFile().list().length == 2 && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(names()).containsExactly("in.elf", "out.img");
        }
    }

    private void awaitTemporaryFile(Process process) throws IOException, InterruptedException {
        while (names().size() == 2) {
            assertThat(process.isAlive()).as("still at work").isTrue();
            Thread.sleep(1);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** What is started in the background may have been told to ignore INT or HUP, and Java leaves it at that. */
    private static boolean ignores(Process process, int signal) throws IOException {
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        String mask = status.replaceAll("(?s).*SigIgn:\\s*([0-9a-f]+).*", "$1");
        return (Long.parseUnsignedLong(mask, 16) >>> (signal - 1) & 1) != 0;
    }
}
