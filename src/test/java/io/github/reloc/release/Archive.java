package io.github.reloc.release;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Archives that hold nothing of the machine they are made on: one date, one owner, one order. */
final class Archive {
    private static final int BLOCK_SIZE = 512;
    private static final byte[] AR_MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);

    /** A file in an archive. */
    static final class Member {
        private final int mode;
        private final byte[] content;

        private Member(int mode, byte[] content) {
            this.mode = mode;
            this.content = content;
        }

        /** Its permissions. */
        int mode() {
            return mode;
        }

        byte[] content() {
            return content;
        }

        static Member file(byte[] content) {
            return new Member(0644, content);
        }

        static Member text(String content) {
            return file(content.getBytes(StandardCharsets.UTF_8));
        }

        static Member program(byte[] content) {
            return new Member(0755, content);
        }
    }

    private Archive() {}

    /**
     * A tar archive, as POSIX.1-1988 has it (ustar), of files and the folders they are in.
     *
     * @param files by path; not so long that they would have to be split
     * @param time in seconds since 1970
     */
    static byte[] tar(Map<String, Member> files, long time) {
        TreeSet<String> folders = new TreeSet<>();
        for (String path : files.keySet()) {
            for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
                folders.add(path.substring(0, end + 1));
            }
        }
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        for (String folder : folders) {
            archive.writeBytes(header(folder, 0755, 0, '5', time));
        }
        new TreeMap<>(files).forEach((path, member) -> {
            archive.writeBytes(header(path, member.mode(), member.content().length, '0', time));
            archive.writeBytes(member.content());
            archive.writeBytes(new byte[-member.content().length & (BLOCK_SIZE - 1)]);
        });
        // Its end, and as tar does it, a multiple of 20 blocks.
        int recordSize = 20 * BLOCK_SIZE;
        archive.writeBytes(new byte[2 * BLOCK_SIZE]);
        archive.writeBytes(new byte[(recordSize - archive.size() % recordSize) % recordSize]);
        return archive.toByteArray();
    }

    private static byte[] header(String path, int mode, int size, char type, long time) {
        byte[] header = new byte[BLOCK_SIZE];
        if (path.length() >= 100) {
            throw new IllegalArgumentException("too long for a name of ustar: " + path);
        }
        put(header, 0, path);
        put(header, 100, octal(mode, 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(size, 11));
        put(header, 136, octal(time, 11));
        put(header, 148, "        ");
        put(header, 156, String.valueOf(type));
        put(header, 257, "ustar\00000");
        put(header, 265, "root");
        put(header, 297, "root");
        put(header, 329, octal(0, 7));
        put(header, 337, octal(0, 7));
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, octal(sum, 6) + "\0 ");
        return header;
    }

    private static String octal(long value, int width) {
        return String.format("%0" + width + "o", value);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    /** A gzip file (RFC 1952) without name and date. */
    static byte[] gzip(byte[] content) {
        // Method 8, no flags, no time, made with most compression, on Unix.
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, 3});
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] buffer = new byte[1 << 16];
        while (!deflater.finished()) {
            file.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        CRC32 checksum = new CRC32();
        checksum.update(content);
        putLittleEndian(file, checksum.getValue());
        putLittleEndian(file, content.length);
        return file.toByteArray();
    }

    private static void putLittleEndian(ByteArrayOutputStream file, long word) {
        for (int shift = 0; shift < 32; shift += 8) {
            file.write((int) (word >>> shift));
        }
    }

    /** An archive of ar, as deb(5) wants it: its members in the order given. */
    static byte[] ar(Map<String, byte[]> members, long time) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(AR_MAGIC);
        members.forEach((name, content) -> {
            String header = String.format("%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, time, 0, 0, "100644", content.length);
            archive.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
            archive.writeBytes(content);
            if (content.length % 2 != 0) {
                archive.write('\n');
            }
        });
        return archive.toByteArray();
    }
}
