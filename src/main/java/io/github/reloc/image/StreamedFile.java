package io.github.reloc.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Output that is made in a file without a name, and copied to a stream when it is whole. */
final class StreamedFile extends OutputFile {
    private final OutputStream stream;

    private StreamedFile(RandomAccessFile file, OutputStream stream) {
        super(STANDARD_OUTPUT, file);
        this.stream = stream;
    }

    static StreamedFile create(OutputStream stream) throws IOException {
        Path temporary = Files.createTempFile("reloc-", ".tmp");
        try {
            return new StreamedFile(new RandomAccessFile(temporary.toFile(), "rw"), stream);
        } finally {
            // The open file stays; without a name, nothing of it is left however the program ends.
            Files.delete(temporary);
        }
    }

    @Override
    void publish() throws IOException {
        WritableByteChannel sink = Channels.newChannel(stream);
        FileChannel source = channel();
        long size = source.size();
        for (long position = 0; position < size; ) {
            position += source.transferTo(position, size - position, sink);
        }
        stream.flush();
    }

    @Override
    void discard() throws IOException {
        closeFile();
    }
}
