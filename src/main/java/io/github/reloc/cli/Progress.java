package io.github.reloc.cli;

import io.github.reloc.elf.InputFile;
import java.io.PrintStream;

/**
 * Shows on a terminal, from the first second on, how much long work has read; when it ends, the line is gone.
 *
 * <p>A thread of its own looks at a counter now and then, so that the work itself is not slowed down.
 */
final class Progress {
    private static final int FIRST_DELAY_MILLIS = 1000;
    private static final int DELAY_MILLIS = 200;
    private static final int BYTES_SHIFT = 20;

    /** To the start of the line, and erase it: ECMA-48, CR and EL. */
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Thread thread;

    /** Begins to show how much is read of a file, under a name that is escaped. */
    Progress(InputFile input, String name, PrintStream terminal) {
        thread = new Thread(() -> show(input, name, terminal), "progress");
        thread.setDaemon(true);
        thread.start();
    }

    private static void show(InputFile input, String name, PrintStream terminal) {
        boolean isShown = false;
        try {
            Thread.sleep(FIRST_DELAY_MILLIS);
            while (true) {
                terminal.print(
                        CLEAR_LINE + "reloc: " + name + ": " + (input.bytesRead() >>> BYTES_SHIFT) + " MiB read");
                terminal.flush();
                isShown = true;
                Thread.sleep(DELAY_MILLIS);
            }
        } catch (InterruptedException e) {
            // The work is done.
            if (isShown) {
                terminal.print(CLEAR_LINE);
                terminal.flush();
            }
        }
    }

    /** Ends it; then the line is free for something else. */
    void end() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
