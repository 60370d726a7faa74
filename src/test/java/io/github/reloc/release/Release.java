package io.github.reloc.release;

import io.github.reloc.release.Archive.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes what is published of a release: archives of the built program with its documents, and digests of all of it. */
public final class Release {
    private static final Path RESOURCES = Path.of("src/main/resources/META-INF");

    private final byte[] program;
    private final String version;
    private final Instant time;

    /**
     * A release.
     *
     * @param program the built program
     * @param time the date of everything in it
     */
    Release(byte[] program, String version, Instant time) {
        this.program = program;
        this.version = version;
        this.time = time;
    }

    /**
     * Writes a release into a folder that may have other files of it already, which then have their digests there, too.
     *
     * @param args the program's file, the version, the date and the folder, and more files for it
     */
    public static void main(String[] args) throws IOException {
        Release release = new Release(Files.readAllBytes(Path.of(args[0])), args[1], Instant.parse(args[2]));
        Path folder = Files.createDirectories(Path.of(args[3]));
        Files.write(folder.resolve("reloc-" + args[1] + ".tar.gz"), release.archive());
        Files.write(folder.resolve("reloc_" + DebianPackage.version(args[1]) + "_all.deb"), release.debianPackage());
        for (String more : List.of(args).subList(4, args.length)) {
            Path file = Path.of(more);
            Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(folder.resolve("SHA256SUMS"), digests(folder));
    }

    /** For any system: one folder, that can be unpacked to any place. */
    byte[] archive() throws IOException {
        Map<String, Member> files = new TreeMap<>();
        files.put("bin/reloc", Member.program(program));
        manualPages().forEach((name, page) -> files.put("share/man/man1/" + name, Member.text(page)));
        files.put("share/bash-completion/completions/reloc", Member.text(Completions.bash()));
        files.put("share/zsh/site-functions/_reloc", Member.text(Completions.zsh()));
        files.put("share/fish/vendor_completions.d/reloc.fish", Member.text(Completions.fish()));
        files.put("LICENSE", Member.file(Files.readAllBytes(Path.of("LICENSE"))));
        files.put("NOTICE", Member.text(notice()));
        files.put("README.md", Member.file(Files.readAllBytes(Path.of("README.md"))));
        Map<String, Member> below = new TreeMap<>();
        files.forEach((path, member) -> below.put("reloc-" + version + "/" + path, member));
        return Archive.gzip(Archive.tar(below, time.getEpochSecond()));
    }

    byte[] debianPackage() throws IOException {
        Map<String, Member> files = new TreeMap<>();
        files.put("usr/bin/reloc", Member.program(program));
        manualPages().forEach((name, page) -> {
            byte[] compressed = Archive.gzip(page.getBytes(StandardCharsets.UTF_8));
            files.put("usr/share/man/man1/" + name + ".gz", Member.file(compressed));
        });
        files.put("usr/share/bash-completion/completions/reloc", Member.text(Completions.bash()));
        files.put("usr/share/zsh/vendor-completions/_reloc", Member.text(Completions.zsh()));
        files.put("usr/share/fish/vendor_completions.d/reloc.fish", Member.text(Completions.fish()));
        return DebianPackage.of(files, notice(), version, time);
    }

    private Map<String, String> manualPages() {
        return ManualPage.all(version, time.toString().substring(0, "2026-01-01".length()));
    }

    /** The notice inside of the program, with what it refers to there. */
    private static String notice() throws IOException {
        Path licenses = RESOURCES.resolve("licenses");
        String notice = Files.readString(RESOURCES.resolve("NOTICE"))
                .replace("This file contains", "The program, bin/reloc, contains")
                .replace("META-INF/LICENSE", "LICENSE")
                .replace("META-INF/licenses/jackson-core-NOTICE", "below")
                .replace("META-INF/licenses/jelf-LICENSE", "below");
        return notice + "\n--- jackson-core\n\n" + Files.readString(licenses.resolve("jackson-core-NOTICE"))
                + "\n--- jelf\n\n" + Files.readString(licenses.resolve("jelf-LICENSE"));
    }

    /** Lines as sha256sum writes them, of all files but the one they are for. */
    private static String digests(Path folder) throws IOException {
        List<Path> files;
        try (var listed = Files.list(folder)) {
            files = listed.filter(file -> !file.endsWith("SHA256SUMS")).sorted().toList();
        }
        StringBuilder lines = new StringBuilder();
        for (Path file : files) {
            lines.append(digest("SHA-256", Files.readAllBytes(file))).append("  ");
            lines.append(file.getFileName()).append('\n');
        }
        return lines.toString();
    }

    static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
