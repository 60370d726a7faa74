package io.github.reloc.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Standard output where it does not block, because another program that shares the pipe or terminal has set it so.
 *
 * <p>A stream of Java fails there when the reader is slow, and does not say how much it has written. A channel writes
 * nothing then, and says so; but its classes take 4 ms to load.
 */
final class StandardOutput extends OutputStream {
    /** A line of it is {@code flags:}, the flags of open(2) in octal. */
    private static final String DESCRIPTION = "/proc/self/fdinfo/1";

    private static final String FLAGS = "flags:";
    private static final int O_NONBLOCK = 04000;
    private static final int PAUSE_MILLIS = 5;

    private final FileChannel channel;

    private StandardOutput(FileOutputStream file) {
        this.channel = file.getChannel();
    }

    /** Standard output as it is now. */
    static OutputStream open() {
        // Not System.out, which is a PrintStream and would hide that a disk is full.
        FileOutputStream file = new FileOutputStream(FileDescriptor.out);
        return isBlocking() ? file : new StandardOutput(file);
    }

    private static boolean isBlocking() {
        try (FileInputStream file = new FileInputStream(DESCRIPTION)) {
            return isBlocking(new String(file.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException | NumberFormatException e) {
            // It is closed, or it cannot be known; most are.
            return true;
        }
    }

    private static boolean isBlocking(String description) {
        int start = description.indexOf(FLAGS);
        int end = description.indexOf('\n', start);
        if (start < 0 || end < 0) {
            return true;
        }
        String flags = description.substring(start + FLAGS.length(), end).strip();
        return (Integer.parseInt(flags, 8) & O_NONBLOCK) == 0;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) == 0) {
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
