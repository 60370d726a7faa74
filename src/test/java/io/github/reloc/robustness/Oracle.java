package io.github.reloc.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.github.reloc.Run;
import io.github.reloc.check.Loader;
import io.github.reloc.check.Loaders;
import io.github.reloc.robustness.ReferenceRelocator.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What holds of a run on any bytes at all: a documented exit code; for an error one clean line, and nothing left behind;
 * for an image, the one that {@link ReferenceRelocator} makes, and for a refusal, that this makes none either.
 */
final class Oracle {
    private static final long MAX_SIZE = 8 << 20;
    private static final byte[] OLD = "what was there before".getBytes(StandardCharsets.US_ASCII);
    private static final List<Long> BASES =
            List.of(0L, 0x1000L, 0x7f0000L, 0x100000000L, 0x7f0000000000L, 1L << 63, -0x1000000L, -0x10000L);

    private final Path folder;
    private final Path in;
    private final Path out;

    /** In a folder that is empty. */
    Oracle(Path folder) {
        this.folder = folder;
        this.in = folder.resolve("in.elf");
        this.out = folder.resolve("out.img");
    }

    private enum Format {
        RAW,
        ELF,
        ELF_WITH_PHYSICAL_ADDRESSES;

        List<String> arguments() {
            return switch (this) {
                case RAW -> List.of();
                case ELF -> List.of("--format", "elf");
                case ELF_WITH_PHYSICAL_ADDRESSES -> List.of("--format", "elf", "--physical", "keep");
            };
        }
    }

    /** How an image is made; the seed picks. */
    private record Options(long base, Tables tables, boolean keepsUnresolved, Format format) {
        static Options of(Random random) {
            return new Options(
                    BASES.get(random.nextInt(BASES.size())),
                    List.of(Tables.values()).get(random.nextInt(3)),
                    random.nextInt(4) != 0,
                    Format.RAW);
        }

        /** The same for an executable; every other one has physical addresses of its own. */
        Options executable(boolean keepsPhysicalAddresses) {
            return new Options(
                    base,
                    tables,
                    keepsUnresolved,
                    keepsPhysicalAddresses ? Format.ELF_WITH_PHYSICAL_ADDRESSES : Format.ELF);
        }

