package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An image where the program belongs: arguments that changed places, a step that runs twice. */
final class ImageAsProgramTest {
    private static final String MESSAGE = "it looks relocated already";

    @TempDir
    static Path folder;

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream();
    }

    static Stream<Path> programsOfThisMachine() {
        return PropertyTest.programsOfThisMachine();
    }

    private static Path image(Fixture fixture, String tables) {
        Path image = folder.resolve("image");
        Run run = Run.of(fixture.apply(0x7f0000, image, "--tables", tables));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return image;
    }

    /** By what it says of itself or, where what lies in place of its dynamic section is no such thing, as malformed. */
    private static void assertRefused(Run run) {
        assertThat(run.exitCode()).as(run.errors()).isIn(3, 4);
        assertThat(run.errors()).containsPattern(run.exitCode() == 3 ? "malformed ELF: the dynamic section" : MESSAGE);
        assertThat(run.output()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void imageIsRefused(Fixture fixture) throws IOException {
        assertRefused(fixture, image(fixture, "safe"));
        assertRefused(fixture, image(fixture, "trim"));
    }

    private static void assertRefused(Fixture fixture, Path image) throws IOException {
        Path program = Files.write(folder.resolve("program"), Files.readAllBytes(fixture.file()));

        assertRefused(Run.of("apply", "--base", "0x7f0000", image.toString(), program.toString()));
        assertThat(program).hasSameBinaryContentAs(fixture.file());
        assertRefused(Run.of("apply", "--base", "0x900000", "--unresolved", "keep", image.toString(), "-"));
        assertRefused(Run.of("check", image.toString()));
        assertRefused(Run.of("verify", image.toString(), program.toString()));
        assertRefused(Run.of("verify", image.toString(), image.toString()));
        assertThat(Run.of("dump", image.toString()).errors()).doesNotContain(MESSAGE);
    }

    /** In the bytes of memory after a loader the tables are whole; only those of another layout can be told. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void programIsNotRefusedNorIsAnImageInItsOwnPlace(Fixture fixture) {
        Path image = image(fixture, "keep");
        assertThat(Run.of("check", fixture.file().toString()).errors()).doesNotContain(MESSAGE);
        assertThat(Run.of("verify", "--base", "0x7f0000", fixture.file().toString(), image.toString())
                        .errors())
                .doesNotContain(MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("programsOfThisMachine")
    void otherProgramsAreNotRefused(Path program) {
        assumeTrue(Files.isReadable(program), () -> "there is no " + program);

        Run run = Run.of(
                "apply",
                "--base",
                "0x7f0000",
                program.toString(),
                folder.resolve("out").toString());

        assertThat(run.errors()).doesNotContain(MESSAGE);
    }
}
