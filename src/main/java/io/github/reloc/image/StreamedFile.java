package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.TemporaryFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Output that is made in a file without a name, and copied to a stream when it is whole. */
final class StreamedFile extends OutputFile {
    /** The name of a stream, as the command line has it. */
    private static final String STANDARD_OUTPUT = "-";

    private static final int COPY_SIZE = 1 << 16;

    private final OutputStream stream;

    /** Made when it is asked for: an image that is only looked at, and fits into memory, needs no room elsewhere. */
    private @Nullable FileChannel channel;

    private long size;

    StreamedFile(OutputStream stream) {
        super(TemporaryFile.folder());
        this.stream = stream;
    }

    @Override
    synchronized void setSize(long newSize) {
        size = newSize;
    }

    /** Also for the thread that copies in the background. */
    @Override
    synchronized FileChannel channel() {
        FileChannel open = channel;
        if (open == null) {
            open = TemporaryFile.unnamed();
            channel = open;
            extend(open, size);
        }
        return open;
    }

    /** Copies it to the stream. */
    void send() {
        FileChannel source = channel();
        byte[] bytes = new byte[COPY_SIZE];
        long position = 0;
        while (true) {
            int count;
            try {
                count = source.read(ByteBuffer.wrap(bytes), position);
            } catch (IOException e) {
                throw Failure.output(name(), e);
            }
            try {
                if (count < 0) {
                    stream.flush();
                    return;
                }
                stream.write(bytes, 0, count);
            } catch (IOException e) {
                throw Failure.output(STANDARD_OUTPUT, e);
            }
            position += count;
        }
    }

    @Override
    synchronized void discard() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