        List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of(
                    "--base",
                    "0x" + Long.toHexString(base),
                    "--max-size",
                    String.valueOf(MAX_SIZE),
                    "--tables",
                    tables.name().toLowerCase(Locale.ROOT),
                    "--unresolved",
                    keepsUnresolved ? "keep" : "fail"));
            arguments.addAll(format.arguments());
            return arguments;
        }

        /** What the reference makes of a file. */
        byte[] expected(byte[] file) {
            if (format == Format.RAW) {
                return ReferenceRelocator.apply(file, base, tables, keepsUnresolved, Map.of(), MAX_SIZE);
            }
            String physical = format == Format.ELF ? "" : "keep";
            return ReferenceExecutable.of(file, base, tables, keepsUnresolved, Map.of(), physical, MAX_SIZE);
        }
    }

    /** Applies a file with options that the seed picks; returns the exit code. */
    int apply(byte[] file, long seed) throws IOException {
        Random random = new Random(seed);
        return apply(file, Options.of(random), random.nextBoolean());
    }

    /** Applies a file, leaving to run time what needs it; returns the exit code. */
    int apply(byte[] file, long base, Tables tables) throws IOException {
        return apply(file, new Options(base, tables, true, Format.RAW), false);
    }

    /** Makes an executable of a file with options that the seed picks; returns the exit code. */
    int applyToExecutable(byte[] file, long seed) throws IOException {
        Random random = new Random(seed);
        return apply(file, Options.of(random).executable(random.nextBoolean()), random.nextBoolean());
    }

    /** Makes an executable of a file, leaving to run time what needs it, and physical addresses; returns the exit code. */
    int applyToExecutable(byte[] file, long base, Tables tables) throws IOException {
        return apply(file, new Options(base, tables, true, Format.ELF_WITH_PHYSICAL_ADDRESSES), false);
    }

    private int apply(byte[] file, Options options, boolean existsBefore) throws IOException {
        Files.write(in, file);
        Files.deleteIfExists(out);
        if (existsBefore) {
            Files.write(out, OLD);
        }

        Run run = run("apply", options, in, out);

        checkMessages(run, List.of(0, 3, 4));
        assertThat(run.bytes()).as("standard output").isEmpty();
        assertThat(Files.readAllBytes(in)).as("IN").isEqualTo(file);
        if (run.exitCode() == 0) {
            assertThat(files()).containsExactly("in.elf", "out.img");
            requireExpected(file, options, Files.readAllBytes(out));
            return run.exitCode();
        }
        requireRefused(file, options, run.errors());
        if (existsBefore) {
            assertThat(files()).containsExactly("in.elf", "out.img");
            assertThat(Files.readAllBytes(out)).as("OUT after an error").isEqualTo(OLD);
        } else {
            assertThat(files()).as("files after an error").containsExactly("in.elf");
        }
        return run.exitCode();
    }

    private static void requireExpected(byte[] file, Options options, byte[] image) {
        byte[] expected;
        try {
            expected = options.expected(file);
        } catch (IllegalArgumentException e) {
            if (options.format() != Format.RAW && ReferenceProgram.TOO_LARGE.equals(e.getMessage())) {
                // The file of an executable may be small where its memory is not, all of which the reference holds.
                return;
            }
            throw e;
        }
        requireSame(expected, image);
    }

    /** What is refused has to be bad: the reference says so, too. */
    private static void requireRefused(byte[] file, Options options, String errors) {
        try {
            options.expected(file);
        } catch (RuntimeException e) {
            return;
        }
        throw new AssertionError("the reference makes an image of what is refused: " + errors);
    }

    private static Run run(String command, Options options, Path in, Path out) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(options.arguments());
        arguments.addAll(List.of(in.toString(), out.toString()));
        return Run.of(arguments.toArray(new String[0]));
    }

    /**
     * Compares a file with the image that is made of it, which has to be found identical; with that image after one of its
     * bytes was changed, which must not; and with itself. Returns the exit code of apply.
     */
    int verify(byte[] file, long seed) throws IOException {
        Random random = new Random(seed);
        Options options = Options.of(random);
        int exitCode = apply(file, options, false);
        if (exitCode == 0) {
            Run identical = run("verify", options, in, out);
            checkMessages(identical, List.of(0));

            byte[] image = Files.readAllBytes(out);
            int changed = random.nextInt(image.length);
            image[changed] ^= (byte) (1 << random.nextInt(8));
            Files.write(out, image);
            Run different = run("verify", options, in, out);
            checkMessages(different, List.of(1));
            requireClean("standard output", different.output());
            assertThat(different.output()).contains("different: 1 byte in 1 page");
        }
        Run itself = run("verify", options, in, in);
        checkMessages(itself, List.of(0, 1, 3, 4));
        requireClean("standard output", itself.output());
        Files.deleteIfExists(out);
        return exitCode;
    }

    private static void requireSame(byte[] expected, byte[] image) {
        int difference = Arrays.mismatch(expected, image);
        if (difference >= 0) {
            throw new AssertionError("the image of " + image.length + " bytes differs from the reference, of "
                    + expected.length + ", at 0x" + Integer.toHexString(difference));
        }
    }

    /** Lists a file with options that the seed picks; returns the exit code. */
    int dump(byte[] file, long seed) throws IOException {
        Files.write(in, file);
        Files.deleteIfExists(out);
        Random random = new Random(seed);
        String format = List.of("text", "json", "jsonl").get(random.nextInt(3));
        List<String> arguments = new ArrayList<>(List.of("dump", "--format", format));
        if (random.nextBoolean()) {
            arguments.add("--base");
            arguments.add("0x" + Long.toHexString(BASES.get(random.nextInt(BASES.size()))));
        }
        if (random.nextInt(4) == 0) {
            arguments.add("--summary");
        }
        arguments.add(in.toString());

        Run run = Run.of(arguments.toArray(new String[0]));

        checkMessages(run, List.of(0, 3, 4));
        assertThat(files()).containsExactly("in.elf");
        if (format.equals("text")) {
            requireClean("standard output", run.output());
        } else {
            requireJson(run.bytes());
        }
        return run.exitCode();
    }

    /** Checks a file in a format that the seed picks; returns the exit code. */
    int check(byte[] file, long seed) throws IOException {
        Files.write(in, file);
        Files.deleteIfExists(out);
        String format = List.of("text", "json", "sarif").get(new Random(seed).nextInt(3));

        Run relocated = Run.of("check", "--relocated", "--format", format, in.toString());
        requireFindings(relocated, format);
        Loader loader = Loaders.ALL.get(Math.floorMod(seed, Loaders.ALL.size()));
        requireFindings(Run.of("check", "--loader", loader.id(), "--format", format, in.toString()), format);
        Run run = Run.of("check", "--format", format, in.toString());
        requireFindings(run, format);
        return run.exitCode();
    }

    private void requireFindings(Run run, String format) throws IOException {
        checkMessages(run, List.of(0, 1, 3, 4));
        assertThat(files()).containsExactly("in.elf");
        if (run.exitCode() > 1) {
            assertThat(run.bytes()).as("findings of what cannot be checked").isEmpty();
        } else if (format.equals("text")) {
            requireClean("standard output", run.output());
        } else {
            requireJson(run.bytes());
        }
    }

    private static void checkMessages(Run run, List<Integer> exitCodes) {
        assertThat(run.exitCode())
                .as("exit code, with the message %s", run.errors())
                .isIn(exitCodes);
        requireClean("standard error", run.errors());
        List<String> lines = run.errors().lines().toList();
        assertThat(lines).allMatch(line -> line.startsWith("reloc: "));
        if (run.exitCode() > 1) {
            assertThat(lines.stream().filter(line -> !line.contains(": warning: ")))
                    .as("lines on standard error")
                    .hasSize(1);
        }
    }

    /** Neither control characters nor those that change how others are shown, but for the end of a line. */
    private static void requireClean(String name, String text) {
        text.codePoints().forEach(character -> {
            int type = Character.getType(character);
            boolean isClean = character == '\n'
                    || (type != Character.CONTROL
                            && type != Character.FORMAT
                            && type != Character.LINE_SEPARATOR
                            && type != Character.PARAGRAPH_SEPARATOR
                            && character != 0xfffd);
            if (!isClean) {
                throw new AssertionError("character 0x" + Integer.toHexString(character) + " in " + name);
            }
        });
    }

    private static void requireJson(byte[] text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isScalarValue()) {
                    requireClean("JSON", parser.getText());
                }
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
