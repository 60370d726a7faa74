package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.VerifiedImage.program;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import io.github.reloc.VerifiedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict of {@code verify} for scripts. */
final class VerdictJsonTest {
    /** Image size: from the headers at 0 to PieBuilder.END. */
    private static final int SIZE = 0x12000;

    @TempDir
    Path folder;

    private VerifiedImage image;

    @BeforeEach
    void useFolder() {
        image = new VerifiedImage(folder);
    }

    private static final String OPTIONS =
            "\"base\":\"0x7f0000\",\"format\":\"raw\",\"tables\":\"safe\",\"unresolved\":\"fail\","
                    + "\"omitBss\":false,\"defsym\":{}";

    private void assertJson(Run run, int exitCode, String json) {
        assertThat(run.output()).isEqualTo(json + "\n");
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void jsonOfAnIdenticalImage() throws IOException {
        image.apply(program());

        assertJson(image.verify("--format", "json"), 0, "{\"identical\":true," + OPTIONS + "}");
    }

    /** No word depends on the base, so there is none. */
    @Test
    void jsonOfAnImageForAnyBase() throws IOException {
        image.apply(pie().symbol("host", 0x10, 0, 0, 0).rela(DATA, R_X86_64_64, 1, 0), "--defsym", "host=0x1000");

        assertJson(
                image.verify("--format", "json", "--defsym", "host=0x1000"),
                0,
                "{\"identical\":true,\"format\":\"raw\",\"tables\":\"safe\",\"unresolved\":\"fail\",\"omitBss\":false,"
                        + "\"defsym\":{\"host\":\"0x1000\"}}");
    }

    @Test
    void jsonOfEntriesThatAreLeft() throws IOException {
        image.apply(
                program().rela(DATA + 0x28, R_X86_64_IRELATIVE, 0, 0x180), "--unresolved", "keep", "--tables", "keep");

        assertJson(
                image.verify("--format", "json"),
                0,
                "{\"identical\":true,\"base\":\"0x7f0000\",\"format\":\"raw\",\"tables\":\"keep\",\"unresolved\":\"keep\","
                        + "\"omitBss\":false,\"defsym\":{}}");
    }

    /** Not the program, and nothing on standard output. */
    @Test
    void imageThatCannotBeReadIsNamed() throws IOException {
        program().writeTo(image.in());
        Run run = image.verify("--format", "json");

        assertThat(run.errors()).isEqualTo("reloc: " + image.path() + ": cannot read: no such file or directory\n");
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(5);
    }

    @Test
    void jsonOfARelocatedWord() throws IOException {
        image.apply(program());
        image.flip(0x1001b, 0x80);

        assertJson(
                image.verify("--format", "json"),
                1,
                "{\"identical\":false,\"reason\":\"content\"," + OPTIONS
                        + ",\"differingBytes\":1,\"differingPages\":1,\"first\":{"
                        + "\"imageOffset\":\"0x10018\",\"loadAddress\":\"0x800018\","
                        + "\"segment\":{\"programHeader\":1,\"permissions\":\"rw-\"},\"symbol\":\"table+0x18\","
                        + "\"relocation\":{\"table\":\"RELA\",\"index\":2,\"place\":\"0x10018\","
                        + "\"type\":\"R_X86_64_32\"},\"size\":4,\"expected\":\"0x7f0180\",\"found\":\"0x807f0180\"}}");
    }

    @Test
    void jsonOfAByteOutsideOfSegments() throws IOException {
        image.apply(program());
        image.flip(0x8000, 1);

        assertJson(
                image.verify("--format", "json"),
                1,
                "{\"identical\":false,\"reason\":\"content\"," + OPTIONS
                        + ",\"differingBytes\":1,\"differingPages\":1,\"first\":{\"imageOffset\":\"0x8000\","
                        + "\"loadAddress\":\"0x7f8000\",\"size\":1,\"expected\":\"0x0\",\"found\":\"0x1\"}}");
    }

    @Test
    void jsonOfADynamicTag() throws IOException {
        image.apply(program());
        image.flip(0x208, 1);

        assertThat(image.verify("--format", "json").output())
                .endsWith(",\"segment\":{\"programHeader\":0,\"permissions\":\"r-x\"},\"dynamicTag\":\"DT_RELA\","
                        + "\"size\":8,\"expected\":\"0x400\",\"found\":\"0x401\"}}\n");
    }

    @Test
    void jsonOfAnExplanation() throws IOException {
        image.apply(program());

        assertThat(image.verify("--format", "json", "--base", "0x800000").output())
                .contains(",\"differingPages\":1,\"explanation\":\"--base 0x7f0000\",\"first\":{");
    }

    @Test
    void jsonOfASizeAndOfNoBase() throws IOException {
        image.apply(program());
        Files.write(image.path(), new byte[SIZE]);
        assertJson(image.verify("--format", "json"), 1, "{\"identical\":false,\"reason\":\"base\"}");

        Files.write(image.path(), new byte[5]);
        assertJson(
                image.verify("--format", "json"),
                1,
                "{\"identical\":false,\"reason\":\"size\",\"size\":5,\"expectedSize\":73728}");
    }

    /** The table of the README is complete, and names nothing else. */
    @Test
    void jsonFieldsAreDocumented() throws IOException {
        Set<String> written = new TreeSet<>();
        image.apply(program());
        collectFields(image.verify("--format", "json", "--base", "0x800000"), written);
        image.flip(0x180, 1);
        collectFields(image.verify("--format", "json"), written);
        image.flip(0x208, 1);
        image.flip(0x180, 1);
        collectFields(image.verify("--format", "json"), written);
        Files.write(image.path(), new byte[5]);
        collectFields(image.verify("--format", "json"), written);
        image.apply(program(), "--format", "elf", "--physical", "0x1000");
        image.flip(24, 1);
        collectFields(image.verify("--format", "json"), written);

        Set<String> documented = new TreeSet<>();
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.indexOf("\n### verify\n");
        String section = readme.substring(start, readme.indexOf("\n##", start + 1));
        section.lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(row -> Pattern.compile("`(\\w+)`")
                        .matcher(row)
                        .results()
                        .map(field -> field.group(1))
                        .forEach(documented::add));
        assertThat(written).isEqualTo(documented);
    }

    private static void collectFields(Run run, Set<String> fields) {
        Pattern.compile("\"(\\w+)\":")
                .matcher(run.output())
                .results()
                .map(field -> field.group(1))
                .forEach(fields::add);
    }
}
