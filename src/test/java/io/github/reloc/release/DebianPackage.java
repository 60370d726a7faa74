package io.github.reloc.release;

import io.github.reloc.release.Archive.Member;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A package for Debian and its descendants, see deb(5). */
final class DebianPackage {
    private static final String MAINTAINER = "The reloc maintainers <reloc@users.noreply.github.com>";
    private static final String DOCUMENTS = "usr/share/doc/reloc/";
    private static final int KIBIBYTE = 1024;

    private DebianPackage() {}

    /** How Debian writes the version: a hyphen would begin a revision of the package. */
    static String version(String version) {
        return version.replace("-", "~");
    }

    /**
     * The package.
     *
     * @param files what it installs, by path below the root
     * @param notice whose work is in it, and under which licences
     */
    static byte[] of(Map<String, Member> files, String notice, String version, Instant time) {
        Map<String, Member> installed = new TreeMap<>(files);
        installed.put(DOCUMENTS + "copyright", Member.text(copyright(notice)));
        byte[] changelog = changelog(version(version), time).getBytes(StandardCharsets.UTF_8);
        installed.put(DOCUMENTS + "changelog.gz", Member.file(Archive.gzip(changelog)));

        long size = 0;
        StringBuilder sums = new StringBuilder();
        Map<String, Member> data = new LinkedHashMap<>();
        for (Map.Entry<String, Member> file : installed.entrySet()) {
            byte[] content = file.getValue().content();
            size += (content.length + KIBIBYTE - 1) / KIBIBYTE;
            sums.append(Release.digest("MD5", content))
                    .append("  ")
                    .append(file.getKey())
                    .append('\n');
            data.put("./" + file.getKey(), file.getValue());
        }
        Map<String, Member> control = new LinkedHashMap<>();
        control.put("./control", Member.text(control(version(version), size)));
        control.put("./md5sums", Member.text(sums.toString()));

        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("control.tar.gz", Archive.gzip(Archive.tar(control, time.getEpochSecond())));
        members.put("data.tar.gz", Archive.gzip(Archive.tar(data, time.getEpochSecond())));
        return Archive.ar(members, time.getEpochSecond());
    }

    private static String control(String version, long installedSize) {
        return """
                Package: reloc
                Version: %s
                Section: devel
                Priority: optional
                Architecture: all
                Installed-Size: %d
                Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless
                Maintainer: %s
                Description: relocate static position-independent executables ahead of time
                 A static PIE for x86-64 applies its own relocations when it starts. In an
                 enclave or a confidential VM that code runs before anything else, inside the
                 measured image. When the load address is known while the image is built,
                 reloc applies the relocations at build time, and checks every entry.
                """.formatted(version, installedSize, MAINTAINER);
    }

    private static String copyright(String notice) {
        return notice.replace("see LICENSE", "see /usr/share/common-licenses/Apache-2.0");
    }

    private static String changelog(String version, Instant time) {
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
        return "reloc (" + version + ") unstable; urgency=medium\n\n  * Release " + version + ".\n\n -- " + MAINTAINER
                + "  " + date + "\n";
    }
}
