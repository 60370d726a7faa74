package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Output that appears whole or not at all.
 *
 * <p>The bytes go to a temporary file beside the target, which takes the target's place on {@link #commit}; until then
 * an existing target keeps its content. What is not committed is deleted on {@link #close}, or when a signal ends the
 * virtual machine. SIGKILL alone leaves it behind, as {@code .reloc-….tmp}, and never as the target.
 */
public final class OutputFile implements Closeable {
    /** Unix keeps the file type in the same number as the mode; these bits are the mode. */
    private static final int MODE_BITS = 07777;

    private static final String MODE_ATTRIBUTE = "unix:mode";

    /** Where the bytes go in the end: a file, or (where this is null) a stream. */
    private final @Nullable Path target;

    private final @Nullable OutputStream stream;

    private final Path temporary;
    private final RandomAccessFile file;
    private final Thread deleteOnSignal;
    private boolean isDone;

    private OutputFile(Path temporary, @Nullable Path target, @Nullable OutputStream stream) throws IOException {
        this.temporary = temporary;
        this.target = target;
        this.stream = stream;
        this.deleteOnSignal = new Thread(this::discard);
        Runtime.getRuntime().addShutdownHook(deleteOnSignal);
        this.file = new RandomAccessFile(temporary.toFile(), "rw");
    }

    /**
     * Output to a file, that exists (then its mode is kept) or not. A link to a file stands for that file.
     *
     * @throws Failure if the target is not a regular file, or nothing can be written beside it
     */
    public static OutputFile to(Path path) {
        try {
            Path target = resolve(path);
            Path temporary = createBeside(target);
            OutputFile output = new OutputFile(temporary, target, null);
            if (Files.exists(target)) {
                output.takeModeOf(target);
            }
            return output;
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    /**
     * Output to a stream, which gets its first byte on {@link #commit}.
     *
     * @throws Failure if there is no room for it in the folder for temporary files
     */
    public static OutputFile to(OutputStream stream) {
        try {
            return new OutputFile(Files.createTempFile("reloc-", ".tmp"), null, stream);
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    private static Path resolve(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        if (!Files.exists(path)) {
            throw Failure.output("a link to a file that does not exist");
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw Failure.output(attributes.isDirectory() ? "is a directory" : "not a regular file");
        }
        return path.toRealPath();
    }

    /** Not by createTempFile, which would make it private: the image gets the mode that the umask gives. */
    private static Path createBeside(Path target) throws IOException {
        while (true) {
            Path path = target.resolveSibling(".reloc-" + Long.toHexString(System.nanoTime()) + ".tmp");
            try {
                return Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                // Another reloc at the same nanosecond; the next one is free.
            }
        }
    }

    private void takeModeOf(Path existing) throws IOException {
        int mode = (int) Files.getAttribute(existing, MODE_ATTRIBUTE) & MODE_BITS;
        Files.setAttribute(temporary, MODE_ATTRIBUTE, mode);
    }

    /**
     * Gives the file its size; all of it is a hole until it is written.
     *
     * @throws Failure if the file system has no room for such a file
     */
    void setSize(long size) {
        try {
            file.setLength(size);
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    /** To read and write the bytes by position. */
    FileChannel channel() {
        return file.getChannel();
    }

    /**
     * Puts what was written in the target's place.
     *
     * @throws Failure if that fails; the target is then as it was
     */
    public synchronized void commit() {
        if (isDone) {
            throw Failure.output("interrupted");
        }
        try {
            if (target != null) {
                file.close();
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                isDone = true;
            } else if (stream != null) {
                copyTo(stream);
            }
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }

    private void copyTo(OutputStream out) throws IOException {
        WritableByteChannel sink = Channels.newChannel(out);
        FileChannel source = file.getChannel();
        long size = source.size();
        for (long position = 0; position < size; ) {
            position += source.transferTo(position, size - position, sink);
        }
        out.flush();
    }

    /** Deletes what was not committed. */
    @Override
    public void close() {
        discard();
        try {
            Runtime.getRuntime().removeShutdownHook(deleteOnSignal);
        } catch (IllegalStateException e) {
            // The virtual machine is shutting down; the hook finds nothing left to do.
        }
    }

    private synchronized void discard() {
        if (isDone) {
            return;
        }
        isDone = true;
        try {
            file.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw Failure.output(e);
        }
    }
}
