package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import io.github.reloc.proof.ImageLoader.Placed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code --tables safe} and {@code trim} are good for, too: programs of which nothing is left for run time start
 * with RELRO read-only, though they carry a relocator and run it.
 */
final class ReadOnlyRelroTest {
    private static final long BASE = 0x7f0000000000L;
    private static final Set<String> PROPERTIES = Set.of("musl", "rela", "relr");

    @TempDir
    static Path folder;

    private static ImageLoader loader;

    @BeforeAll
    static void compileLoader() throws IOException {
        loader = ImageLoader.compiledIn(folder);
    }

    static Stream<Fixture> fixtures() {
        return Fixture.all().stream().filter(fixture -> PROPERTIES.contains(fixture.property()));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void programRunsWithoutItsTables(Fixture fixture) throws IOException {
        for (String tables : new String[] {"safe", "trim"}) {
            Tool.Result result = loader.runReadOnly(apply(fixture, tables));

            assertThat(result.errors()).isEmpty();
            assertThat(result.output()).isEqualTo(fixture.expectedOutput());
            assertThat(result.exitCode()).isZero();
        }
    }

    /** Only GNU ld puts a relocated word of the program with musl in RELRO. */
    static Stream<Fixture> thatHaveRelocatedWordsInRelro() {
        return fixtures()
                .filter(fixture ->
                        !fixture.property().equals("musl") || fixture.name().endsWith(".ld"));
    }

    /** Otherwise the test above would show nothing. */
    @ParameterizedTest
    @MethodSource("thatHaveRelocatedWordsInRelro")
    void programDoesNotRunWithTablesKept(Fixture fixture) throws IOException {
        assertThat(loader.runReadOnly(apply(fixture, "keep")).exitCode()).isGreaterThan(128);
    }

    private static Placed apply(Fixture fixture, String tables) throws IOException {
        Path image = folder.resolve(fixture.name() + ".img");
        Run run = Run.of(fixture.apply(BASE, image, "--tables", tables));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return new Placed(Headers.of(fixture.file()), image, BASE);
    }
}
