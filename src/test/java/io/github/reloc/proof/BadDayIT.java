package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room, and the one signal that nobody can catch. */
final class BadDayIT {
    private static final long SEED = 20_000;
    private static final int KILLS = 12;
    private static final int MAX_DELAY_MILLIS = 500;

    @TempDir
    Path folder;

    @BeforeEach
    void writeInput() throws IOException {
        assumeTrue(Files.isExecutable(LauncherIT.PROGRAM), "mvn verify builds the program");
        // 8 MB in which every word changes: some moments of a run fall into the writing.
        PieBuilder builder =
                PieBuilder.pie().data(0x1000000, 0, 504L * 16_000 + 8).relr(0x1000000);
        for (int i = 0; i < 16_000; i++) {
            builder.relr(-1);
        }
        builder.writeTo(folder.resolve("in.elf"));
        Files.writeString(folder.resolve("out.img"), "old");
    }

    /** The limit on the size of a file stands in for a full disk: the system refuses in the same places. */
    @Test
    void withoutRoomTheOldFileStaysAndNothingElse() throws Exception {
        Process process = start("ulimit -f 64 && exec \"$0\" apply --base 0x7f0000 in.elf out.img");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(5);
        assertThat(folder.resolve("errors")).hasContent("reloc: out.img: cannot write: File too large");
        assertThat(folder.resolve("out.img")).hasContent("old");
        assertThat(names()).containsExactly("errors", "in.elf", "out.img");
    }

    @Test
    void killedAtAnyMomentTheFileIsTheOldOrTheNewOne() throws Exception {
        Path whole = folder.resolve("whole.img");
        Run.of("apply", "--base", "0x7f0000", folder.resolve("in.elf").toString(), whole.toString());
        Random random = new Random(SEED);
        for (int i = 0; i < KILLS; i++) {
            Files.writeString(folder.resolve("out.img"), "old");
            Process process = start("exec \"$0\" apply --base 0x7f0000 in.elf out.img");
            process.waitFor(random.nextInt(MAX_DELAY_MILLIS), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();

            Path out = folder.resolve("out.img");
            boolean isOld = Files.size(out) == 3 && Files.readString(out).equals("old");
            assertThat(isOld || Files.mismatch(out, whole) == -1)
                    .as("kill %d", i)
                    .isTrue();
            assertThat(names())
                    .allMatch(name -> name.matches("errors|in\\.elf|out\\.img|whole\\.img|\\.reloc-[0-9a-f]+\\.tmp"));
        }
    }

    private Process start(String script) throws IOException {
        List<String> command = List.of("sh", "-c", script, LauncherIT.PROGRAM.toString());
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .redirectOutput(Redirect.DISCARD)
                .start();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
