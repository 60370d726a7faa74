package io.github.reloc.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arguments as they were given, in bytes.
 *
 * <p>Java reads them by the encoding of the locale, and puts another character in place of what that does not know: the
 * name of one file becomes that of another.
 */
final class GivenArguments {
    private static final String COMMAND_LINE = "/proc/self/cmdline";
    private static final char REPLACEMENT = '\ufffd';

    private GivenArguments() {}

    /** The encoding of arguments and of file names. */
    static String encoding() {
        return System.getProperty("sun.jnu.encoding", "UTF-8");
    }

    /** The first argument that is not what was given, or null. */
    static @Nullable String firstAltered(String[] args) {
        boolean isCertain = true;
        for (String arg : args) {
            isCertain &= isCertain(arg);
        }
        if (isCertain) {
            return null;
        }
        try (FileInputStream file = new FileInputStream(COMMAND_LINE)) {
            return firstAltered(args, file.readAllBytes(), Charset.forName(encoding()));
        } catch (IOException | IllegalArgumentException e) {
            return firstReplaced(args);
        }
    }

    /** Whether these characters stand for themselves in every locale: a question mark is also what others become. */
    private static boolean isCertain(String arg) {
        for (int i = 0; i < arg.length(); i++) {
            char c = arg.charAt(i);
            if (c >= 0x80 || c == '?') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String firstReplaced(String[] args) {
        for (String arg : args) {
            if (arg.indexOf(REPLACEMENT) >= 0) {
                return arg;
            }
        }
        return null;
    }

    /**
     * The first argument that does not become its bytes again, or null.
     *
     * @param commandLine each argument with a zero after it; these are the last
     */
    static @Nullable String firstAltered(String[] args, byte[] commandLine, Charset encoding) {
        String altered = null;
        int end = commandLine.length;
        for (int i = args.length - 1; i >= 0; i--) {
            if (end == 0) {
                return firstReplaced(args);
            }
            int last = end - 1;
            int start = last;
            while (start > 0 && commandLine[start - 1] != 0) {
                start--;
            }
            if (!Arrays.equals(args[i].getBytes(encoding), Arrays.copyOfRange(commandLine, start, last))) {
                altered = args[i];
            }
            end = start;
        }
        return altered;
    }
}
