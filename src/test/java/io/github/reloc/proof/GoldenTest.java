package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Output for people and scripts is as it was. The file name is the test: fixture and command, {@code
 * mixed.c.ld.dump-base}.
 */
final class GoldenTest {
    private static final Path GOLDENS = Fixture.FOLDER.resolve("golden");
    private static final String SWITCH = "reloc.golden";
    private static final String WRITE = "write";

    private static final long BASE = 0x7f0000;

    @TempDir
    Path folder;

    static Stream<String> goldens() throws IOException {
        try (Stream<Path> files = Files.list(GOLDENS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void outputIsAsItWas(String golden) throws IOException {
        int dot = golden.lastIndexOf('.');
        Fixture fixture = new Fixture(golden.substring(0, dot));
        assertThat(fixture.file())
                .as("the fixture of the golden file " + golden)
                .exists();
        String output = output(fixture, golden.substring(dot + 1));

        Path file = GOLDENS.resolve(golden);
        if (WRITE.equals(System.getProperty(SWITCH))) {
            Files.writeString(file, output);
        }
        assertThat(output)
                .as("%s: if the change is meant, run with -D%s=%s and look at the difference", file, SWITCH, WRITE)
                .isEqualTo(Files.readString(file));
    }

    private String output(Fixture fixture, String command) throws IOException {
        return switch (command) {
            case "dump" -> dump(fixture);
            case "dump-base" -> dump(fixture, "--base", "0x7f0000");
            case "json" -> dump(fixture, "--format", "json");
            case "json-base" -> dump(fixture, "--format", "json", "--base", "0x7f0000");
            case "jsonl" -> dump(fixture, "--format", "jsonl");
            case "jsonl-base" -> dump(fixture, "--format", "jsonl", "--base", "0x7f0000");
            case "summary" -> dump(fixture, "--summary");
            case "summary-json" -> dump(fixture, "--summary", "--format", "json");
            case "words" -> words(fixture);
            default -> throw new AssertionError("no command is called " + command);
        };
    }

    private static String dump(Fixture fixture, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "dump";
        System.arraycopy(options, 0, arguments, 1, options.length);
        // With slashes, wherever the test runs.
        arguments[arguments.length - 1] = "testdata/" + fixture.name() + ".elf";
        Run run = Run.of(arguments);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.output();
    }

    /** An image as text: offset and content of the words that are not what they are in an image for base 0. */
    private String words(Fixture fixture) throws IOException {
        ByteBuffer zero = image(fixture, 0);
        ByteBuffer base = image(fixture, BASE);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < base.capacity(); i++) {
            if (base.get(i) != zero.get(i)) {
                // The base ends in two bytes of 0, and the next one is not: that one of the word is the first to
                // differ.
                int start = i - 2;
                text.append(String.format("0x%06x: 0x%016x\n", start, base.getLong(start)));
                i = start + Long.BYTES - 1;
            }
        }
        return text.toString();
    }

    private ByteBuffer image(Fixture fixture, long base) throws IOException {
        Path image = folder.resolve("image");
        Run run = Run.of(fixture.apply(base, image));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
