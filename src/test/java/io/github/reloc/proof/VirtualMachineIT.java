package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the virtual machine may do on its own: take part in nothing, and say nothing where data goes. */
@Timeout(60)
final class VirtualMachineIT {
    private static final Path INPUT = Fixture.FOLDER.resolve("shim.c.ld.elf").toAbsolutePath();
    private static final String PLANTED = "a class of the current folder runs";
    private static final int SIGQUIT = 3;

    @TempDir
    Path folder;

    @BeforeEach
    void requireProgram() {
        assumeTrue(Files.isExecutable(LauncherIT.PROGRAM), "mvn verify builds the program");
    }

    private Tool.Result run(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LauncherIT.PROGRAM.toString()));
        command.addAll(List.of(arguments));
        return Tool.run(folder, environment, command);
    }

    // The current folder

    /** A provider of loggers, which Java looks for before it ends with another exit code than 0. */
    private void plantClass() throws IOException {
        Path source = folder.resolve("Planted.java");
        Files.writeString(
                source,
                "public class Planted extends System.LoggerFinder {\n"
                        + "    static { System.out.println(\"" + PLANTED + "\"); System.exit(0); }\n"
                        + "    public System.Logger getLogger(String name, Module module) { return null; }\n"
                        + "}\n");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, "-d", folder.toString(), source.toString()))
                .isZero();
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("java.lang.System$LoggerFinder"), "Planted\n");
        Files.writeString(services.resolve("java.nio.file.spi.FileSystemProvider"), "Planted\n");
        Files.writeString(services.resolve("java.nio.charset.spi.CharsetProvider"), "Planted\n");
        Files.writeString(services.resolve("java.util.spi.ResourceBundleProvider"), "Planted\n");
    }

    /** Options for every virtual machine that is started here. */
    private void plantOptions() throws IOException {
        Files.writeString(folder.resolve(".hotspotrc"), "+PrintFlagsFinal\n");
        Files.writeString(folder.resolve(".hotspot_compiler"), "print,*.*\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, dump, good.elf",
        "1, verify, good.elf empty",
        "1, check, text.elf",
        "2, frob, ''",
        "3, dump, empty",
        "4, apply, --base 4096 --max-size 1 good.elf out.img",
        "5, dump, missing",
    })
    void nothingOfTheCurrentFolderTakesPart(int exitCode, String command, String arguments) throws IOException {
        Files.copy(INPUT, folder.resolve("good.elf"));
        Files.copy(Fixture.FOLDER.resolve("undefined.c.ld.elf"), folder.resolve("text.elf"));
        Files.createFile(folder.resolve("empty"));
        String[] line = (command + " " + arguments).strip().split(" ");
        Tool.Result clean = run(Map.of(), line);
        plantClass();
        plantOptions();
        Tool.Result planted = run(Map.of("CLASSPATH", "."), line);

        assertThat(planted.exitCode()).isEqualTo(exitCode);
        assertThat(planted).isEqualTo(clean);
    }

    // Standard output

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx900t",
                "-Xmx1g -Xms2g",
                "-XX:+UseSerialGC -XX:+UseParallelGC",
                "-agentlib:nonexistent",
                "-javaagent:nonexistent.jar",
                "-Xss1k",
            })
    void machineThatCannotStartSaysSoOnStandardErrorAlone(String options) throws IOException {
        Tool.Result result = run(Map.of("JDK_JAVA_OPTIONS", options), "apply", "--base", "4096", INPUT.toString(), "-");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEmpty();
        assertThat(result.errors().lines()).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({
        "JDK_JAVA_OPTIONS, -Xlog:gc*",
        "JDK_JAVA_OPTIONS, -verbose:class",
        "JDK_JAVA_OPTIONS, -XX:+PrintFlagsFinal",
        "JAVA_TOOL_OPTIONS, -Xlog:all=info",
        "_JAVA_OPTIONS, -Xlog:gc*",
        "_JAVA_OPTIONS, -XX:-DisplayVMOutputToStderr -XX:+PrintFlagsFinal",
    })
    void standardOutputIsForDataWhateverIsLogged(String variable, String options) throws IOException {
        String input = INPUT.toString();

        assertThat(run(Map.of(variable, options), "dump", input).output())
                .isEqualTo(run(Map.of(), "dump", input).output());
    }

    /** As where a container limits them. The limit is one for each user, and root has none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8, 12, 16})
    void machineThatCannotHaveThreadsSaysSoOnStandardErrorAlone(int limit) throws IOException {
        Tool.require("bash");
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            Tool.require("setpriv");
            command.addAll(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
            List<String> probe = new ArrayList<>(command);
            probe.addAll(List.of("test", "-r", LauncherIT.PROGRAM.toString(), "-a", "-r", INPUT.toString()));
            assumeTrue(Tool.run(Path.of("/"), probe).exitCode() == 0, "nobody may read the program");
        }
        command.addAll(List.of("bash", "-c", "ulimit -u " + limit + " && exec \"$@\"", "bash"));
        command.addAll(List.of(LauncherIT.PROGRAM.toString(), "apply", "--base", "4096", INPUT.toString(), "-"));
        Tool.Result result = Tool.run(Path.of("/"), command);

        assertThat(result.output()).isEmpty();
        assertThat(result.errors()).isNotEmpty();
        assertThat(result.exitCode()).isIn(1, 5);
    }

    @Test
    void threadDumpGoesToStandardError() throws Exception {
        String whole = run(Map.of(), "dump", INPUT.toString()).output();
        Process process = startReading();
        try {
            signal(process, "QUIT");
            awaitErrors("Full thread dump", process);
            finish(process, Files.readAllBytes(INPUT));

            assertThat(process.exitValue()).isZero();
            assertThat(folder.resolve("output")).hasContent(whole);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** By a file of that name another program asks for the same signal to be a request. */
    @Test
    void threadDumpIsNoRequestOfTheCurrentFolder() throws Exception {
        Process process = startReading();
        try {
            Files.createFile(folder.resolve(".attach_pid" + process.pid()));
            signal(process, "QUIT");
            awaitErrors("Full thread dump", process);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void machineThatCrashesLeavesStandardOutputAlone() throws Exception {
        Process process = startReading();
        try {
            signal(process, "SEGV");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(process.exitValue()).isNotZero();
            assertThat(folder.resolve("output")).isEmptyFile();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A process that reads its program from standard input, and so is there for as long as a test needs it. */
    private Process startReading() throws IOException, InterruptedException {
        Tool.require("kill");
        Process process = new ProcessBuilder(LauncherIT.PROGRAM.toString(), "dump", "-")
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        while (!catches(process, SIGQUIT)) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(1);
        }
        return process;
    }

    private void signal(Process process, String name) throws IOException {
        Tool.run(folder, List.of("kill", "-s", name, String.valueOf(process.pid())));
    }

    private void awaitErrors(String text, Process process) throws IOException, InterruptedException {
        while (!Files.readString(folder.resolve("errors")).contains(text)) {
            assertThat(process.isAlive()).as("still there").isTrue();
            assertThat(Files.readString(folder.resolve("output"))).isEmpty();
            Thread.sleep(1);
        }
    }

    private static void finish(Process process, byte[] input) throws IOException, InterruptedException {
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input);
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean catches(Process process, int signal) throws IOException {
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        String mask = status.replaceAll("(?s).*SigCgt:\\s*([0-9a-f]+).*", "$1");
        return (Long.parseUnsignedLong(mask, 16) >>> (signal - 1) & 1) != 0;
    }
}
