package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Output that is made in a temporary file beside its target and takes the target's place when it is whole.
 *
 * <p>What is not committed is deleted on close, or when a signal ends the virtual machine. SIGKILL alone leaves it
 * behind, as {@code .reloc-….tmp}, and never as the target.
 */
final class ReplacingFile extends OutputFile {
    /** Unix keeps the file type in the same number as the mode; these bits are the mode. */
    private static final int MODE_BITS = 07777;

    private static final String MODE_ATTRIBUTE = "unix:mode";

    private final Path target;
    private final Path temporary;
    private final Thread deleteOnSignal = new Deletion();

    /** Guarded by this object: a signal may come while the file takes the target's place. */
    private boolean isDone;

    private ReplacingFile(String name, Path temporary, Path target) throws IOException {
        super(name, new RandomAccessFile(temporary.toFile(), "rw"));
        this.temporary = temporary;
        this.target = target;
        Runtime.getRuntime().addShutdownHook(deleteOnSignal);
    }

    static ReplacingFile create(Path path) throws IOException {
        Path target = resolve(path);
        Path temporary = createBeside(target);
        try {
            return new ReplacingFile(path.toString(), temporary, target);
        } catch (IllegalStateException e) {
            // The virtual machine is shutting down, too late for a file to be deleted by a hook.
            Files.deleteIfExists(temporary);
            throw Failure.output(path.toString(), "interrupted");
        }
    }

    private static Path resolve(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        if (!Files.exists(path)) {
            throw Failure.output(path.toString(), "a link to a file that does not exist");
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw Failure.output(path.toString(), attributes.isDirectory() ? "is a directory" : "not a regular file");
        }
        return path.toRealPath();
    }

    /** Not by createTempFile, which would make it private: a new file gets the mode that the umask gives. */
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

    @Override
    synchronized void publish() throws IOException {
        if (isDone) {
            throw Failure.output(name(), "interrupted");
        }
        closeFile();
        if (Files.exists(target)) {
            int mode = (int) Files.getAttribute(target, MODE_ATTRIBUTE) & MODE_BITS;
            Files.setAttribute(temporary, MODE_ATTRIBUTE, mode);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        isDone = true;
    }

    @Override
    void discard() throws IOException {
        closeFile();
        deleteTemporary();
        try {
            Runtime.getRuntime().removeShutdownHook(deleteOnSignal);
        } catch (IllegalStateException e) {
            // The virtual machine is shutting down; the hook finds nothing left to do.
        }
    }

    private final class Deletion extends Thread {
        @Override
        public void run() {
            deleteTemporary();
        }
    }

    private synchronized void deleteTemporary() {
        if (isDone) {
            return;
        }
        isDone = true;
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw Failure.output(name(), e);
        }
    }
}
