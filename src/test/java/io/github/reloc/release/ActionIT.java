package io.github.reloc.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script of the GitHub action, in the environment that action.yml gives it. */
final class ActionIT {
    private static final Path PROGRAM = Path.of(System.getProperty("reloc.program", "target/reloc"));
    private static final Path ACTION = Path.of(".github/actions/reloc").toAbsolutePath();
    private static final Path TESTDATA = Path.of("testdata");
    private static final String REPOSITORY = "owner/reloc";

    @TempDir
    Path folder;

    @BeforeEach
    void copyInput() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), () -> "there is no " + PROGRAM + ": mvn verify builds it");
        Tool.require("bash");
        Files.copy(TESTDATA.resolve("shim.c.ld.elf"), folder.resolve("a shim.elf"));
        Files.copy(TESTDATA.resolve("undefined.c.ld.elf"), folder.resolve("undefined.elf"));
    }

    private Tool.Result run(Map<String, String> inputs) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "GITHUB_ACTION_PATH", ACTION.toString(),
                "GITHUB_OUTPUT", folder.resolve("outputs").toString(),
                "GITHUB_SERVER_URL", folder.toUri().toString().replaceAll("/$", ""),
                "RUNNER_TEMP", folder.toString(),
                "RELOC_REPOSITORY", REPOSITORY,
                "RELOC_PROGRAM", PROGRAM.toAbsolutePath().toString()));
        environment.putAll(inputs);
        return Tool.run(folder, environment, List.of(ACTION.resolve("run.sh").toString()));
    }

    private Map<String, String> outputs() throws IOException {
        Map<String, String> outputs = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("outputs"))) {
            outputs.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return outputs;
    }

    /** Publishes the built program under a version. */
    private Path publish(String version) throws IOException {
        Path release = folder.resolve(REPOSITORY + "/releases/download/v" + version);
        Release.main(new String[] {PROGRAM.toString(), version, "2026-01-01T00:00:00Z", release.toString()});
        return release.resolve("reloc-" + version + ".tar.gz");
    }

    @Test
    void applyTellsOfItsImage() throws IOException {
        Tool.Result result = run(Map.of(
                "RELOC_COMMAND", "apply",
                "RELOC_IN", "a shim.elf",
                "RELOC_OUT", "a shim.img",
                // 0x7f0000
                "RELOC_BASE", "8323072",
                "RELOC_TABLES", "trim",
                "RELOC_MAP", "map.json"));

        assertThat(result.exitCode()).as(result.errors()).isZero();
        String sum = Tool.run(folder, List.of("sha256sum", "a shim.img")).output();
        assertThat(outputs())
                .isEqualTo(Map.of(
                        "image", "a shim.img",
                        "map", "map.json",
                        "base", "0x7f0000",
                        "sha256", sum.substring(0, 64)));
        assertThat(folder.resolve("map.json")).content().contains("\"tables\" : \"trim\"", sum.substring(0, 64));
    }

    @Test
    void mapIsThereThoughNotAskedFor() throws IOException {
        run(Map.of("RELOC_COMMAND", "apply", "RELOC_IN", "a shim.elf", "RELOC_OUT", "x.img", "RELOC_BASE", "0"));

        assertThat(Path.of(outputs().get("map"))).exists();
        assertThat(outputs()).containsEntry("base", "0x0");
    }

    @Test
    void argumentsAreLines() throws IOException {
        Tool.Result result = run(Map.of(
                "RELOC_COMMAND", "apply",
                "RELOC_IN", "undefined.elf",
                "RELOC_OUT", "x.img",
                "RELOC_ARGS", "--base\n0x10000\n\n--unresolved=keep\n"));

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(outputs()).containsEntry("base", "0x10000");
    }

    @Test
    void whatOthersPrintIsKeptWhateverTheAnswer() throws IOException {
        Tool.Result result = run(Map.of(
                "RELOC_COMMAND", "check",
                "RELOC_IN", "undefined.elf",
                "RELOC_FORMAT", "sarif",
                "RELOC_OUT", "findings.sarif"));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(folder.resolve("findings.sarif")).content().contains("\"version\":\"2.1.0\"");
    }

    @Test
    void verifyTakesTheImage() throws IOException {
        run(Map.of("RELOC_COMMAND", "apply", "RELOC_IN", "a shim.elf", "RELOC_OUT", "x.img", "RELOC_BASE", "0x7f0000"));
        Tool.Result result = run(Map.of("RELOC_COMMAND", "verify", "RELOC_IN", "a shim.elf", "RELOC_IMAGE", "x.img"));

        assertThat(result.exitCode()).isZero();
        assertThat(result.errors()).contains("identical");
    }

    @Test
    void publishedProgramIsTakenByItsVersion() throws IOException {
        publish("1.2.3");
        Map<String, String> inputs = Map.of(
                "RELOC_COMMAND", "dump", "RELOC_IN", "a shim.elf", "RELOC_PROGRAM", "", "RELOC_VERSION", "1.2.3");

        assertThat(run(inputs).output()).startsWith("RELR at ");
    }

    /** A user who names the action by a tag or a commit gets the program of just that. */
    @Test
    void withoutAVersionItIsThatOfTheAction() throws IOException {
        String version = Tool.run(folder, List.of(PROGRAM.toAbsolutePath().toString(), "--version"))
                .output()
                .lines()
                .findFirst()
                .orElseThrow()
                .substring("reloc ".length());
        publish(version);

        Tool.Result result = run(Map.of("RELOC_COMMAND", "dump", "RELOC_IN", "a shim.elf", "RELOC_PROGRAM", ""));

        assertThat(result.output()).as(result.errors()).startsWith("RELR at ");
    }

    @Test
    void anArchiveThatIsNotTheOnePublishedIsRefused() throws IOException {
        Path archive = publish("1.2.3");
        Files.writeString(archive, "x", StandardOpenOption.APPEND);
        Map<String, String> inputs = Map.of(
                "RELOC_COMMAND", "dump", "RELOC_IN", "a shim.elf", "RELOC_PROGRAM", "", "RELOC_VERSION", "1.2.3");
        assertRefused(inputs, "is not what SHA256SUMS says");

        Files.writeString(archive.resolveSibling("SHA256SUMS"), "");
        assertRefused(inputs, "SHA256SUMS does not name reloc-1.2.3.tar.gz");
    }

    private void assertRefused(Map<String, String> inputs, String reason) throws IOException {
        Tool.Result result = run(inputs);

        assertThat(result.errors()).contains("::error::").contains(reason);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).isEmpty();
        assertThat(folder.resolve("outputs")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "RELOC_OUT, '', 'apply needs out'",
        "RELOC_OUT, -, 'apply needs out'",
        "RELOC_OUT, 'x\nsha256=0', 'more than one line: OUT'",
        "RELOC_COMMAND, check, map is for the command apply",
        "RELOC_MAP, -, map is the name of a file",
    })
    void mistakesAreNamed(String variable, String value, String reason) throws IOException {
        Map<String, String> inputs = new HashMap<>(
                Map.of("RELOC_COMMAND", "apply", "RELOC_IN", "a shim.elf", "RELOC_OUT", "x.img", "RELOC_BASE", "0"));
        inputs.put("RELOC_MAP", "map.json");
        inputs.put(variable, value);

        assertRefused(inputs, reason);
    }
}
