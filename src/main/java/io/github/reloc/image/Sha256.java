package io.github.reloc.image;

import io.github.reloc.elf.InputFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files and of parts of an image, as 64 lower-case hexadecimal digits. */
public final class Sha256 {
    private static final int CHUNK_SIZE = 64 * 1024;

    private Sha256() {}

    /** Of a whole file. */
    public static String of(InputFile input) {
        MessageDigest digest = digest();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_SIZE);
        for (long offset = 0; offset < input.size(); offset += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK_SIZE, input.size() - offset));
            input.read(offset, chunk);
            digest.update(chunk.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of a range of an image. */
    public static String of(Image image, long imageOffset, long size) {
        return of(image, imageOffset, size, size);
    }

    /** Of so many bytes, the first from a range of an image, the others zeros, as memory has them there. */
    public static String of(Image image, long imageOffset, long sizeInImage, long size) {
        MessageDigest digest = digest();
        long end = imageOffset + size;
        long imageEnd = imageOffset + sizeInImage;
        long offset = imageOffset;
        while (offset < imageEnd) {
            ByteBuffer bytes = image.peek(offset);
            int count = (int) Math.min(bytes.remaining(), imageEnd - offset);
            digest.update(bytes.limit(bytes.position() + count));
            offset += count;
        }
        byte[] zeros = new byte[CHUNK_SIZE];
        while (offset < end) {
            int count = (int) Math.min(zeros.length, end - offset);
            digest.update(zeros, 0, count);
            offset += count;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it.
            throw new IllegalStateException(e);
        }
    }
}
