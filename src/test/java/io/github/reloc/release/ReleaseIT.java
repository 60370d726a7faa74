package io.github.reloc.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reloc.Run;
import io.github.reloc.proof.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release of the built program holds, as the tools of those who install it see it. */
final class ReleaseIT {
    private static final Path PROGRAM = Path.of(System.getProperty("reloc.program", "target/reloc"));
    private static final String VERSION =
            Run.of("--version").output().lines().findFirst().orElseThrow().substring(6);
    private static final String ARCHIVE = "reloc-" + VERSION + ".tar.gz";
    private static final String PACKAGE = "reloc_" + VERSION.replace("-", "~") + "_all.deb";

    @TempDir
    Path folder;

    @BeforeEach
    void makeRelease() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), () -> "there is no " + PROGRAM + ": mvn verify builds it");
        Release.main(new String[] {PROGRAM.toString(), VERSION, "2026-01-01T00:00:00Z", folder.toString()});
    }

    private String run(String... command) throws IOException {
        Tool.Result result = Tool.run(folder, List.of(command));
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.output();
    }

    private List<String> commands() {
        return List.copyOf(CommandModel.commands().keySet());
    }

    @Test
    void digestsAreThoseOfTheFiles() throws IOException {
        assertThat(run("sha256sum", "--check", "SHA256SUMS")).isEqualTo(ARCHIVE + ": OK\n" + PACKAGE + ": OK\n");
    }

    @Test
    void archiveIsOneFolder() throws IOException {
        List<String> expected = new ArrayList<>(List.of(
                "bin/reloc",
                "share/bash-completion/completions/reloc",
                "share/fish/vendor_completions.d/reloc.fish",
                "share/zsh/site-functions/_reloc",
                "share/man/man1/reloc.1",
                "LICENSE",
                "NOTICE",
                "README.md"));
        commands().forEach(command -> expected.add("share/man/man1/reloc-" + command + ".1"));
        expected.replaceAll(path -> "reloc-" + VERSION + "/" + path);

        assertThat(run("tar", "-tzf", ARCHIVE).lines().filter(path -> !path.endsWith("/")))
                .containsExactlyInAnyOrderElementsOf(expected);
        // One date, one owner.
        assertThat(run("tar", "-tvzf", ARCHIVE, "--utc", "--full-time").lines())
                .allMatch(line ->
                        line.matches("(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root +\\d+ 2026-01-01 00:00:00 .*"));
    }

    @Test
    void archiveRunsWhereItIsUnpacked() throws IOException {
        run("tar", "-xzf", ARCHIVE);
        Path root = folder.resolve("reloc-" + VERSION);

        assertThat(run(root.resolve("bin/reloc").toString(), "--version")).startsWith("reloc " + VERSION + "\n");
        assertThat(root.resolve("NOTICE"))
                .content()
                .contains("picocli", "jackson-core", "jelf", "Permission is hereby");
    }

    @Test
    void packageInstallsAndLeavesNothingBehind() throws IOException {
        Tool.require("dpkg");
        Path root = Files.createDirectories(folder.resolve("root"));
        Path database = Files.createDirectories(folder.resolve("database"));
        Files.createDirectories(database.resolve("updates"));
        Files.createDirectories(database.resolve("info"));
        Files.createFile(database.resolve("status"));
        // In a folder of the test, where no Java is installed, and no root is needed.
        List<String> dpkg = List.of(
                "dpkg",
                "--admindir=" + database,
                "--instdir=" + root,
                "--log=" + folder.resolve("log"),
                "--force-not-root",
                "--force-bad-path",
                "--force-depends");

        assertThat(dpkg(dpkg, "--install", PACKAGE)).isZero();
        assertThat(run(root.resolve("usr/bin/reloc").toString(), "--version")).startsWith("reloc " + VERSION + "\n");
        assertThat(root.resolve("usr/share/man/man1/reloc-apply.1.gz")).exists();
        run("sh", "-c", "cd root && md5sum --check --quiet ../database/info/reloc.md5sums");
        assertThat(dpkg(dpkg, "--purge", "reloc")).isZero();
        try (Stream<Path> left = Files.walk(root)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private int dpkg(List<String> dpkg, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(dpkg);
        command.addAll(List.of(arguments));
        return Tool.run(folder, Map.of("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin"), command)
                .exitCode();
    }

    @Test
    void packageNeedsJava17() throws IOException {
        Tool.require("dpkg-deb");

        assertThat(run("dpkg-deb", "--field", PACKAGE, "Depends")).contains("java17-runtime-headless");
        assertThat(run("dpkg-deb", "--field", PACKAGE, "Version").strip()).isEqualTo(VERSION.replace("-", "~"));
    }

    @Test
    void lintianFindsNoError() throws IOException {
        Tool.require("lintian");
        Tool.Result result =
                Tool.run(folder, List.of("lintian", "--allow-root", "--no-cfg", "--fail-on", "error,warning", PACKAGE));

        assertThat(result.output()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }
}
