package io.github.reloc.elf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A name of our own for a file, for a while: until the file is moved to another name or deleted, at the latest when a
 * signal ends the virtual machine. SIGKILL alone leaves it behind, as {@code .reloc-….tmp}.
 *
 * <p>The file is opened once, when it is made. Whoever may write to its folder can put another file in the place of the
 * name, but what is written goes to the open one.
 */
public final class TemporaryFile {
    /** A signal waits for this: what must not end half-way is done while it is held. */
    public static final Object SIGNAL_LOCK = new Object();

    private static final Set<OpenOption> NEW_FILE = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);

    private final Path folder;
    private final Thread deleteOnSignal = new Deletion();
    private Path path;

    /** Whether the name is that of our file. This and the next are guarded by the lock. */
    private boolean isNamed;

    private boolean isEnding;

    private TemporaryFile(Path folder) {
        this.folder = folder;
        this.path = newPath();
    }

    /** A name beside that of another file; there is nothing of this name yet. */
    public static TemporaryFile beside(Path other) {
        Path folder = other.getParent();
        return new TemporaryFile(folder == null ? Path.of("") : folder);
    }

    /**
     * Opens a file without a name in the folder for temporary files: nothing of it is left however the program ends.
     *
     * @throws Failure if there is no room for it, of the folder
     */
    public static FileChannel unnamed() {
        String folder = folder();
        try {
            TemporaryFile file = new TemporaryFile(Path.of(folder));
            FileChannel channel =
                    file.open(PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            file.delete();
            return channel;
        } catch (IOException e) {
            throw Failure.output(folder, e);
        }
    }

    /** The folder for temporary files: TMPDIR, at which Java does not look, or that of Java. */
    public static String folder() {
        String folder = System.getenv("TMPDIR");
        return folder == null || folder.isEmpty() ? System.getProperty("java.io.tmpdir", "/tmp") : folder;
    }

    private Path newPath() {
        return folder.resolve(".reloc-" + Long.toHexString(System.nanoTime()) + ".tmp");
    }

    /**
     * Makes the file, and opens it to read and write.
     *
     * @param attributes its mode, less the umask; without, the one of any new file
     */
    public FileChannel open(FileAttribute<?>... attributes) throws IOException {
        while (true) {
            try {
                synchronized (SIGNAL_LOCK) {
                    deleteOnSignal();
                    FileChannel channel = FileChannel.open(path, NEW_FILE, attributes);
                    isNamed = true;
                    return channel;
                }
            } catch (FileAlreadyExistsException e) {
                // Another reloc at the same nanosecond; the next one is free.
                forget();
                path = newPath();
            } catch (IOException e) {
                forget();
                throw e;
            }
        }
    }

    /**
     * Gives the name to a file that is there, beside the name that it has.
     *
     * @return whether that can be: not every file system knows it, and not every file may get a second name
     */
    public boolean link(Path existing) throws IOException {
        synchronized (SIGNAL_LOCK) {
            deleteOnSignal();
            try {
                Files.createLink(path, existing);
                isNamed = true;
                return true;
            } catch (IOException | UnsupportedOperationException e) {
                forget();
                return false;
            }
        }
    }

    /** From now on; before there is anything to delete. */
    private void deleteOnSignal() throws IOException {
        try {
            if (isEnding) {
                throw interrupted();
            }
            Runtime.getRuntime().addShutdownHook(deleteOnSignal);
        } catch (IllegalStateException e) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        return new IOException("interrupted");
    }

    public Path path() {
        return path;
    }

    /** Gives the file the name of a target, in place of the file that has it. */
    public void moveTo(Path target) throws IOException {
        synchronized (SIGNAL_LOCK) {
            if (!isNamed) {
                throw interrupted();
            }
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            isNamed = false;
        }
        forget();
    }

    /** Deletes the file, if it has the name still. */
    public void delete() throws IOException {
        synchronized (SIGNAL_LOCK) {
            if (isNamed) {
                isNamed = false;
                Files.deleteIfExists(path);
            }
        }
        forget();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(deleteOnSignal);
        } catch (IllegalStateException e) {
            // The virtual machine is shutting down; the hook finds nothing left to do.
        }
    }

    private final class Deletion extends Thread {
        @Override
        public void run() {
            synchronized (SIGNAL_LOCK) {
                isEnding = true;
                try {
                    delete();
                } catch (IOException e) {
                    // The folder is not ours any more; there is nobody left to tell.
                }
            }
        }
    }
}
