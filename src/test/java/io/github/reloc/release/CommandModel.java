package io.github.reloc.release;

import io.github.reloc.cli.Reloc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the help is made of, in the terms of manual pages and completions. */
final class CommandModel {
    /** The labels of what names a file. */
    private static final List<String> FILE_LABELS = List.of("FILE", "IN", "OUT", "IMAGE", "OLD", "NEW");

    private CommandModel() {}

    static CommandSpec program() {
        return Reloc.model().getCommandSpec();
    }

    /** The commands by name, in the order of the help. */
    static Map<String, CommandSpec> commands() {
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        for (Map.Entry<String, CommandLine> command : program().subcommands().entrySet()) {
            commands.put(command.getKey(), command.getValue().getCommandSpec());
        }
        return commands;
    }

    static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    static String description(ArgSpec argument) {
        return String.join(" ", argument.description());
    }

    /** The first sentence, without its full stop: enough beside a completion. */
    static String summary(String description) {
        int end = description.indexOf(". ");
        String sentence = end < 0 ? description : description.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    static boolean hasValue(OptionSpec option) {
        return option.arity().max() != 0;
    }

    static boolean isRepeatable(OptionSpec option) {
        return option.isMultiValue();
    }

    static boolean isFile(ArgSpec argument) {
        return FILE_LABELS.contains(argument.paramLabel());
    }

    /** The values that an argument can have, as they are typed; empty where there is no list of them. */
    static List<String> choices(ArgSpec argument) {
        if (argument.paramLabel().equals("COMMAND")) {
            return List.copyOf(commands().keySet());
        }
        List<String> choices = new ArrayList<>();
        boolean isEnum = argument.auxiliaryTypes()[0].isEnum();
        Iterator<String> candidates = argument.completionCandidates() == null
                ? List.<String>of().iterator()
                : argument.completionCandidates().iterator();
        while (candidates.hasNext()) {
            String candidate = candidates.next();
            choices.add(isEnum ? candidate.toLowerCase(Locale.ROOT) : candidate);
        }
        return choices;
    }

    static List<String> names(OptionSpec option) {
        return Arrays.asList(option.names());
    }
}
