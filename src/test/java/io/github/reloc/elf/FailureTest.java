package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

/** What of the system's words becomes ours. */
final class FailureTest {
    private static String reason(IOException cause) {
        return Failure.input("in.elf", cause).getMessage();
    }

    /** It is in the subject of the line already, and there it is escaped. */
    @Test
    void pathIsNoPartOfTheReason() {
        assertThat(reason(new FileNotFoundException("/a (b)/\u001b[31min.elf (Too many open files)")))
                .isEqualTo("Too many open files");
        assertThat(reason(new FileSystemException("\u001b[31m", null, "File too large")))
                .isEqualTo("File too large");
        assertThat(reason(new FileSystemException("\u001b[31m"))).isEqualTo("FileSystemException");
    }

    @Test
    void reasonIsEscaped() {
        assertThat(reason(new IOException("\u001b[31mred"))).isEqualTo("\\u{1b}[31mred");
        assertThat(reason(new FileNotFoundException("\u001b[31mred"))).isEqualTo("\\u{1b}[31mred");
    }
}
