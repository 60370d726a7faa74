package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What runs in CI is named by a digest: a tag can come to mean other code. */
final class WorkflowTest {
    private static final String OUR_ACTION = "        uses: ./.github/actions/reloc";
    private static final Path ACTION = Path.of(".github/actions/reloc/action.yml");

    @Test
    void actionsArePinnedByDigest() throws IOException {
        for (Path workflow : workflows()) {
            List<String> uses = Files.readAllLines(workflow).stream()
                    .filter(line -> line.contains("uses:"))
                    .toList();
            assertThat(uses)
                    .as(workflow.toString())
                    .isNotEmpty()
                    .allMatch(line ->
                            line.matches(" +- uses: [\\w/-]+@[0-9a-f]{40} # v[0-9.]+") || line.equals(OUR_ACTION));
        }
    }

    /** What an expression puts into a script can end the string it stands in, and begin a command. */
    @Test
    void expressionsReachScriptsByTheEnvironment() throws IOException {
        List<Path> files = new ArrayList<>(workflows());
        files.add(ACTION);
        for (Path file : files) {
            // Keys and what is under them; a script is under run.
            String script = Pattern.compile("(?m)^( *)(?:- )?run: .*(?:\n(?:\\1 +.*)?)*")
                    .matcher(Files.readString(file))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining());
            assertThat(script).as(file.toString()).isNotEmpty().doesNotContain("${{");
        }
    }

    @Test
    void everyInputOfTheActionReachesItsScript() throws IOException {
        String action = Files.readString(ACTION);
        String script = Files.readString(ACTION.resolveSibling("run.sh"));
        List<String> inputs = Pattern.compile("(?m)^  ([a-z]+):$")
                .matcher(action.substring(action.indexOf("inputs:"), action.indexOf("outputs:")))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(inputs).contains("command", "in", "out", "base", "map");
        for (String input : inputs) {
            String variable = "RELOC_" + input.toUpperCase(Locale.ROOT);
            assertThat(action).contains(variable + ": ${{ inputs." + input + " }}");
            assertThat(script).contains(variable);
        }
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(".github/workflows"))) {
            return files.toList();
        }
    }
}
