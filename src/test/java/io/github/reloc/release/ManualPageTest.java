package io.github.reloc.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages are what man and mandoc take for pages without fault, and say what the help says. */
final class ManualPageTest {
    private static final Map<String, String> PAGES = ManualPage.all("1.2.3", "2026-01-01");

    @TempDir
    Path folder;

    @Test
    void theProgramAndEachCommandHaveAPage() {
        assertThat(PAGES).containsKeys("reloc.1", "reloc-apply.1", "reloc-dump.1", "reloc-verify.1", "reloc-help.1");
    }

    @Test
    void mandocFindsNoFault() throws IOException {
        Tool.require("mandoc");
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            Path file = Files.writeString(folder.resolve(page.getKey()), page.getValue());
            Tool.Result result = Tool.run(folder, List.of("mandoc", "-T", "lint", file.toString()));

            assertThat(result.output() + result.errors()).as(page.getKey()).isEmpty();
        }
    }

    @Test
    void manShowsAllOfThem() throws IOException {
        Tool.require("man");
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            String name = page.getKey();
            Path file = Files.writeString(folder.resolve(name), page.getValue());
            Map<String, String> environment = Map.of("MANWIDTH", "200", "MAN_KEEP_FORMATTING", "");
            Tool.Result result = Tool.run(folder, environment, List.of("man", "--warnings", "-l", file.toString()));

            assertThat(result.errors()).as(name).isEmpty();
            assertThat(result.output().lines())
                    .as(name)
                    .contains(
                            "NAME",
                            "SYNOPSIS",
                            "DESCRIPTION",
                            "OPTIONS",
                            "EXIT STATUS",
                            "ENVIRONMENT",
                            "FILES",
                            "EXAMPLES",
                            "SEE ALSO");
            String command = name.replaceAll("reloc-?|\\.1", "");
            // Examples must come out as they can be typed.
            Run.of("help", command)
                    .output()
                    .lines()
                    .dropWhile(line -> !line.startsWith("Example"))
                    .skip(1)
                    .forEach(example -> assertThat(result.output()).as(name).contains(example.strip()));
        }
    }

    @Test
    void whatIsTypedIsNotHyphenated() {
        assertThat(PAGES.get("reloc-apply.1"))
                .contains("\\fB\\-b\\fR \\fIADDR\\fR, \\fB\\-\\-base\\fR=\\fIADDR\\fR\n")
                .contains("reloc apply \\-\\-base 0x7f0000 shim.elf shim.img\n")
                .contains(".TH RELOC\\-APPLY 1 2026-01-01 \"reloc 1.2.3\" \"reloc\"\n");
    }
}
