package io.github.reloc.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page of the program or of one of its commands, in the macros of man(7), from what the help is made of. */
final class ManualPage {
    private static final int MAX_LINE_LENGTH = 79;
    private static final String ENVIRONMENT = """
            .TP
            .BR JAVA_HOME ", " PATH
            Where Java is found: \\fB$JAVA_HOME/bin/java\\fR, or else the first \\fBjava\\fR of the PATH. It must be a
            Java 17 runtime or a later one.
            .TP
            .BR JDK_JAVA_OPTIONS ", " JAVA_TOOL_OPTIONS
            Options for Java, such as \\fB\\-Xmx512m\\fR to bound its memory.
            .TP
            .B TMPDIR
            The folder for temporary files, in place of
            .IR /tmp .
            .TP
            .BR LC_ALL ", " LC_CTYPE ", " LANG
            The encoding in which names of files are given. What is not valid in it is refused.
            .PP
            The bytes that are written and the verdicts depend on none of them.
            """;
    private static final String FILES = """
            .TP
            .I \\&.reloc\\-*.tmp
            A file on its way, beside the one that it becomes when it is whole. Only SIGKILL or a power failure leaves
            it behind; it can be deleted.
            .TP
            .I /tmp
            or TMPDIR: where standard input waits that is a program or an image, and an image for standard output.
            .PP
            There is no file of settings, and nothing in the current folder is read that was not named.
            """;

    private final StringBuilder page = new StringBuilder();

    private ManualPage() {}

    /**
     * All pages by the name of their file.
     *
     * @param date day of the release, {@code 2026-01-01}
     */
    static Map<String, String> all(String version, String date) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("reloc.1", of("", CommandModel.program(), version, date));
        CommandModel.commands()
                .forEach((name, spec) -> pages.put("reloc-" + name + ".1", of(name, spec, version, date)));
        return pages;
    }

    private static String of(String command, CommandSpec spec, String version, String date) {
        ManualPage manual = new ManualPage();
        manual.write(command, spec, version, date);
        return manual.page.toString();
    }

    private static String pageName(String command) {
        return command.isEmpty() ? "reloc" : "reloc-" + command;
    }

    private void write(String command, CommandSpec spec, String version, String date) {
        line(".TH " + literal(pageName(command).toUpperCase(Locale.ROOT)) + " 1 " + date + " \"reloc " + version
                + "\" \"reloc\"");
        section("NAME");
        String description = CommandModel.description(spec);
        text(literal(pageName(command)) + " \\- " + prose(startingLow(CommandModel.summary(description))));
        section("SYNOPSIS");
        synopsis(command, spec);
        section("DESCRIPTION");
        text(prose(description));
        if (command.isEmpty()) {
            section("COMMANDS");
            CommandModel.commands().forEach((name, subcommand) -> {
                line(".TP");
                line(".BR " + literal(pageName(name)) + " (1)");
                text(prose(CommandModel.description(subcommand)));
            });
        }
        if (!spec.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                line(".TP");
                line(".I " + literal(parameter.paramLabel()));
                text(prose(CommandModel.description(parameter)));
            }
        }
        section("OPTIONS");
        for (OptionSpec option : spec.options()) {
            line(".TP");
            line(names(option));
            text(prose(CommandModel.description(option)));
        }
        section("EXIT STATUS");
        CommandModel.program().usageMessage().exitCodeList().forEach((code, meaning) -> {
            line(".TP");
            line(".B " + code);
            text(prose(meaning));
        });
        section("ENVIRONMENT");
        ENVIRONMENT.lines().forEach(this::text);
        section("FILES");
        FILES.lines().forEach(this::text);
        footer(spec.usageMessage().footer());
        seeAlso(command);
    }

    private void synopsis(String command, CommandSpec spec) {
        if (command.isEmpty()) {
            line(".B reloc");
            line(".I command");
            line("[\\fIoptions\\fR] \\fIfiles\\fR");
            line(".br");
            line(".B reloc help");
            line("[\\fIcommand\\fR]");
            line(".br");
            line(".B reloc");
            line("\\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR");
            return;
        }
        line(".B reloc " + command);
        for (OptionSpec option : spec.options()) {
            if (option.required()) {
                line("\\fB" + literal(option.longestName()) + "\\fR \\fI" + literal(option.paramLabel()) + "\\fR");
            }
        }
        line("[\\fIoptions\\fR]");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String label = "\\fI" + literal(parameter.paramLabel()) + "\\fR";
            line(parameter.required() ? label : "[" + label + "]");
        }
    }

    private static String names(OptionSpec option) {
        List<String> names = new ArrayList<>();
        for (String name : CommandModel.names(option)) {
            boolean isLong = name.startsWith("--");
            String value = CommandModel.hasValue(option)
                    ? (isLong ? "=" : " ") + "\\fI" + literal(option.paramLabel()) + "\\fR"
                    : "";
            names.add("\\fB" + literal(name) + "\\fR" + value);
        }
        return String.join(", ", names);
    }

    /** What stands at the end of the help: headings with a colon, and lines under them that are indented. */
    private void footer(String[] lines) {
        boolean isOpen = false;
        for (String text : lines) {
            if (text.isEmpty()) {
                continue;
            }
            if (!text.startsWith(" ")) {
                if (isOpen) {
                    line(".EE");
                }
                String heading = text.endsWith(":") ? text.substring(0, text.length() - 1) : text;
                section(heading.equals("Example") ? "EXAMPLES" : heading.toUpperCase(Locale.ROOT));
                line(".EX");
                isOpen = true;
            } else {
                line(literal(text));
            }
        }
        if (isOpen) {
            line(".EE");
        }
    }

    private void seeAlso(String command) {
        List<String> others = new ArrayList<>();
        if (!command.isEmpty()) {
            others.add("reloc");
        }
        for (String name : CommandModel.commands().keySet()) {
            if (!name.equals(command)) {
                others.add(pageName(name));
            }
        }
        others.add("readelf");
        section("SEE ALSO");
        for (int i = 0; i < others.size(); i++) {
            line(".BR " + literal(others.get(i)) + " (1)" + (i < others.size() - 1 ? "," : ""));
        }
    }

    private void section(String heading) {
        line(heading.contains(" ") ? ".SH \"" + heading + "\"" : ".SH " + heading);
    }

    /** Lines of text, none of them longer than mandoc likes. */
    private void text(String lines) {
        for (String line : lines.split("\n", -1)) {
            String rest = line;
            while (rest.length() > MAX_LINE_LENGTH && !rest.startsWith(".")) {
                int end = rest.lastIndexOf(' ', MAX_LINE_LENGTH);
                line(rest.substring(0, end));
                rest = rest.substring(end + 1);
            }
            line(rest);
        }
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static String startingLow(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    /** Text in which every hyphen is a minus, so that it can be copied into a shell. */
    private static String literal(String text) {
        return escape(text).replace("-", "\\-");
    }

    /** Words, in which only those that are typed have a minus; a sentence begins a line, as man pages have it. */
    private static String prose(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            String last = line.length() == 0 ? "" : line.substring(line.length() - 1);
            boolean isSentence = last.equals(".") && !line.toString().endsWith("e.g.");
            line.append(line.length() == 0 ? "" : isSentence ? "\n" : " ");
            boolean isTyped = word.startsWith("-") || word.startsWith("(-") || word.contains("0x");
            line.append(isTyped ? literal(word) : escape(word));
        }
        return line.toString();
    }

    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("'", "\\(aq")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("`", "\\(ga");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }
}
