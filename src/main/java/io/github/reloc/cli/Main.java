package io.github.reloc.cli;

/** Where the virtual machine enters. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // Classes for dates, times and more that no option has; to look for them would take 7 ms.
        System.setProperty("picocli.converters.excludes", "java.*");
        int exitCode = new Reloc(System.in, StandardOutput.open(), System.err).runGiven(args);
        // To return is to end with 0. From Java 21 on exit looks for a logger first, which takes 12 ms.
        if (exitCode != ExitCode.DONE) {
            System.exit(exitCode);
        }
    }
}
