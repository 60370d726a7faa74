package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What runs in CI is named by a digest: a tag can come to mean other code. */
final class WorkflowTest {
    @Test
    void actionsArePinnedByDigest() throws IOException {
        for (Path workflow : workflows()) {
            List<String> uses = Files.readAllLines(workflow).stream()
                    .filter(line -> line.contains("uses:"))
                    .toList();
            assertThat(uses)
                    .as(workflow.toString())
                    .isNotEmpty()
                    .allMatch(line -> line.matches(" +- uses: [\\w/-]+@[0-9a-f]{40} # v[0-9.]+"));
        }
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(".github/workflows"))) {
            return files.toList();
        }
    }
}
