package io.github.reloc.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run in a folder of the test with a limit on its time. */
public final class Tool {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * What a program did.
     *
     * @param exitCode 128 and the signal where one ended it
     */
    public record Result(int exitCode, String output, String errors) {}

    private Tool() {}

    /** Skips the test where the PATH has no such program. */
    public static void require(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return;
            }
        }
        assumeTrue(false, () -> "there is no " + name + " on this machine");
    }

    /** Runs a program in a folder, with nothing on standard input. */
    public static Result run(Path folder, List<String> command) throws IOException {
        return run(folder, Map.of(), command);
    }

    /** The same with changes to the environment; an empty value takes a variable away. */
    public static Result run(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile(folder, "tool", ".out");
        try {
            Result result = runTo(output, folder, environment, command);
            return new Result(result.exitCode(), Files.readString(output), result.errors());
        } finally {
            Files.delete(output);
        }
    }

    /** The same with standard output to a file, for output that should not be held in memory. */
    public static Result runTo(Path output, Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        Path errors = Files.createTempFile(folder, "tool", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        // Messages that do not depend on who runs the tests.
        builder.environment().put("LC_ALL", "C.UTF-8");
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + LIMIT + ": " + command);
            }
            return new Result(process.exitValue(), "", Files.readString(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }
}
