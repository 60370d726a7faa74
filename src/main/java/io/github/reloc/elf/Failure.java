package io.github.reloc.elf;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * The one way in which work on a file ends early: what kind of trouble, the rule that was broken with the value that
 * broke it, and where.
 *
 * <p>Anything else that is thrown is a bug in this program.
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
        OUTPUT("cannot write");

        private final String verdict;

        Kind(String verdict) {
            this.verdict = verdict;
        }

        /** The words that open the message, the same for every failure of the kind. */
        public String verdict() {
            return verdict;
        }
    }

    private final Kind kind;

    private Failure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    private Failure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public static Failure notElf(String message) {
        return new Failure(Kind.NOT_ELF, message);
    }

    public static Failure malformed(String message) {
        return new Failure(Kind.MALFORMED, message);
    }

    /** A malformed file, with the offset in it of the field that is wrong. */
    public static Failure malformed(String message, long fileOffset) {
        return malformed(message + " (file offset " + Unsigned.hex(fileOffset) + ")");
    }

    /** Well-formed, but not something that can be relocated as asked. */
    public static Failure unsupported(String message) {
        return new Failure(Kind.UNSUPPORTED, message);
    }

    /** Well-formed, but in need of something that only run time can give. */
    public static Failure unresolved(String message) {
        return new Failure(Kind.UNRESOLVED, message);
    }

    public static Failure input(String message) {
        return new Failure(Kind.INPUT, message);
    }

    public static Failure input(IOException cause) {
        return new Failure(Kind.INPUT, reason(cause), cause);
    }

    public static Failure output(String message) {
        return new Failure(Kind.OUTPUT, message);
    }

    public static Failure output(IOException cause) {
        return new Failure(Kind.OUTPUT, reason(cause), cause);
    }

    /** The same failure, its message opened by what it is about. */
    public Failure of(String subject) {
        return new Failure(kind, subject + ": " + getMessage(), this);
    }

    public Kind kind() {
        return kind;
    }

    /** The message of a Failure is never null. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
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
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }
}
