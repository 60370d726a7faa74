package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Output that appears whole or not at all: its bytes are written to a file of its own, by position, and become visible
 * on {@link #commit}.
 */
public abstract sealed class OutputFile implements Closeable permits ReplacingFile, StreamedFile {
    /** The name of a stream, as the command line has it. */
    static final String STANDARD_OUTPUT = "-";

    private final String name;
    private final RandomAccessFile file;

    OutputFile(String name, RandomAccessFile file) {
        this.name = name;
        this.file = file;
    }

    /**
     * Output to a file, that exists or not. A link to a file stands for that file; an existing one keeps its mode.
     *
     * @throws Failure if the target is not a regular file, or nothing can be written beside it
     */
    public static OutputFile to(Path target) {
        try {
            return ReplacingFile.create(target);
        } catch (IOException e) {
            throw Failure.output(target.toString(), e);
        }
    }

    /**
     * Output to a stream, which gets its first byte on {@link #commit}.
     *
     * @throws Failure if there is no room for it in the folder for temporary files
     */
    public static OutputFile to(OutputStream stream) {
        try {
            return StreamedFile.create(stream);
        } catch (IOException e) {
            throw Failure.output(STANDARD_OUTPUT, e);
        }
    }

    /**
     * A file that never appears: room for an image that is only looked at.
     *
     * @throws Failure if there is none in the folder for temporary files
     */
    public static OutputFile scratch() {
        return to(OutputStream.nullOutputStream());
    }

    /**
     * Gives the file its size; all of it is a hole until it is written.
     *
     * @throws Failure if the file system has no room for such a file
     */
    final void setSize(long size) {
        try {
            file.setLength(size);
        } catch (IOException e) {
            throw Failure.output(name, e);
        }
    }

    /**
     * Writes all of a small file.
     *
     * @throws Failure if that fails
     */
    public final void write(byte[] content) {
        try {
            file.write(content);
        } catch (IOException e) {
            throw Failure.output(name, e);
        }
    }

    /** The name of the target, or {@code -}. */
    final String name() {
        return name;
    }

    /** To read and write the bytes by position. */
    final FileChannel channel() {
        return file.getChannel();
    }

    /**
     * Lets the output appear.
     *
     * @throws Failure if that fails; a file that was there before is then as it was
     */
    public final void commit() {
        try {
            publish();
        } catch (IOException e) {
            throw Failure.output(name, e);
        }
    }

    abstract void publish() throws IOException;

    /** Discards what was not committed. */
    @Override
    public final void close() {
        try {
            discard();
        } catch (IOException e) {
            throw Failure.output(name, e);
        }
    }

    abstract void discard() throws IOException;

    final void closeFile() throws IOException {
        file.close();
    }
}
