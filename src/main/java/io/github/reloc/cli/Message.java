package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Lines of text for people: safe for a terminal, and short enough to be read. What is long is a name, of a file, of a
 * symbol or in an argument, so it loses its middle, and the words around it stay.
 */
final class Message {
    /** In chars, of a line. */
    static final int MAX_LENGTH = 1000;

    /** In chars, of a name in it. */
    private static final int MAX_NAME_LENGTH = 240;

    private Message() {}

    /** A name as it was given, escaped. */
    static String name(String name) {
        return Escape.shorten(Escape.text(name), MAX_NAME_LENGTH);
    }

    /**
     * A line about something.
     *
     * @param opening what stands before the text, and is short
     * @param text in which the names are escaped; how long they are does not matter
     * @param ending what stands behind it, and is short
     */
    static String line(String opening, String text, String ending) {
        int room = MAX_LENGTH - opening.length() - ending.length();
        String line = Escape.line(text);
        return opening + Escape.shorten(line.length() <= MAX_NAME_LENGTH ? line : shortenWords(line), room) + ending;
    }

    /** What has no blank in it is a name; one that has blanks is left to the length of the line. */
    private static String shortenWords(String line) {
        StringBuilder shortened = new StringBuilder();
        int start = 0;
        while (start < line.length()) {
            int blank = line.indexOf(' ', start);
            int end = blank < 0 ? line.length() : blank + 1;
            shortened.append(Escape.shorten(line.substring(start, end), MAX_NAME_LENGTH));
            start = end;
        }
        return shortened.toString();
    }

    /** Shows where in the program something was thrown, whatever the messages of the throwables have in them. */
    static void printStackTrace(Throwable thrown, PrintStream err) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        for (String line : trace.toString().split("\n", 0)) {
            int indent = 0;
            while (indent < line.length() && line.charAt(indent) == '\t') {
                indent++;
            }
            err.println(line(line.substring(0, indent), line.substring(indent), ""));
        }
    }
}
