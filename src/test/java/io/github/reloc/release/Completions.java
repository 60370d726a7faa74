package io.github.reloc.release;

import static io.github.reloc.release.CommandModel.choices;
import static io.github.reloc.release.CommandModel.description;
import static io.github.reloc.release.CommandModel.hasValue;
import static io.github.reloc.release.CommandModel.isFile;
import static io.github.reloc.release.CommandModel.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What shells complete, as scripts that do not run the program: from what the help is made of. */
final class Completions {
    private Completions() {}

    /** For bash. What has no words of its own is completed by bash, with the names of files. */
    static String bash() {
        StringBuilder script = new StringBuilder("""
                # bash completion for reloc
                _reloc() {
                    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
                    # To bash the = of --format=raw is a word.
                    if [ "$cur" = = ]; then
                        cur=
                    elif [ "$prev" = = ]; then
                        prev=${COMP_WORDS[COMP_CWORD - 2]}
                    fi
                    COMPREPLY=()
                """);
        List<String> first = new ArrayList<>(CommandModel.commands().keySet());
        first.addAll(names(CommandModel.program()));
        script.append("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        ").append(bashWords(first));
        script.append("        return\n    fi\n    case ${COMP_WORDS[1]} in\n");
        CommandModel.commands().forEach((name, spec) -> {
            script.append("    ").append(name).append(")\n        case $prev in\n");
            for (OptionSpec option : spec.options()) {
                if (hasValue(option)) {
                    script.append("        ")
                            .append(String.join(" | ", option.names()))
                            .append(")\n");
                    if (!choices(option).isEmpty()) {
                        script.append("            ").append(bashWords(choices(option)));
                    } else if (!isFile(option)) {
                        script.append("            compopt +o default +o bashdefault\n");
                    }
                    script.append("            return\n            ;;\n");
                }
            }
            script.append("        esac\n        case $cur in\n        -*) ").append(bashWords(names(spec)));
            script.append("            ;;\n");
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                if (!choices(parameter).isEmpty()) {
                    script.append("        *) ")
                            .append(bashWords(choices(parameter)))
                            .append("            ;;\n");
                }
            }
            script.append("        esac\n        ;;\n");
        });
        return script.append("    esac\n}\ncomplete -o bashdefault -o default -F _reloc reloc\n")
                .toString();
    }

    private static String bashWords(List<String> words) {
        return "mapfile -t COMPREPLY < <(compgen -W '" + String.join(" ", words) + "' -- \"$cur\")\n";
    }

    private static List<String> names(CommandSpec spec) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            names.addAll(CommandModel.names(option));
        }
        return names;
    }

    /** For zsh. */
    static String zsh() {
        StringBuilder script = new StringBuilder("#compdef reloc\n\nif (( CURRENT == 2 )); then\n");
        script.append("  local -a commands\n  commands=(\n");
        for (Map.Entry<String, CommandSpec> command : CommandModel.commands().entrySet()) {
            String summary = summary(description(command.getValue())).replace(":", "\\:");
            script.append("    ")
                    .append(quoted(command.getKey() + ":" + summary))
                    .append('\n');
        }
        script.append("  )\n  if [[ $PREFIX == -* ]]; then\n    _arguments");
        for (OptionSpec option : CommandModel.program().options()) {
            script.append(" \\\n      ").append(zshOption(option));
        }
        script.append("\n  else\n    _describe -t commands command commands\n  fi\n  return\nfi\n\n");
        script.append("local command=$words[2]\nshift words\n(( CURRENT-- ))\ncase $command in\n");
        CommandModel.commands().forEach((name, spec) -> {
            script.append("  ").append(name).append(")\n    _arguments -s -S");
            for (OptionSpec option : spec.options()) {
                script.append(" \\\n      ").append(zshOption(option));
            }
            for (int i = 0; i < spec.positionalParameters().size(); i++) {
                PositionalParamSpec parameter = spec.positionalParameters().get(i);
                script.append(" \\\n      ").append(quoted((i + 1) + zshValue(parameter)));
            }
            script.append("\n    ;;\n");
        });
        return script.append("esac\n").toString();
    }

    private static String zshOption(OptionSpec option) {
        List<String> names = new ArrayList<>();
        for (String name : option.names()) {
            String before = name.startsWith("--") ? "=" : "+";
            names.add(hasValue(option) ? name + before : name);
        }
        String explanation = summary(description(option)).replace("[", "\\[").replace("]", "\\]");
        String rest = quoted("[" + explanation + "]" + (hasValue(option) ? zshValue(option) : ""));
        String spelled = names.size() == 1 ? names.get(0) : "{" + String.join(",", names) + "}";
        if (CommandModel.isRepeatable(option)) {
            return "'*'" + spelled + rest;
        }
        // Once one spelling is there, the other is not offered.
        return names.size() == 1
                ? spelled + rest
                : quoted("(" + String.join(" ", option.names()) + ")") + spelled + rest;
    }

    private static String zshValue(ArgSpec argument) {
        String message = ":" + argument.paramLabel().replace(":", "\\:");
        if (!choices(argument).isEmpty()) {
            return message + ":(" + String.join(" ", choices(argument)) + ")";
        }
        return message + (isFile(argument) ? ":_files" : ": ");
    }

    /** For fish. */
    static String fish() {
        StringBuilder script = new StringBuilder("""
                # fish completion for reloc
                function __reloc_command_is
                    set -l words (commandline -opc)
                    test "$words[2]" = "$argv[1]"
                end

                complete -c reloc -f
                """);
        for (OptionSpec option : CommandModel.program().options()) {
            fishOption(script, "__fish_is_first_arg", option);
        }
        CommandModel.commands().forEach((name, spec) -> {
            script.append("complete -c reloc -n __fish_is_first_arg -a ")
                    .append(name)
                    .append(" -d ");
            script.append(fishQuoted(summary(description(spec)))).append('\n');
            String condition = "'__reloc_command_is " + name + "'";
            for (OptionSpec option : spec.options()) {
                fishOption(script, condition, option);
            }
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                script.append("complete -c reloc -n ").append(condition);
                script.append(
                        choices(parameter).isEmpty()
                                ? " -F\n"
                                : " -a " + fishQuoted(String.join(" ", choices(parameter))) + "\n");
            }
        });
        return script.toString();
    }

    private static void fishOption(StringBuilder script, String condition, OptionSpec option) {
        script.append("complete -c reloc -n ").append(condition);
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (hasValue(option)) {
            script.append(isFile(option) ? " -r -F" : " -x");
            if (!choices(option).isEmpty()) {
                script.append(" -a ").append(fishQuoted(String.join(" ", choices(option))));
            }
        }
        script.append(" -d ").append(fishQuoted(summary(description(option)))).append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
