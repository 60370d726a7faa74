package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import io.github.reloc.VerifiedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code verify} says yes to what {@code apply} writes, and to nothing else: it agrees with a comparison of bytes. */
final class VerifyFixturesTest {
    private static final long BASE = 0x7f0000;
    private static final long OTHER_BASE = 0x3f0000;

    /** The lowest, a usual one, and that of kernels. */
    private static final long[] BASES = {0, BASE, 0xffff_ffff_8000_0000L};

    /** In the order in which verify tries them. */
    private static final String[] TABLES = {"safe", "keep", "trim"};

    private static final int FLIP_COUNT = 16;

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream();
    }

    static Stream<Path> programsOfThisMachine() {
        return PropertyTest.programsOfThisMachine();
    }

    private static Path image() {
        return folder.resolve("image");
    }

    /** Writes an image, and returns the arguments that did. */
    private static String[] apply(Fixture fixture, long base, String... options) {
        String[] arguments = fixture.apply(base, image(), options);
        Run run = Run.of(arguments);
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return arguments;
    }

    /** Verifies with the options of apply. */
    private static Run verify(String[] apply) {
        String[] arguments = apply.clone();
        arguments[0] = "verify";
        return Run.of(arguments);
    }

    /** Verifies with none of them but values of symbols, which no image names. */
    private static Run verifyAlone(String[] apply) {
        List<String> arguments = new ArrayList<>(List.of("verify"));
        for (int i = 1; i < apply.length; i++) {
            if (apply[i].equals("--defsym")) {
                arguments.addAll(List.of(apply[i], apply[i + 1]));
            }
        }
        arguments.addAll(List.of(apply[apply.length - 2], apply[apply.length - 1]));
        return Run.of(arguments.toArray(new String[0]));
    }

    /** That an image is found to be made with these options and those that the fixture needs in any case. */
    private static void assertIdentical(Run run, Fixture fixture, String options) throws IOException {
        assertIdentical(run, fixture.file(), options + needs(fixture));
    }

    /** What it takes to apply a fixture at all, in the order in which a success names it. */
    private static String needs(Fixture fixture) {
        List<String> arguments = Arrays.asList(fixture.apply(BASE, image()));
        StringBuilder needs = new StringBuilder(arguments.contains("--unresolved") ? " --unresolved keep" : "");
        arguments.stream()
                .filter(argument -> argument.contains("="))
                .sorted()
                .forEach(symbol -> needs.append(" --defsym ").append(symbol));
        return needs.toString();
    }

    /** That these are the options, and all that it takes to make the same image again. */
    private static void assertIdentical(Run run, Path program, String options) throws IOException {
        assertThat(run.errors())
                .isEqualTo("reloc: " + image() + ": identical to what apply writes with " + options + "\n");
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
        VerifiedImage.assertReproduced(run, program, image());
    }

    private static void assertDifferent(Run run) {
        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).startsWith(image() + ": different: ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void imageIsRecognised(Fixture fixture) throws IOException {
        for (long base : BASES) {
            Map<String, byte[]> images = new LinkedHashMap<>();
            for (String tables : TABLES) {
                String[] apply = apply(fixture, base, "--tables", tables);
                byte[] bytes = Files.readAllBytes(image());
                images.put(tables, bytes);
                String found = "--base " + hex(base) + " --tables " + first(images, bytes);
                assertIdentical(verifyAlone(apply), fixture, found);
                assertIdentical(verify(apply), fixture, "--base " + hex(base) + " --tables " + tables);
            }
        }
    }

    /** Several rules come to the same for many programs: what is named is the first that does. */
    private static String first(Map<String, byte[]> images, byte[] bytes) {
        return images.entrySet().stream()
                .filter(entry -> Arrays.equals(entry.getValue(), bytes))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    static Stream<Fixture> withoutRelocationsInBss() {
        return PropertyTest.withoutRelocationsInBss();
    }

    @ParameterizedTest
    @MethodSource("withoutRelocationsInBss")
    void imageWithoutBssIsRecognised(Fixture fixture) throws IOException {
        for (String tables : TABLES) {
            apply(fixture, BASE, "--tables", tables);
            long wholeSize = Files.size(image());
            String[] apply = apply(fixture, BASE, "--tables", tables, "--omit-bss");

            // A whole image needs no option.
            String suffix = needs(fixture) + (Files.size(image()) == wholeSize ? "" : " --omit-bss");
            Run alone = verifyAlone(apply);
            assertThat(alone.errors())
                    .matches("reloc: .*: identical to .* with --base 0x7f0000 --tables \\w+" + suffix + "\n");
            VerifiedImage.assertReproduced(alone, fixture.file(), image());
            // What is asked for is named, though it may leave nothing out.
            String options = "--base 0x7f0000 --tables " + tables + needs(fixture) + " --omit-bss";
            assertIdentical(verify(apply), fixture.file(), options);
        }
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void imageOfAnotherProgramIsRecognised(Path program) throws IOException {
        assumeTrue(Files.isReadable(program), () -> "there is no " + program);
        String[] apply = {
            "apply", "--base=0x7f0000", "--unresolved=keep", "--tables=keep", program.toString(), image().toString()
        };
        assertThat(Run.of(apply).exitCode()).isZero();

        Run run = verifyAlone(apply);
        assertThat(run.errors()).contains(" with --base 0x7f0000 --tables keep");
        VerifiedImage.assertReproduced(run, program, image());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void wrongBaseIsExplained(Fixture fixture) {
        String[] apply = apply(fixture, BASE);
        apply[2] = hex(OTHER_BASE);
        Run run = verify(apply);

        assertDifferent(run);
        assertThat(run.output())
                .contains("compared with --base 0x3f0000 ")
                .endsWith("\n  It is identical to what apply writes with --base 0x7f0000\n");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void wrongTablesAreExplained(Fixture fixture) throws IOException {
        Map<String, byte[]> images = new LinkedHashMap<>();
        for (String tables : TABLES) {
            apply(fixture, BASE, "--tables", tables);
            images.put(tables, Files.readAllBytes(image()));
        }
        for (String given : TABLES) {
            for (String tables : TABLES) {
                if (!Arrays.equals(images.get(given), images.get(tables))) {
                    Files.write(image(), images.get(tables));
                    Run run = verify(fixture.apply(BASE, image(), "--tables", given));
                    assertDifferent(run);
                    assertThat(run.output())
                            .endsWith("\n  It is identical to what apply writes with --tables "
                                    + first(images, images.get(tables)) + "\n");
                }
            }
        }
    }

    /** Any byte that is not as it was, wherever it is. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void oneByteIsEnoughForANo(Fixture fixture) throws IOException {
        Random random = new Random(fixture.name().hashCode());
        String[] apply = apply(fixture, BASE);
        byte[] bytes = Files.readAllBytes(image());
        for (int i = 0; i < FLIP_COUNT; i++) {
            int offset = random.nextInt(bytes.length);
            int bits = 1 + random.nextInt(255);
            bytes[offset] ^= (byte) bits;
            Files.write(image(), bytes);
            Run run = i % 2 == 0 ? verify(apply) : verifyAlone(apply);
            assertThat(run.exitCode())
                    .as("%s, bits 0x%x at image offset 0x%x", fixture, bits, offset)
                    .isEqualTo(1);
            assertThat(run.output()).contains("different: 1 byte in 1 page,");
            assertThat(firstOffset(run)).isBetween(offset - 7L, (long) offset);
            bytes[offset] ^= (byte) bits;
        }

        Files.write(image(), bytes);
        assertThat(verify(apply).exitCode()).isZero();
    }

    /** That of the field which holds the byte. */
    private static long firstOffset(Run run) {
        String line = run.output().lines().skip(1).findFirst().orElseThrow();
        String marker = "image offset ";
        return Long.decode(line.substring(line.indexOf(marker) + marker.length(), line.indexOf(',')));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void imageOfAnotherFixtureIsDifferent(Fixture fixture) throws IOException {
        String[] apply = apply(fixture, BASE);
        long size = Files.size(image());
        byte[] own = Files.readAllBytes(image());
        for (Fixture other : Fixture.all()) {
            if (!other.equals(fixture) && Headers.of(other.file()).memorySize() == size) {
                apply(other, BASE);
                assertThat(Files.readAllBytes(image())).isNotEqualTo(own);
                assertDifferent(verifyAlone(apply));
            }
        }
    }
}
