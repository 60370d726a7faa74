package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map is written together with the image, or neither is; and never over the program or the image. */
final class MapFilesTest {
    @TempDir
    Path folder;

    private MapFolder files;
    private Path in;
    private Path out;
    private Path map;

    @BeforeEach
    void nameFiles() throws IOException {
        files = MapFolder.in(folder);
        in = files.in();
        out = files.out();
        map = files.map();
    }

    private Run apply(Path image, Path description, String... options) {
        return files.apply(image, description, options);
    }

    private List<String> names() throws IOException {
        return files.names();
    }

    @Test
    void mapMayGoToStandardOutput() throws IOException {
        assertThat(apply(out, map).exitCode()).isZero();
        Run run = apply(out, Path.of("-"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo(Files.readString(map));
        assertThat(run.errors()).startsWith("reloc: " + out + ": 73728 bytes,");
        assertThat(Files.size(out)).isEqualTo(0x12000);
    }

    @Test
    void imageMayGoToStandardOutput() throws IOException {
        assertThat(apply(out, map).exitCode()).isZero();
        String named = Files.readString(map);
        Run run = apply(Path.of("-"), map);

        assertThat(run.exitCode()).isZero();
        assertThat(run.bytes()).isEqualTo(Files.readAllBytes(out));
        assertThat(Files.readString(map)).isEqualTo(named.replace("\"out.img\"", "\"-\""));
    }

    @Test
    void programMayComeByStandardInput() throws IOException {
        assertThat(apply(out, map).exitCode()).isZero();
        String named = Files.readString(map);
        Run run =
                Run.withInput(Files.readAllBytes(in), "apply", "--base=0x7f0000", "--map=" + map, "-", out.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(Files.readString(map)).isEqualTo(named.replace("\"in.elf\"", "\"-\""));
    }

    private void assertRefused(Run run) {
        assertThat(run.exitCode()).as(run.errors()).isEqualTo(2);
        assertThat(run.bytes()).isEmpty();
        assertThat(run.errors()).startsWith("reloc: apply: ").hasLineCount(1);
    }

    @Test
    void bothCannotGoToStandardOutput() throws IOException {
        assertRefused(apply(Path.of("-"), Path.of("-")));
    }

    @Test
    void mapIsNotTheProgram() throws IOException {
        byte[] file = Files.readAllBytes(in);
        Path link = Files.createSymbolicLink(folder.resolve("link"), in);
        for (Path same : List.of(in, link, folder.resolve(".").resolve("in.elf"))) {
            assertRefused(apply(out, same));
        }
        assertThat(Files.readAllBytes(in)).isEqualTo(file);
        assertThat(names()).containsExactly("in.elf", "link");
    }

    @Test
    void mapIsNotTheImage() throws IOException {
        Path linkedFolder = Files.createSymbolicLink(folder.resolve("linked"), folder);
        List<Path> spellings = List.of(
                out,
                folder.resolve(".").resolve("out.img"),
                folder.resolve("linked")
                        .resolve("..")
                        .resolve(folder.getFileName())
                        .resolve("out.img"),
                linkedFolder.resolve("out.img"));
        // First where neither is there.
        for (Path same : spellings) {
            assertRefused(apply(out, same));
        }
        assertThat(names()).containsExactly("in.elf", "linked");

        Files.writeString(out, "old");
        for (Path same : spellings) {
            assertRefused(apply(out, same));
        }
        assertThat(out).hasContent("old");
    }

    @Test
    void mapThatCannotBeWrittenLeavesNoImage() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        for (Path unwritable : List.of(directory, folder.resolve("missing/map.json"), Path.of("/dev/null"))) {
            Run run = apply(out, unwritable);
            assertThat(run.exitCode()).as(unwritable.toString()).isEqualTo(5);
            assertThat(run.errors())
                    .startsWith("reloc: " + unwritable + ": cannot write: ")
                    .hasLineCount(1);
            assertThat(names()).containsExactly("directory", "in.elf");
        }
    }

    @Test
    void mapThatCannotBeWrittenLeavesTheOldImage() throws IOException {
        Files.writeString(out, "old");
        assertThat(apply(out, folder.resolve("missing/map.json")).exitCode()).isEqualTo(5);
        assertThat(apply(Path.of("-"), folder.resolve("missing/map.json")).bytes())
                .isEmpty();

        assertThat(out).hasContent("old");
        assertThat(names()).containsExactly("in.elf", "out.img");
    }

    @Test
    void mapThatStandardOutputDoesNotTakeLeavesTheOldImage() throws IOException {
        Files.writeString(out, "old");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("full");
            }
        };
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exitCode = new Reloc(InputStream.nullInputStream(), full, new PrintStream(errors, true, UTF_8))
                .run("apply", "--base", "0", "--map", "-", in.toString(), out.toString());

        assertThat(exitCode).isEqualTo(5);
        assertThat(errors).hasToString("reloc: -: cannot write: full" + System.lineSeparator());
        assertThat(out).hasContent("old");
        assertThat(names()).containsExactly("in.elf", "out.img");
    }

    @Test
    void imageThatCannotBeWrittenLeavesNoMap() throws IOException {
        Files.writeString(map, "old");
        Path directory = Files.createDirectory(folder.resolve("directory"));
        for (Path unwritable : List.of(directory, folder.resolve("missing/out.img"))) {
            assertThat(apply(unwritable, map).exitCode()).isEqualTo(5);
        }

        assertThat(map).hasContent("old");
        assertThat(names()).containsExactly("directory", "in.elf", "map.json");
    }

    @Test
    void failureLeavesTheOldFiles() throws IOException {
        Files.writeString(out, "old image");
        Files.writeString(map, "old map");
        pie().rela(0x7fff0000, R_X86_64_RELATIVE, 0, 0).writeTo(in);
        assertThat(apply(out, map).exitCode()).isEqualTo(3);

        assertThat(out).hasContent("old image");
        assertThat(map).hasContent("old map");
        assertThat(names()).containsExactly("in.elf", "map.json", "out.img");
    }

    @Test
    void existingFilesAreReplaced() throws IOException {
        assertThat(apply(out, map).exitCode()).isZero();
        byte[] image = Files.readAllBytes(out);
        String description = Files.readString(map);
        Files.writeString(out, "old image");
        Files.writeString(map, "old map");
        assertThat(apply(out, map).exitCode()).isZero();

        assertThat(Files.readAllBytes(out)).isEqualTo(image);
        assertThat(map).hasContent(description);
        assertThat(names()).containsExactly("in.elf", "map.json", "out.img");
    }
}
