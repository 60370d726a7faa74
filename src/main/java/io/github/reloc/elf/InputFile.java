package io.github.reloc.elf;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an input file, little endian, by file offset.
 *
 * <p>Positional reads, never a mapping: a mapped file that shrinks kills the virtual machine, a read that comes short
 * is a {@link Failure}. Offsets are the caller's to check against {@link #size}; one outside is a bug, not a failure.
 *
 * <p>Reads into an array go through {@link RandomAccessFile}, whose classes every virtual machine has at hand. Those of a
 * channel take 4 ms to load, a sixteenth of a whole run on a small file, and so wait until a direct buffer asks for them.
 */
public final class InputFile implements Closeable {
    // Single words are scattered (symbols, names, words in place), so they come through a small direct-mapped cache:
    // block n lives in slot n modulo the number of slots. 256 blocks of 16 KiB bound it to 4 MiB.
    private static final int BLOCK_SHIFT = 14;
    private static final int BLOCK_SIZE = 1 << BLOCK_SHIFT;
    private static final int SLOT_COUNT = 256;

    /** The name of a stream, as the command line has it. */
    private static final String STANDARD_INPUT = "-";

    private static final int SPOOL_SIZE = 1 << 16;

    private final String name;

    /** Null for a file without a name, of which there is only a channel. */
    private final @Nullable RandomAccessFile file;

    private final @Nullable FileChannel unnamed;
    private final long size;

    /** Counted for those who wait; another thread may look at it. */
    private final AtomicLong bytesRead = new AtomicLong();

    /** What the file was when it was opened; null for one without a name, that nobody else can change. */
    private final @Nullable Path path;

    private final @Nullable BasicFileAttributes attributes;
    private final @Nullable ByteBuffer[] slotBlocks = new ByteBuffer[SLOT_COUNT];
    private final long[] slotNumbers = new long[SLOT_COUNT];

    private InputFile(Path path, BasicFileAttributes attributes, RandomAccessFile file) throws IOException {
        this.name = path.toString();
        this.file = file;
        this.unnamed = null;
        this.path = path;
        this.attributes = attributes;
        this.size = file.length();
    }

    private InputFile(FileChannel unnamed, long size) {
        this.name = STANDARD_INPUT;
        this.file = null;
        this.unnamed = unnamed;
        this.path = null;
        this.attributes = null;
        this.size = size;
    }

    /**
     * Opens a regular file.
     *
     * @throws Failure if it is not there, not readable or not a regular file
     */
    public static InputFile open(Path path) {
        String name = path.toString();
        try {
            // Asked before the file is opened: opening a FIFO would wait for its writer.
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw Irregular.found(Failure.Kind.INPUT, path);
            }
            // RandomAccessFile would say that it is not there.
            path.getFileSystem().provider().checkAccess(path, AccessMode.READ);
            return new InputFile(path, attributes, new RandomAccessFile(path.toFile(), "r"));
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
    }

    /**
     * Reads a stream to its end, into a file without a name that is gone when this one is closed: its bytes are needed
     * in an order of their own.
     *
     * @throws Failure if it cannot be read, or there is no room for it in the folder for temporary files
     */
    public static InputFile spool(InputStream stream) {
        FileChannel unnamed = TemporaryFile.unnamed();
        try {
            return new InputFile(unnamed, copy(stream, unnamed));
        } catch (Failure e) {
            closeQuietly(unnamed);
            throw e;
        }
    }

    private static long copy(InputStream stream, FileChannel target) {
        byte[] bytes = new byte[SPOOL_SIZE];
        long size = 0;
        while (true) {
            int count;
            try {
                count = stream.read(bytes);
            } catch (IOException e) {
                throw Failure.input(STANDARD_INPUT, e);
            }
            if (count < 0) {
                return size;
            }
            size += count;
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            try {
                while (buffer.hasRemaining()) {
                    target.write(buffer);
                }
            } catch (IOException e) {
                throw Failure.output(TemporaryFile.folder(), e);
            }
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // There is a better reason already.
        }
    }

    /**
     * Checks, after the last read, that the file is still what it was when it was opened.
     *
     * @throws Failure if it has another size, or was written to
     */
    public void requireUnchanged() {
        if (path == null || attributes == null) {
            return;
        }
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            boolean isWritten = now.size() != size || !now.lastModifiedTime().equals(attributes.lastModifiedTime());
            // Another file of this name is no matter: the open one has not changed.
            if (isWritten && Objects.equals(now.fileKey(), attributes.fileKey())) {
                throw Failure.input(name, "the file changed while it was read");
            }
        } catch (NoSuchFileException e) {
            // Nor is a name that is gone.
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
    }

