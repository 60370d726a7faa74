package io.github.reloc.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What is wrong with arguments, in the voice of all other messages; the arguments stand in it as they were given.
 *
 * <p>To picocli the first thing to say is what is missing. But that is often what a mistyped option was meant to be, so
 * here those come first.
 */
final class UsageText {
    /** What other programs call the option that names the file to write. */
    private static final List<String> OUTPUT_OPTIONS = List.of("-o", "--out", "--output");

    private static final String OUTPUT_LABEL = "OUT";
    private static final String END_OF_OPTIONS = "--";

    private final CommandSpec spec;
    private final List<String> args;
    private final List<String> unmatched;

    private UsageText(CommandLine command, List<String> args) {
        this.spec = command.getCommandSpec();
        this.args = args;
        this.unmatched = command.getUnmatchedArguments();
    }

    /** The words for what picocli has found wrong with the arguments of a command. */
    static String of(CommandLine command, List<String> args, ParameterException e) {
        return new UsageText(command, args).text(e);
    }

    /** The words for a first argument that is neither a command nor an option of the program itself. */
    static String noCommand(CommandLine root, String given) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : root.getCommandSpec().options()) {
            names.addAll(List.of(option.names()));
        }
        if (isOption(given)) {
            for (CommandLine command : root.getSubcommands().values()) {
                if (command.getCommandSpec().findOption(name(given)) != null) {
                    return "the command goes before " + quoted(given);
                }
            }
            return "no option " + quoted(given) + suggestion(Nearest.of(given, names));
        }
        names.addAll(root.getSubcommands().keySet());
        String nearest = Nearest.of(given, names);
        return nearest == null && isFile(given)
                ? "no command before the file " + quoted(given) + ", as in " + quoted("reloc dump " + given)
                : "no command " + quoted(given) + suggestion(nearest);
    }

    private static boolean isFile(String name) {
        try {
            return Files.isRegularFile(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private String text(ParameterException e) {
        String unknown = unknownOption();
        if (unknown != null) {
            return unknown;
        }
        if (e.getCause() instanceof TypeConversionException cause && e.getArgSpec() instanceof OptionSpec option) {
            return wrongValue(option, e.getValue(), String.valueOf(cause.getMessage()));
        }
        if (e instanceof MissingParameterException missing) {
            return missing(missing.getMissing());
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + " is given twice";
        }
        if (!unmatched.isEmpty()) {
            return "one argument too many, " + quoted(unmatched.get(0)) + ": it takes "
                    + labels(spec.positionalParameters());
        }
        for (String arg : args) {
            OptionSpec option = spec.findOption(name(arg));
            if (option != null && option.arity().max() == 0 && arg.indexOf('=') >= 0) {
                return option.longestName() + " takes no value, as in " + quoted(arg);
            }
        }
        return String.valueOf(e.getMessage());
    }

    /** What there is to say of the first option that the command does not have; null where it has them all. */
    private @Nullable String unknownOption() {
        for (String argument : unmatched) {
            String given = isOption(argument) ? asGiven(argument) : null;
            if (given != null) {
                return noOption(given);
            }
        }
        return null;
    }

    /**
     * An option as it stands among the arguments: of letters in one, as {@code -quiet}, picocli has the end alone. Null
     * where it stands behind the end of options, and is none.
     */
    private @Nullable String asGiven(String unmatchedOption) {
        int end = args.indexOf(END_OF_OPTIONS);
        List<String> options = end < 0 ? args : args.subList(0, end);
        if (options.contains(unmatchedOption)) {
            return unmatchedOption;
        }
        for (String arg : options) {
            if (isOption(arg) && !arg.startsWith("--") && arg.endsWith(unmatchedOption.substring(1))) {
                return arg;
            }
        }
        return null;
    }

    private String noOption(String given) {
        String name = name(given);
        String text = "no option " + quoted(name);
        boolean isOutput = OUTPUT_OPTIONS.contains(name) || (name.startsWith("-o") && !name.startsWith("--"));
        for (ArgSpec parameter : spec.positionalParameters()) {
            if (isOutput && parameter.paramLabel().equals(OUTPUT_LABEL)) {
                return text + "; OUT is the second argument";
            }
        }
        return text + suggestion(nearestOption(name));
    }

    private @Nullable String nearestOption(String name) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            names.addAll(List.of(option.names()));
        }
        return Nearest.of(name, names);
    }

    private String wrongValue(OptionSpec option, String value, String fault) {
        // -base is -b with the value "ase".
        String joined = option.shortestName() + value;
        boolean isWord = !value.isEmpty() && args.contains(joined) && nearestOption(name(joined)) != null;
        return isWord ? noOption(joined) : option.longestName() + ": " + fault;
    }

    private String missing(List<ArgSpec> missing) {
        for (ArgSpec arg : missing) {
            if (arg instanceof OptionSpec option && isGiven(option)) {
                return option.longestName() + " needs a value, " + option.paramLabel();
            }
        }
        List<ArgSpec> all = new ArrayList<>(missing);
        // Of arguments that are told by their order, picocli may name the first alone.
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (all.get(all.size() - 1) instanceof PositionalParamSpec last && comesAfter(parameter, last)) {
                all.add(parameter);
            }
        }
        return labels(all) + (all.size() == 1 ? " is missing" : " are missing");
    }

    private static boolean comesAfter(PositionalParamSpec parameter, PositionalParamSpec other) {
        return parameter.index().min() > other.index().min();
    }

    private boolean isGiven(OptionSpec option) {
        for (String name : option.names()) {
            if (args.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** {@code --base ADDR, IN and OUT}. */
    private static String labels(List<? extends ArgSpec> specs) {
        StringBuilder labels = new StringBuilder();
        for (int i = 0; i < specs.size(); i++) {
            labels.append(i == 0 ? "" : i < specs.size() - 1 ? ", " : " and ");
            if (specs.get(i) instanceof OptionSpec option) {
                labels.append(option.longestName()).append(' ');
            }
            labels.append(specs.get(i).paramLabel());
        }
        return labels.toString();
    }

    private static boolean isOption(String arg) {
        return arg.length() > 1 && arg.charAt(0) == '-';
    }

    /** An option without the value that may be joined to it. */
    private static String name(String option) {
        int end = option.indexOf('=');
        return end < 0 ? option : option.substring(0, end);
    }

    private static String quoted(String arg) {
        return "'" + arg + "'";
    }

    /** What ends a message about a word that is none, given the one that is nearest to it. */
    static String suggestion(@Nullable String nearest) {
        return nearest == null ? "" : "; did you mean " + quoted(nearest) + "?";
    }
}
