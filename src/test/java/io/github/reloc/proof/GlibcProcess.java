package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process as glibc's loader has left it before any constructor ran: its objects, and the memory of one of them.
 *
 * @param objects in the order in which the loader searches them for symbols
 * @param subject the object whose memory it is
 * @param headers of the subject
 * @param memory of the subject from its first page on
 */
record GlibcProcess(List<Loaded> objects, Loaded subject, Headers headers, ByteBuffer memory) {
    private static final int ENDED_EARLY = 98;

    /**
     * An object of the process.
     *
     * @param bias what the loader has added to its addresses
     */
    record Loaded(Path file, long bias) {}

    /** Starts a program, and looks at the program itself. */
    static GlibcProcess ofProgram(Path folder, Path harness, Path program) throws IOException {
        return of(folder, harness, List.of(), program, program);
    }

    /**
     * Starts a program with a library before its own, and looks at the library.
     *
     * @param program that needs nothing but the C library and has no thread-local variables
     */
    static GlibcProcess ofLibrary(Path folder, Path harness, Path library, Path program) throws IOException {
        return of(folder, harness, List.of("--preload", library.toString()), library, program);
    }

    /** Starts a program, and looks at the loader. */
    static GlibcProcess ofLoader(Path folder, Path harness, Path loader, Path program) throws IOException {
        return of(folder, harness, List.of(), loader, program);
    }

    private static GlibcProcess of(Path folder, Path harness, List<String> options, Path file, Path program)
            throws IOException {
        Headers headers = Headers.of(file);
        Path copy = folder.resolve("memory.bin");
        List<String> command = new ArrayList<>(List.of(harness.toString()));
        command.addAll(options);
        command.addAll(List.of(
                file.toString(),
                "0x" + Long.toHexString(headers.start()),
                "0x" + Long.toHexString(headers.memorySize()),
                copy.toString(),
                program.toString()));
        Tool.Result result = Tool.run(folder, command);
        ImageLoader.assumeTracingWasPermitted(result);
        assumeTrue(
                result.exitCode() != ENDED_EARLY, () -> "it does not start by itself: " + firstLine(result.errors()));
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();

        List<Loaded> objects = new ArrayList<>();
        Loaded subject = null;
        for (String line : result.output().lines().toList()) {
            int blank = line.indexOf(' ');
            Loaded object = new Loaded(
                    Path.of(line.substring(blank + 1)), Long.parseUnsignedLong(line.substring(2, blank), 16));
            objects.add(object);
            if (subject == null && Files.isSameFile(object.file(), file)) {
                subject = object;
            }
        }
        ByteBuffer memory = ByteBuffer.wrap(Files.readAllBytes(copy)).order(ByteOrder.LITTLE_ENDIAN);
        Files.delete(copy);
        return new GlibcProcess(List.copyOf(objects), subject, headers, memory);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("no reason given");
    }

    /** Where the first page of the subject is. */
    long base() {
        return headers.start() + subject.bias();
    }

    /** The word at a virtual address of the subject. */
    long word64(long address) {
        return memory.getLong(Math.toIntExact(address - headers.start()));
    }
}
