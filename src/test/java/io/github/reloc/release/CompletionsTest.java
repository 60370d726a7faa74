package io.github.reloc.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shells themselves say what they complete. */
final class CompletionsTest {
    @TempDir
    Path folder;

    private List<String> run(String... command) throws IOException {
        Tool.Result result = Tool.run(folder, List.of(command));
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.output().lines().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "reloc ap, apply",
        "reloc --vers, --version",
        "reloc apply --tab, --tables",
        "reloc apply --tables tr, trim",
        "reloc apply --tables = k, keep",
        "reloc check --format s, sarif",
        "reloc dump --table andr, android_rel android_rela android_relr",
        "reloc help ver, verify",
        // Files are left to bash.
        "reloc apply --map x, ''",
        "reloc dump x, ''",
    })
    void bash(String line, String expected) throws IOException {
        Tool.require("bash");
        Files.writeString(folder.resolve("reloc"), Completions.bash());
        String script = """
                . ./reloc
                complete -p reloc >/dev/null
                COMP_WORDS=($1)
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _reloc
                printf '%s\\n' "${COMPREPLY[@]}" | sort
                """;

        assertThat(String.join(" ", run("bash", "-c", script, "bash", line))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "reloc ap, apply",
        "reloc --vers, --version",
        "reloc apply --tab, --tables",
        "reloc apply --tables tr, trim",
        "reloc apply --tables=k, --tables=keep",
        "reloc check --format s, sarif",
        "reloc help ver, verify",
        "reloc dump sh, shim.elf",
        "reloc apply --map sh, shim.elf",
        "reloc apply --base sh, ''",
    })
    void fish(String line, String expected) throws IOException {
        Tool.require("fish");
        Files.writeString(folder.resolve("reloc.fish"), Completions.fish());
        Files.createFile(folder.resolve("shim.elf"));
        List<String> found = new ArrayList<>();
        for (String completion : run("fish", "--no-config", "-c", "source reloc.fish; complete -C '" + line + "'")) {
            found.add(completion.replaceAll("\t.*", ""));
        }

        assertThat(String.join(" ", found)).isEqualTo(expected);
    }

    /** In a terminal of its own, for zsh completes nowhere else. */
    @ParameterizedTest
    @CsvSource({
        "reloc app, apply",
        "reloc apply --tab, --tables=",
        "reloc apply --tables=tr, --tables=trim",
        "reloc check --format=s, --format=sarif",
        "reloc help ver, verify",
        "reloc dump sh, shim.elf",
    })
    void zsh(String line, String expected) throws IOException {
        Tool.require("zsh");
        Files.writeString(folder.resolve("_reloc"), Completions.zsh());
        Files.createFile(folder.resolve("shim.elf"));
        String script = """
                zmodload zsh/zpty
                zpty shell zsh -f -i
                zpty -w shell 'PS1=; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; stty -echo; setopt noautolist'
                zpty -w shell 'show() { print "<$BUFFER>"; exit }; zle -N show; bindkey "^X" show; print rea""dy'
                zpty -r shell text '*ready*'
                zpty -w -n shell "$1"$'\\t\\x18'
                zpty -r shell text '*<*>*'
                print -r -- ${${text##*<}%%>*}
                """;

        assertThat(String.join("", run("zsh", "-f", "-c", script, "zsh", line)).strip())
                .endsWith(expected);
    }

    @Test
    void zshFindsNoFault() throws IOException {
        Tool.require("zsh");
        Files.writeString(folder.resolve("_reloc"), Completions.zsh());

        assertThat(run("zsh", "-n", "_reloc")).isEmpty();
    }
}
