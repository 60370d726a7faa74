package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder with a small program in it, of which images are made at 0x7f0000, with their maps. */
record MapFolder(Path folder, Path in, Path out, Path map) {
    static MapFolder in(Path folder) throws IOException {
        Path in = pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1000).writeTo(folder.resolve("in.elf"));
        return new MapFolder(folder, in, folder.resolve("out.img"), folder.resolve("map.json"));
    }

    Run apply(Path image, Path description, String... options) {
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", "0x7f0000"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--map", description.toString(), in.toString(), image.toString()));
        return Run.of(arguments.toArray(new String[0]));
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
