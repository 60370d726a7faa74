package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built program, as a user runs it: from a shell, from anywhere, and in pipes. */
final class LauncherIT {
    static final Path PROGRAM =
            Path.of(System.getProperty("reloc.program", "target/reloc")).toAbsolutePath();

    private static final String NO_JAVA = "reloc: no java found: install a Java 17 runtime or set JAVA_HOME\n";
    private static final String WRONG_HOME = " has no bin/java; correct it, or install a Java 17 runtime\n";
    private static final String NEEDLESS_HOME =
            " has no bin/java; correct it, or unset it to use the java of the PATH\n";
    private static final String HELP_START = "Usage: reloc ";
    private static final String DUMP_START = "RELR at ";

    @TempDir
    Path folder;

    @BeforeEach
    void copyInput() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), () -> "there is no " + PROGRAM + ": mvn verify builds it");
        Files.copy(Fixture.FOLDER.resolve("shim.c.ld.elf"), folder.resolve("shim.elf"));
    }

    /** Runs a line in the folder, with the program in the PATH. */
    private Tool.Result shell(String line) throws IOException {
        return shell(Map.of(), line);
    }

    private Tool.Result shell(Map<String, String> environment, String line) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("PATH", PROGRAM.getParent() + ":" + System.getenv("PATH"));
        return Tool.run(folder, all, List.of("/bin/sh", "-c", line));
    }

    private static void assertPrints(Tool.Result result, String start) {
        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).startsWith(start);
        assertThat(result.exitCode()).isZero();
    }

    // Places

    @Test
    void runsThroughLinks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), PROGRAM);
        Path linkToLink = Files.createSymbolicLink(folder.resolve("link to link"), link);

        assertPrints(shell("./link --help"), HELP_START);
        assertPrints(shell("'./link to link' --help"), HELP_START);
        // JUnit warns of links that lead out of its folder.
        Files.delete(linkToLink);
        Files.delete(link);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with blanks", "with:colon", "with: both", "with$'quotes", "-dash", "é"})
    void runsInAnyFolder(String name) throws IOException {
        Path parent = Files.createDirectory(folder.resolve(name));
        Path copy = Files.copy(PROGRAM, parent.resolve("reloc"));

        assertPrints(Tool.run(folder, Map.of("LC_ALL", "C"), List.of(copy.toString(), "--help")), HELP_START);
        assertPrints(Tool.run(folder, List.of("./" + name + "/reloc", "dump", "shim.elf")), DUMP_START);
    }

    @Test
    void runsByARelativePathFromAnotherFolder() throws IOException {
        Files.copy(PROGRAM, folder.resolve("reloc"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));

        assertPrints(Tool.run(elsewhere, List.of("../reloc", "dump", "../shim.elf")), DUMP_START);
    }

    @Test
    void isAJarToo() throws IOException {
        List<String> command = List.of(java().toString(), "-jar", PROGRAM.toString(), "dump", "shim.elf");
        assertPrints(Tool.run(folder, command), DUMP_START);
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    // Environment

    @Test
    void javaIsTakenFromThePathWithoutJavaHome() throws IOException {
        String path = PROGRAM.getParent() + ":" + java().getParent() + ":/usr/bin:/bin";

        assertPrints(shell(Map.of("JAVA_HOME", "", "PATH", path), "reloc --version"), "reloc ");
    }

    @Test
    void missingJavaIsOneLine() throws IOException {
        String withJava = PROGRAM.getParent() + ":" + java().getParent() + ":/usr/bin:/bin";

        assertNoJava(NO_JAVA, "", folder.toString());
        String home = "reloc: no java found: JAVA_HOME is /non\\existent, which";
        assertNoJava(home + WRONG_HOME, "/non\\existent", folder.toString());
        assertNoJava(home + NEEDLESS_HOME, "/non\\existent", withJava);
    }

    /** What is not safe for a terminal, or for a line, is left out. */
    @ParameterizedTest
    @ValueSource(strings = {"/\u001b[31m", "/a\nb", "/long"})
    void homeThatCannotBeShown(String home) throws IOException {
        String value = home.equals("/long") ? "/n".repeat(500) : home;

        assertNoJava("reloc: no java found: JAVA_HOME" + WRONG_HOME, value, folder.toString());
    }

    private void assertNoJava(String line, String home, String path) throws IOException {
        Tool.Result result =
                Tool.run(folder, Map.of("JAVA_HOME", home, "PATH", path), List.of(PROGRAM.toString(), "--version"));

        assertThat(result.errors()).isEqualTo(line);
        assertThat(result.output()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(5);
    }

    @Test
    void optionsForEveryJavaMayChooseAnotherCollector() throws IOException {
        Tool.Result result = shell(Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseParallelGC"), "reloc dump shim.elf");

        // Java says that it has picked the options up.
        assertThat(result.errors()).hasLineCount(1);
        assertThat(result.output()).startsWith(DUMP_START);
        assertThat(result.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void namesNeedNotBeAscii(String locale) throws IOException {
        Files.copy(folder.resolve("shim.elf"), folder.resolve("é.elf"));
        Map<String, String> environment = Map.of("LC_ALL", locale);

        assertPrints(shell(environment, "reloc dump é.elf"), DUMP_START);
        assertThat(shell(environment, "reloc apply --base 0 é.elf ü.img").exitCode())
                .isZero();
        assertThat(folder.resolve("ü.img")).exists();
    }

    // Arguments, streams and files

    /** As they stand there, pasted into a shell. */
    @Test
    void examplesOfTheHelpWork() throws IOException {
        // What they take for granted.
        shell("reloc apply --base 0x7f0000 --map old.json shim.elf old.img");
        shell("reloc apply --base 0x800000 --map new.json shim.elf new.img");
        List<String> commands = shell("reloc --help")
                .output()
                .lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.strip().replaceAll(" .*", ""))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(commands).contains("apply", "dump", "help");
        // The help of reloc itself.
        commands.add("");
        for (String command : commands) {
            List<String> examples = shell("reloc help " + command)
                    .output()
                    .lines()
                    .dropWhile(line -> !line.startsWith("Example"))
                    .skip(1)
                    .toList();
            assertThat(examples).as(command).isNotEmpty();
            for (String example : examples) {
                Tool.Result result = shell(example);
                // 1 is an answer, as of verify about an image that another example made.
                assertThat(result.exitCode())
                        .as(example + ": " + result.errors())
                        .isIn(0, 1);
            }
        }
        assertThat(folder.resolve("shim.img")).exists();
    }

    @Test
    void applyWorksInPipes() throws IOException {
        Tool.Result toFile = shell("reloc apply --base 0x7f0000 shim.elf file.img");
        Tool.Result piped = shell("cat shim.elf | reloc apply --base 0x7f0000 - - | cat >piped.img");

        assertThat(toFile.errors()).startsWith("reloc: file.img: ").hasLineCount(1);
        assertThat(toFile.output()).isEmpty();
        assertThat(piped.errors()).startsWith("reloc: -: ").hasLineCount(1);
        assertThat(Files.mismatch(folder.resolve("file.img"), folder.resolve("piped.img")))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "frob, 2",
        "dump missing, 5",
        "dump shim.elf, 0",
        "dump /etc/passwd, 3",
        "apply -b 4096 shim.elf x -q, 0",
        "apply -b 4096 shim.elf x --max-size 1, 4",
    })
    void exitCodeReachesTheShell(String arguments, int exitCode) throws IOException {
        Tool.Result result = shell("reloc " + arguments);

        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.errors().lines()).hasSize(exitCode == 0 ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "jsonl"})
    void readerMayLeaveBeforeTheEnd(String format) throws IOException {
        PieBuilder builder = PieBuilder.pie().data(0x1000000, 0, 0x1000000);
        for (int i = 0; i < 100_000; i++) {
            builder.rela(0x1000000 + 8L * i, 8, 0, i);
        }
        builder.writeTo(folder.resolve("many.elf"));
        Tool.Result result = shell("{ reloc dump --format " + format + " many.elf; echo $? >code; } | head -c 100");

        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).hasSize(100);
        assertThat(folder.resolve("code")).hasContent("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump shim.elf", "dump --format json shim.elf", "--help", "apply --base 4096 shim.elf -"})
    void fullDiskIsExitCode5(String arguments) throws IOException {
        Tool.Result result = shell("reloc " + arguments + " >/dev/full");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).matches("reloc: (-|standard output): cannot write: .*\n");
    }

    @Test
    void closedStandardOutputIsExitCode5() throws IOException {
        Tool.Result result = shell("reloc dump shim.elf >&-");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).hasLineCount(1);
    }
}
