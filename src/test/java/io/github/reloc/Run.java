package io.github.reloc;

import io.github.reloc.cli.Reloc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One run of the program in this process: exit code and what it wrote. */
public final class Run {
    private final int exitCode;
    private final byte[] output;
    private final String errors;

    private Run(int exitCode, byte[] output, String errors) {
        this.exitCode = exitCode;
        this.output = output;
        this.errors = errors;
    }

    /** Runs the program with nothing on standard input. */
    public static Run of(String... arguments) {
        return withInput(new byte[0], arguments);
    }

    /** Runs the program with bytes on standard input. */
    public static Run withInput(byte[] input, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream errorStream = new PrintStream(errors, true, StandardCharsets.UTF_8);
        int exitCode = new Reloc(new ByteArrayInputStream(input), output, errorStream).run(arguments);
        return new Run(exitCode, output.toByteArray(), errors.toString(StandardCharsets.UTF_8));
    }

    /** What the shell would see. */
    public int exitCode() {
        return exitCode;
    }

    /** Standard output. */
    public byte[] bytes() {
        return output;
    }

    /** Standard output as text. */
    public String output() {
        return new String(output, StandardCharsets.UTF_8);
    }

    /** Standard error. */
    public String errors() {
        return errors;
    }
}
