package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.proof.Headers.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The loader that relocates nothing ({@code src/test/c/loader.c}), and the harnesses beside it, compiled when tests run.
 */
final class ImageLoader {
    private static final int LOADER_ERROR = 99;
    private static final int TRACING_NOT_PERMITTED = 97;

    /** A range of load addresses. */
    record Range(long low, long high) {
        boolean contains(long address) {
            return low <= address && address < high;
        }
    }

    /**
     * An image and where it goes.
     *
     * @param headers of the program that the image is of
     * @param base where the loader puts it
     */
    record Placed(Headers headers, Path image, long base) {
        /** The same image, put elsewhere than where it was made for. */
        Placed at(long otherBase) {
            return new Placed(headers, image, otherBase);
        }

        long bias() {
            return base - headers.start();
        }

        /** What the program asks to be read-only, as loaders do it: whole pages, the last only if RELRO fills it. */
        Range relro() {
            Segment relro = headers.ofType(Headers.PT_GNU_RELRO).get(0);
            Range pages =
                    new Range(Headers.pageStart(relro.address()) + bias(), Headers.pageStart(relro.end()) + bias());
            assertThat(pages.high()).isGreaterThan(pages.low());
            return pages;
        }
    }

    private final Path folder;
    private final Path program;

    private ImageLoader(Path folder, Path program) {
        this.folder = folder;
        this.program = program;
    }

    /** Compiles the loader into a folder; skips the test where that cannot be. */
    static ImageLoader compiledIn(Path folder) throws IOException {
        return new ImageLoader(folder, compile(folder, "loader"));
    }

    /** Compiles a program of {@code src/test/c}; skips the test where that cannot be. */
    static Path compile(Path folder, String name) throws IOException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "loaders are for Linux on x86-64");
        Tool.require("gcc");
        Path program = folder.resolve(name);
        // Position-independent, so that the kernel puts it far above low bases.
        List<String> command = List.of(
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fPIE",
                "-pie",
                "-o",
                program.toString(),
                source(name).toString());
        assertThat(Tool.run(folder, command).errors()).isEmpty();
        return program;
    }

    static Path source(String name) {
        return Path.of("src", "test", "c", name + ".c").toAbsolutePath();
    }

    /** Skips the test where a harness says that it may not look into another process. */
    static void assumeTracingWasPermitted(Tool.Result result) {
        assumeTrue(result.exitCode() != TRACING_NOT_PERMITTED, "ptrace is not permitted here");
    }

    /** Runs an image. */
    Tool.Result run(Placed placed, String... arguments) throws IOException {
        return run(command(placed, List.of(), arguments));
    }

    /** Runs an image with RELRO read-only from the start. */
    Tool.Result runReadOnly(Placed placed, String... arguments) throws IOException {
        return run(command(placed, readOnly(placed.relro()), arguments));
    }

    /** Runs an image with RELRO read-only, lets writes to it happen, and adds their load addresses to a list. */
    Tool.Result runNotingWrites(Path harness, List<Long> writes, Placed placed, String... arguments)
            throws IOException {
        Path places = folder.resolve("writes.txt");
        Range relro = placed.relro();
        List<String> command =
                new ArrayList<>(List.of(harness.toString(), places.toString(), hex(relro.low()), hex(relro.high())));
        command.addAll(command(placed, readOnly(relro), arguments));
        Tool.Result result = run(command);
        for (String line : Files.readAllLines(places)) {
            writes.add(Long.decode(line));
        }
        return result;
    }

    private List<String> command(Placed placed, List<String> options, String... arguments) {
        Headers headers = placed.headers();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(options);
        command.add(placed.image().toString());
        command.add(hex(placed.base()));
        command.add(hex(headers.entry() + placed.bias()));
        command.add(hex(headers.memorySize()));
        command.add(hex(headers.programHeaderAddress() + placed.bias()));
        command.add(hex(headers.segments().size()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The kernel may have put a library of the loader where the image goes; next time it is elsewhere. */
    private Tool.Result run(List<String> command) throws IOException {
        Tool.Result result = Tool.run(folder, command);
        for (int attempt = 1; result.exitCode() == LOADER_ERROR && attempt < 5; attempt++) {
            result = Tool.run(folder, command);
        }
        assertThat(result.exitCode()).as(result.errors()).isNotEqualTo(LOADER_ERROR);
        return result;
    }

    private static List<String> readOnly(Range range) {
        return List.of("--read-only", hex(range.low()) + "," + hex(range.high()));
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