    /** How many bytes have been read so far, some of them more than once. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** The name under which the file was opened, or {@code -}. */
    public String name() {
        return name;
    }

    /** Size in bytes, as it was when the file was opened. */
    public long size() {
        return size;
    }

    /** The 64-bit word at an offset, whole within the file. */
    public long word64(long fileOffset) {
        int inBlock = (int) fileOffset & (BLOCK_SIZE - 1);
        if (inBlock <= BLOCK_SIZE - Long.BYTES) {
            return block(fileOffset).getLong(inBlock);
        }
        return Integer.toUnsignedLong(word32(fileOffset)) | (long) word32(fileOffset + Integer.BYTES) << Integer.SIZE;
    }

    /** The 32-bit word at an offset, whole within the file. */
    public int word32(long fileOffset) {
        int inBlock = (int) fileOffset & (BLOCK_SIZE - 1);
        if (inBlock <= BLOCK_SIZE - Integer.BYTES) {
            return block(fileOffset).getInt(inBlock);
        }
        return word16(fileOffset) | word16(fileOffset + Short.BYTES) << Short.SIZE;
    }

    /** The 16-bit word at an offset, whole within the file, zero-extended. */
    public int word16(long fileOffset) {
        return byteAt(fileOffset) | byteAt(fileOffset + 1) << Byte.SIZE;
    }

    /** The byte at an offset within the file, zero-extended. */
    public int byteAt(long fileOffset) {
        return Byte.toUnsignedInt(block(fileOffset).get((int) fileOffset & (BLOCK_SIZE - 1)));
    }

    /**
     * Fills a buffer from the file, from its position to its limit.
     *
     * @throws Failure if the file ends before, or cannot be read
     */
    public void read(long fileOffset, ByteBuffer target) {
        try {
            long position = fileOffset;
            while (target.hasRemaining()) {
                int count = file != null && target.hasArray()
                        ? readArray(file, position, target)
                        : channel().read(target, position);
                if (count < 0) {
                    throw shrunk(position);
                }
                position += count;
                bytesRead.addAndGet(count);
            }
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
    }

    private FileChannel channel() {
        return file != null ? file.getChannel() : Objects.requireNonNull(unnamed);
    }

    private static int readArray(RandomAccessFile file, long position, ByteBuffer target) throws IOException {
        file.seek(position);
        int count = file.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
        if (count > 0) {
            target.position(target.position() + count);
        }
        return count;
    }

    /**
     * Copies a range of the file, inside the kernel where the target is a file.
     *
     * @param targetName the name of the target, for a failure
     * @throws Failure if the file ends before, or if reading or writing fails
     */
    public void copyTo(WritableByteChannel target, String targetName, long fileOffset, long byteCount) {
        long done = 0;
        try {
            while (done < byteCount) {
                // One call moves 2 GiB at most.
                long count = channel().transferTo(fileOffset + done, byteCount - done, target);
                if (count <= 0) {
                    throw shrunk(fileOffset + done);
                }
                done += count;
                bytesRead.addAndGet(count);
            }
        } catch (IOException e) {
            // transferTo reads and writes in one call, and does not say which of them failed.
            throw isReadable(fileOffset + done) ? Failure.output(targetName, e) : Failure.input(name, e);
        }
    }

    private boolean isReadable(long fileOffset) {
        try {
            channel().read(ByteBuffer.allocate(1), fileOffset);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            } else {
                channel().close();
            }
        } catch (IOException e) {
            throw Failure.input(name, e);
        }
    }

    private ByteBuffer block(long fileOffset) {
        long number = fileOffset >>> BLOCK_SHIFT;
        int slot = (int) number & (SLOT_COUNT - 1);
        ByteBuffer block = slotBlocks[slot];
        return block != null && slotNumbers[slot] == number ? block : load(number, slot);
    }

    private ByteBuffer load(long number, int slot) {
        ByteBuffer block = slotBlocks[slot];
        if (block == null) {
            block = ByteBuffer.allocate(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            slotBlocks[slot] = block;
        }
        long start = number << BLOCK_SHIFT;
        // No block is left half filled under a valid number: a read that fails must not be mistaken for data later.
        slotNumbers[slot] = -1;
        block.clear().limit((int) Math.min(BLOCK_SIZE, size - start));
        read(start, block);
        slotNumbers[slot] = number;
        return block;
    }

    private Failure shrunk(long fileOffset) {
        return Failure.input(name, "the file ended at offset " + Unsigned.hex(fileOffset) + " while it was read");
    }
}
