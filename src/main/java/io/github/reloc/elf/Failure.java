package io.github.reloc.elf;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which work on a file ends early, as data: what kind of trouble, in which file, in which relocation entry
 * of it if it is about one, the rule that was broken with the value that broke it, and where in the file.
 *
 * <p>What knows more than the place where it was found adds to it: {@link #of}, {@link #at}, {@link #in}. Anything else
 * that is thrown is a bug in this program.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a user does about it differs by kind: another file, another toolchain, another option, another disk. */
    public enum Kind {
        NOT_ELF("not an ELF file"),
        MALFORMED("malformed ELF"),
        UNSUPPORTED("unsupported"),
        UNRESOLVED("unresolved"),
        INPUT("cannot read"),
        OUTPUT("cannot write"),
        MEMORY("not enough memory");

        private final String verdict;

        Kind(String verdict) {
            this.verdict = verdict;
        }

        /** The words that open the message, the same for every failure of the kind. */
        public String verdict() {
            return verdict;
        }
    }

    /** What would help, for the user interface to put into words: it knows what its options are called. */
    public enum Remedy {
        /** Leave the relocation tables of the image as they are. */
        KEEP_TABLES,
        /** Take applied entries from the relocation tables of the image. */
        EMPTY_TABLES,
        /** Leave entries that need run time to the program's start-up. */
        KEEP_UNRESOLVED,
        /** Give values to symbols that the program does not define. */
        GIVE_SYMBOL_VALUES,
        /** Look whether anything is left to relocate. */
        CHECK_RELOCATED,
        /** Make an executable for a fixed address of a program that can be moved. */
        MAKE_EXECUTABLE,
        /** Say what becomes of the physical addresses. */
        GIVE_PHYSICAL_ADDRESS,
        /** Say which load base is meant. */
        GIVE_BASE,
        /** Let the file come as a stream. */
        GIVE_STREAM,
        /** Run with a larger heap. */
        MORE_MEMORY
    }

    /** Stands for no offset. */
    private static final long NOWHERE = -1;

    private final Kind kind;
    private final @Nullable String file;
    private final @Nullable String entry;
    private final String fault;
    private final long fileOffset;
    private final transient List<Remedy> remedies;

    private Failure(
            Kind kind,
            @Nullable String file,
            @Nullable String entry,
            String fault,
            long fileOffset,
            List<Remedy> remedies,
            @Nullable Throwable cause) {
        super(cause);
        this.kind = kind;
        this.file = file;
        this.entry = entry;
        this.fault = fault;
        this.fileOffset = fileOffset;
        this.remedies = remedies;
    }

    private static Failure of(Kind kind, String fault) {
        return new Failure(kind, null, null, fault, NOWHERE, List.of(), null);
    }

    public static Failure notElf(String fault) {
        return of(Kind.NOT_ELF, fault);
    }

    public static Failure malformed(String fault) {
        return of(Kind.MALFORMED, fault);
    }

    /** A malformed file, with the offset in it of the field that is wrong. */
    public static Failure malformed(String fault, long fileOffset) {
        return malformed(fault).at(fileOffset);
    }

    /** Well-formed, but not something that can be relocated as asked. */
    public static Failure unsupported(String fault) {
        return of(Kind.UNSUPPORTED, fault);
    }

    /** Well-formed, but in need of something that only run time can give. */
    public static Failure unresolved(String fault) {
        return of(Kind.UNRESOLVED, fault);
    }

    /** A file that cannot be read, by its name. */
    public static Failure input(String file, String fault) {
        return new Failure(Kind.INPUT, file, null, fault, NOWHERE, List.of(), null);
    }

    /** One that cannot be read or cannot be written, as the kind says. */
    static Failure ofFile(Kind kind, String file, String fault) {
        return new Failure(kind, file, null, fault, NOWHERE, List.of(), null);
    }

    public static Failure input(String file, IOException cause) {
        return new Failure(Kind.INPUT, file, null, reason(cause), NOWHERE, List.of(), cause);
    }

    /** Work that the memory of the virtual machine is too small for. */
    public static Failure memory(String fault) {
        return of(Kind.MEMORY, fault).remedy(Remedy.MORE_MEMORY);
    }

    /** A file that cannot be written, by its name. */
    public static Failure output(String file, String fault) {
        return new Failure(Kind.OUTPUT, file, null, fault, NOWHERE, List.of(), null);
    }

    public static Failure output(String file, IOException cause) {
        return new Failure(Kind.OUTPUT, file, null, reason(cause), NOWHERE, List.of(), cause);
    }

    /** The same failure, of a relocation entry; the one who has the entry says so, and nobody after that. */
    public Failure of(String newEntry) {
        return new Failure(kind, file, newEntry, fault, fileOffset, remedies, this);
    }

    /** The same failure, at an offset of the file, unless it is at one already. */
    public Failure at(long newFileOffset) {
        return fileOffset == NOWHERE ? new Failure(kind, file, entry, fault, newFileOffset, remedies, this) : this;
    }

    /** The same failure, in a file, unless it knows its file already. */
    public Failure in(String newFile) {
        return file == null ? new Failure(kind, newFile, entry, fault, fileOffset, remedies, this) : this;
    }

    /** The same failure, with one more thing that would help. */
    public Failure remedy(Remedy remedy) {
        List<Remedy> more = new ArrayList<>(remedies);
        more.add(remedy);
        return new Failure(kind, file, entry, fault, fileOffset, List.copyOf(more), this);
    }

    public Kind kind() {
        return kind;
    }

    /** What would help, the best first; none where nothing is known to. */
    public List<Remedy> remedies() {
        return remedies;
    }

    /** The name of the file that it is about, or null where that is the program that is worked on. */
    public @Nullable String file() {
        return file;
    }

    /** All of it but the verdict and the file: {@code ENTRY: FAULT (file offset 0x40)}. */
    @Override
    public String getMessage() {
        return (entry == null ? "" : entry + ": ")
                + fault
                + (fileOffset == NOWHERE ? "" : " (file offset " + Unsigned.hex(fileOffset) + ")");
    }

    /** java.nio puts only the path into the message of its most common exceptions; the kind is in the class. */
    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = cause instanceof FileSystemException fileSystem ? fileSystem.getReason() : cause.getMessage();
        if (reason == null) {
            return cause.getClass().getSimpleName();
        }
        // Words of the system, but that java.io puts the path before them: PATH (REASON).
        int start = cause instanceof FileNotFoundException && reason.endsWith(")") ? reason.lastIndexOf('(') + 1 : 0;
        return Escape.text(start == 0 ? reason : reason.substring(start, reason.length() - 1));
    }
}
