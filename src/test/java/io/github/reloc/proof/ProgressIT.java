package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What long work shows on a terminal, made by {@code script} of util-linux: seconds over 126 million places. */
final class ProgressIT {
    private static final String SHOWN = " MiB read";

    @TempDir
    Path folder;

    @BeforeEach
    void writeInput() throws IOException {
        assumeTrue(Files.isExecutable(LauncherIT.PROGRAM), "mvn verify builds the program");
        Tool.require("script");
        // RELR for a gigabyte: seconds of work from a small file.
        PieBuilder builder =
                PieBuilder.pie().data(0x1000000, 0, 504L * 2_000_000 + 8).relr(0x1000000);
        for (int i = 0; i < 2_000_000; i++) {
            builder.relr(-1);
        }
        builder.writeTo(folder.resolve("in.elf"));
    }

    private String terminal(String arguments) throws IOException {
        String command = "'" + LauncherIT.PROGRAM + "' " + arguments;
        return Tool.run(folder, List.of("script", "-qec", command, "/dev/null")).output();
    }

    @Test
    void longWorkShowsHowFarItIs() throws IOException {
        assertThat(terminal("check in.elf")).contains("reloc: in.elf: ", SHOWN + "\r\u001b[K");
    }

    @Test
    void quietWorkShowsNothing() throws IOException {
        assertThat(terminal("check --quiet in.elf")).doesNotContain(SHOWN);
    }

    @Test
    void workThatWritesToTheTerminalShowsNothing() throws IOException {
        assertThat(terminal("dump --summary in.elf")).doesNotContain(SHOWN).contains("126000001");
    }

    @Test
    void workWithoutATerminalShowsNothing() throws IOException {
        Tool.Result result = Tool.run(folder, List.of(LauncherIT.PROGRAM.toString(), "check", "in.elf"));
        assertThat(result.output() + result.errors()).doesNotContain(SHOWN);
    }
}
