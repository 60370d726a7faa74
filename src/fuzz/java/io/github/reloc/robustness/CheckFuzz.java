package io.github.reloc.robustness;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code JAZZER_FUZZ=1 mvn -Pfuzz test -Dtest=CheckFuzz}: {@code reloc check} on any bytes. */
class CheckFuzz {
    @TempDir
    private static Path folder;

    static Stream<byte[]> seeds() throws IOException {
        return Target.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void check(byte[] file) throws IOException {
        Target.check(folder, file, Oracle::check);
    }
}
