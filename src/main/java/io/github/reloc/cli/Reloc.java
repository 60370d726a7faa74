package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program, with its streams passed in: arguments to exit code. */
public final class Reloc {
    static final String QUIET = "--quiet";
    static final String STACKTRACE = "--stacktrace";
    private static final String HELP = "--help";
    private static final String VERSION = "--version";
    private static final String VERSION_LETTER = "-V";
    private static final String PROGRAM = "reloc";
    private static final String HELP_COMMAND = "help";

    private static final String[] COMMANDS = {"apply", "dump", "verify", "diff", "check"};

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream err;

    /**
     * The program on three streams.
     *
     * @param in what {@code -} means for a file to read
     * @param out where data goes; not a PrintStream, so that an error is seen
     * @param err where everything else goes
     */
    public Reloc(InputStream in, OutputStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** The same with the arguments of this process, which may not have come as they were given. */
    int runGiven(String... args) {
        String altered = GivenArguments.firstAltered(args);
        if (altered == null) {
            return run(args);
        }
        String encoding = GivenArguments.encoding();
        err.println("reloc: '" + Escape.text(altered) + "' was given in bytes that are not of the locale's encoding, "
                + encoding + (encoding.equals("UTF-8") ? "" : "; try LC_ALL=C.UTF-8"));
        return ExitCode.INPUT_OUTPUT;
    }

    /** Runs one command, and returns the exit code. */
    public int run(String... args) {
        try {
            Command command = args.length == 0 ? null : command(args[0]);
            return command == null ? runTopLevel(args) : run(command, args);
        } catch (OutOfMemoryError e) {
            err.println("reloc: not enough memory; " + Remedies.MORE_MEMORY);
            return ExitCode.INPUT_OUTPUT;
        } catch (RuntimeException | Error e) {
            err.println(Message.line("reloc: internal error: ", e.toString(), " (please report this)"));
            Message.printStackTrace(e, err);
            return ExitCode.BUG;
        }
    }

    private static @Nullable Command command(String name) {
        return switch (name) {
            case "apply" -> new ApplyCommand();
            case "dump" -> new DumpCommand();
            case "verify" -> new VerifyCommand();
            case "diff" -> new DiffCommand();
            case "check" -> new CheckCommand();
            default -> null;
        };
    }

    /** Only the command that was asked for is built, with no parent: each would cost some milliseconds. */
    private int run(Command command, String[] args) {
        CommandLine commandLine = commandLine(command);
        try {
            ParseResult parsed = commandLine.parseArgs(Arrays.copyOfRange(args, 1, args.length));
            if (parsed.hasMatchedOption(HELP)) {
                return print(commandLine.getUsageMessage());
            }
            Console console = new Console(err, parsed.hasMatchedOption(QUIET), parsed.hasMatchedOption(STACKTRACE));
            return run(command, parsed, console);
        } catch (ParameterException e) {
            List<String> given = Arrays.asList(args).subList(1, args.length);
            return usageError(args[0], UsageText.of(commandLine, given, e));
        } catch (Command.UsageException e) {
            return usageError(args[0], String.valueOf(e.getMessage()));
        }
    }

    private int run(Command command, ParseResult parsed, Console console) {
        try {
            return command.run(parsed, in, out, console);
        } catch (Failure e) {
            // A failure that names no file is about the program, which is the first argument of every command.
            return console.report(e.in(parsed.matchedPositionalValue(0, "")));
        } finally {
            console.endProgress();
        }
    }

    /** The options of a command, with those that all of them have. */
    private static CommandSpec spec(Command command) {
        CommandSpec spec = command.spec();
        spec.addOption(flag("Say nothing but errors.", "-q", QUIET).build());
        spec.addOption(flag("With an error, show where in the program it was found.", STACKTRACE)
                .build());
        spec.addOption(
                flag("Show this text and end.", "-h", HELP).usageHelp(true).build());
        spec.usageMessage().sortOptions(false).width(100);
        return spec;
    }

    private static CommandLine commandLine(Command command) {
        CommandSpec spec = spec(command);
        return commandLine(spec.name(PROGRAM + " " + spec.name()));
    }

    private static CommandLine commandLine(CommandSpec spec) {
        // A file may be called @something; to picocli that would be a file of arguments.
        return new CommandLine(spec).setExpandAtFiles(false);
    }

    private static OptionSpec.Builder flag(String description, String... names) {
        return OptionSpec.builder(names).type(boolean.class).arity("0").description(description);
    }

    /** All there is: what the help is made of, the manual pages and what shells complete. */
    public static CommandLine model() {
        CommandSpec spec = CommandSpec.create().name(PROGRAM);
        spec.addOption(
                flag("Show this text and end.", "-h", HELP).usageHelp(true).build());
        spec.addOption(flag("Show version, commit and Java, and end.", VERSION_LETTER, VERSION)
                .versionHelp(true)
                .build());
        spec.usageMessage()
                .description("Relocates static position-independent x86-64 ELF executables ahead of time.")
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.meanings())
                .footer(
                        "",
                        "Examples:",
                        "  reloc check shim.elf",
                        "  reloc apply --base 0x7f0000 shim.elf shim.img",
                        "  reloc verify shim.elf shim.img",
                        "  reloc help apply")
                .width(100);
        CommandLine root = commandLine(spec);
        for (String name : COMMANDS) {
            Command command = command(name);
            if (command != null) {
                CommandSpec subcommand = spec(command);
                root.addSubcommand(subcommand.name(), commandLine(subcommand));
            }
        }
        root.addSubcommand(HELP_COMMAND, commandLine(helpSpec()));
        return root;
    }

