package io.github.reloc.image;

import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Irregular;
import io.github.reloc.elf.TemporaryFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Output that is made in a temporary file beside its target and takes the target's place when it is whole.
 *
 * <p>Of a file that it replaces it keeps who may read, write and execute it, from the first byte on; what would make it
 * run as its owner, it does not.
 */
final class ReplacingFile extends OutputFile {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    /** Less the umask. */
    private static final Set<PosixFilePermission> ALL = EnumSet.allOf(PosixFilePermission.class);

    private final Path target;

    /** Of the file that is replaced; null if there is none. */
    private final @Nullable Set<PosixFilePermission> permissions;

    private final TemporaryFile temporary;
    private final FileChannel channel;

    /** The file that was replaced, until that is certain. */
    private @Nullable TemporaryFile replaced;

    private ReplacingFile(
            String name, Path target, @Nullable Set<PosixFilePermission> permissions, boolean isExecutable)
            throws IOException {
        super(name);
        this.target = target;
        this.permissions = permissions;
        temporary = TemporaryFile.beside(target);
        Set<PosixFilePermission> wanted = permissions == null && isExecutable ? ALL : permissions;
        channel = wanted == null ? temporary.open() : temporary.open(PosixFilePermissions.asFileAttribute(wanted));
    }

    static ReplacingFile create(Path path, boolean isExecutable) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return new ReplacingFile(path.toString(), path, null, isExecutable);
        }
        if (!Files.exists(path)) {
            throw Failure.output(path.toString(), "a link to a file that does not exist");
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw Irregular.found(Failure.Kind.OUTPUT, path);
        }
        return new ReplacingFile(path.toString(), path.toRealPath(), Files.getPosixFilePermissions(path), isExecutable);
    }

    @Override
    FileChannel channel() {
        return channel;
    }

    /** All that can fail before the file takes its place. */
    void finish() {
        try {
            if (permissions != null
                    && channel.isOpen()
                    && !permissions.equals(
                            Files.getPosixFilePermissions(temporary.path(), LinkOption.NOFOLLOW_LINKS))) {
                // The umask took some away.
                Files.setPosixFilePermissions(openFile(), permissions);
            }
            channel.close();
        } catch (IOException e) {
            throw Failure.output(name(), e);
        }
    }

    /** The open file itself: by now, its name can be that of another one. */
    private Path openFile() throws IOException {
        String name = String.valueOf(temporary.path().getFileName());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).endsWith(name)) {
                    return file;
                }
            }
        }
        throw new IOException("its permissions cannot be set");
    }

    /**
     * Gives files the names of their targets: all of them, or none as far as that can be undone.
     *
     * @throws Failure of the one that cannot have its name
     */
    static void replaceAll(List<ReplacingFile> files) {
        synchronized (TemporaryFile.SIGNAL_LOCK) {
            int count = 0;
            for (ReplacingFile file : files) {
                count++;
                try {
                    file.replace(count != files.size());
                } catch (IOException e) {
                    for (ReplacingFile earlier : files.subList(0, count - 1)) {
                        earlier.undo();
                    }
                    throw Failure.output(file.name(), e);
                }
            }
        }
    }

    private void replace(boolean mayBeUndone) throws IOException {
        if (mayBeUndone && permissions != null) {
            TemporaryFile second = TemporaryFile.beside(target);
            replaced = second.link(target) ? second : null;
        }
        temporary.moveTo(target);
    }

    /** Gives the name back to the file that had it. */
    private void undo() {
        try {
            if (replaced != null) {
                replaced.moveTo(target);
            } else if (permissions == null) {
                Files.delete(target);
            }
        } catch (IOException e) {
            // The folder has changed under us; what is said is why this was needed.
        }
    }

    @Override
    void discard() throws IOException {
        channel.close();
        temporary.delete();
        if (replaced != null) {
            replaced.delete();
        }
    }
}
