package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Output that appears whole or not at all: its bytes are written to a file of its own, by position, and become visible
 * on {@link #commit}.
 */
public abstract sealed class OutputFile implements Closeable permits ReplacingFile, StreamedFile {
    private final String name;

    OutputFile(String name) {
        this.name = name;
    }

    /**
     * Output to a file, that exists or not. A link to a file stands for that file; an existing one keeps its mode.
     * @throws Failure if the target is not a regular file, or nothing can be written beside it
     */
    public static OutputFile to(Path target) {
        return to(target, false);
    }

    /** The same for an executable: a new file may be executed by those who may read it, like one that a linker writes. */
    public static OutputFile toExecutable(Path target) {
        return to(target, true);
    }

    private static OutputFile to(Path target, boolean isExecutable) {
        try {
            return ReplacingFile.create(target, isExecutable);
        } catch (IOException e) {
            throw Failure.output(target.toString(), e);
        }
    }

    /** Output to a stream, which gets its first byte on {@link #commit}. */
    public static OutputFile to(OutputStream stream) {
        return new StreamedFile(stream);
    }

    /** A file that never appears: room for an image that is only looked at, made when there is need of it. */
    public static OutputFile scratch() {
        return to(OutputStream.nullOutputStream());
    }

    /**
     * Gives the file its size; all of it is a hole until it is written.
     *
     * @throws Failure if the file system has no room for such a file
     */
    void setSize(long size) {
        extend(channel(), size);
    }

    final void extend(FileChannel channel, long size) {
        try {
            if (size != 0) {
                // A channel can shorten a file, but lengthen it only by writing.
                channel.write(ByteBuffer.allocate(1), size);
                channel.truncate(size);
            }
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
        ByteBuffer bytes = ByteBuffer.wrap(content);
        try {
            while (bytes.hasRemaining()) {
                channel().write(bytes);
            }
        } catch (IOException e) {
            throw Failure.output(name, e);
        }
    }

    /** The name of what the bytes are written to, for a failure: the target, or a folder for what is in none. */
    final String name() {
        return name;
    }

    /**
     * To read and write the bytes by position.
     *
     * @throws Failure if there is no room for them
     */
    abstract FileChannel channel();

    /**
     * Lets the output appear.
     *
     * @throws Failure if that fails; a file that was there before is then as it was
     */
    public final void commit() {
        commit(List.of(this));
    }

    /**
     * Lets several outputs appear, or none of them as far as that can be: what can fail comes before the first file
     * takes its place, and if another one then cannot, the first gives its place back.
     *
     * @throws Failure if that fails; files that were there before are then as they were
     */
    public static void commit(List<OutputFile> outputs) {
        List<ReplacingFile> files = new ArrayList<>();
        for (OutputFile output : outputs) {
            if (output instanceof ReplacingFile file) {
                file.finish();
                files.add(file);
            }
        }
        // What a stream has got cannot be taken back.
        for (OutputFile output : outputs) {
            if (output instanceof StreamedFile streamed) {
                streamed.send();
            }
        }
        ReplacingFile.replaceAll(files);
    }

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
}