    private static CommandSpec helpSpec() {
        CommandSpec spec = CommandSpec.create().name(HELP_COMMAND);
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .paramLabel("COMMAND")
                .type(String.class)
                .arity("0..1")
                .description("The command; without one, the help of reloc itself is shown.")
                .build());
        spec.addOption(
                flag("Show this text and end.", "-h", HELP).usageHelp(true).build());
        spec.usageMessage()
                .description("Shows the help of a command.")
                .footer("", "Examples:", "  reloc help", "  reloc help apply")
                .width(100);
        return spec;
    }

    /** {@code reloc} without a command: help, the version, or a mistake. */
    private int runTopLevel(String[] args) {
        // These two need not wait until everything is built.
        if (args.length == 1 && (args[0].equals(VERSION) || args[0].equals(VERSION_LETTER))) {
            return print(Version.text());
        }
        if (args.length == 2 && args[0].equals(HELP_COMMAND)) {
            Command command = command(args[1]);
            if (command != null) {
                return print(commandLine(command).getUsageMessage());
            }
        }
        CommandLine root = model();
        try {
            ParseResult parsed = root.parseArgs(args);
            if (parsed.hasMatchedOption(VERSION)) {
                return print(Version.text());
            }
            if (parsed.hasMatchedOption(HELP)) {
                return print(root.getUsageMessage());
            }
            return parsed.hasSubcommand() ? help(root, parsed.subcommand()) : usageError("", "no command");
        } catch (ParameterException e) {
            return usageError(
                    "",
                    root.getUnmatchedArguments().isEmpty()
                            ? UsageText.of(root, Arrays.asList(args), e)
                            : UsageText.noCommand(root, args[0]));
        }
    }

    /** {@code reloc help [COMMAND]}. */
    private int help(CommandLine root, ParseResult parsed) {
        String name = parsed.hasMatchedOption(HELP) ? HELP_COMMAND : parsed.matchedPositionalValue(0, "");
        if (name.isEmpty()) {
            return print(root.getUsageMessage());
        }
        CommandLine command = root.getSubcommands().get(name);
        return command == null
                ? usageError(HELP_COMMAND, UsageText.noCommand(root, name))
                : print(command.getUsageMessage());
    }

    /**
     * Says what is wrong with the arguments, and where to look, unless it ends with what may have been meant.
     *
     * @param text in which arguments stand as they were given
     */
    private int usageError(String command, String text) {
        String subject = command.isEmpty() ? "" : command + ": ";
        String hint = command.isEmpty() ? "reloc --help" : "reloc help " + command;
        String ending = text.endsWith("?") ? "" : " (see '" + hint + "')";
        err.println(Message.line("reloc: " + subject, Escape.text(text), ending));
        return ExitCode.USAGE;
    }

    private int print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return ExitCode.DONE;
        } catch (IOException e) {
            return new Console(err, false, false).report(Failure.output(FileArguments.STANDARD_OUTPUT, e));
        }
    }
}
