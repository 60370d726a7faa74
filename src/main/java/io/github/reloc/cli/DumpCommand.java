package io.github.reloc.cli;

import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.table.RelocationTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc dump}: lists the entries of the relocation tables. */
final class DumpCommand implements Command {
    private enum Format {
        TEXT,
        JSON,
        JSONL
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("dump");
        spec.addOption(ImageOptions.base(false, "Show also the load address, and the value that apply would write."));
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(Format.class)
                .converters(new ChoiceConverter<>(Format.values()))
                .description("text (default); json: one document; jsonl: one entry per line.")
                .build());
        spec.addOption(OptionSpec.builder("--table")
                .paramLabel("TABLE")
                .type(List.class)
                .auxiliaryTypes(RelocationTable.Kind.class)
                .converters(new ChoiceConverter<>(RelocationTable.Kind.values()))
                .description("Only this table, by the name that the heading shows; repeatable.")
                .build());
        spec.addOption(OptionSpec.builder("--type")
                .paramLabel("TYPE")
                .type(List.class)
                .auxiliaryTypes(TypeConverter.Meant.class)
                .converters(new TypeConverter())
                .description("Only this type, by name or number: R_X86_64_RELATIVE, relative, 0x8; repeatable.")
                .build());
        spec.addOption(OptionSpec.builder("--summary")
                .type(boolean.class)
                .arity("0")
                .description("Only how many entries there are of each type in each table.")
                .build());
        spec.addPositional(
                FileArguments.parameter(0, "IN", "The program or shared object: a file, or - for standard input."));
        spec.usageMessage()
                .description("Lists the relocation entries of a program or shared object.")
                .footer(
                        "",
                        "Examples:",
                        "  reloc dump shim.elf",
                        "  reloc dump --base 0x7f0000 --format jsonl --table relr shim.elf");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        String name = parsed.matchedPositionalValue(0, "");
        Long base = new ImageOptions(parsed).base();
        try (Program program = FileArguments.open(name, in)) {
            console.showProgress(name, program.input(), true);
            ImageLayout layout = base == null ? null : ImageLayout.whole(program, base);
            Dump dump = new Dump(program, layout, parsed.matchedOptionValue("--table", List.of()), types(parsed));
            dump.write(listing(parsed, out, name, base), parsed.hasMatchedOption("--summary"));
            if (!dump.hasShown() && (parsed.hasMatchedOption("--table") || parsed.hasMatchedOption("--type"))) {
                console.info(name, "no entry matches" + given("--table", parsed) + given("--type", parsed));
            }
            return ExitCode.DONE;
        } catch (IOException e) {
            return outputFailed(e);
        } catch (UncheckedIOException e) {
            return outputFailed(Objects.requireNonNull(e.getCause()));
        }
    }

    private static List<Integer> types(ParseResult parsed) {
        List<TypeConverter.Meant> given = parsed.matchedOptionValue("--type", List.of());
        List<Integer> types = new ArrayList<>();
        for (TypeConverter.Meant meant : given) {
            types.addAll(meant.numbers());
        }
        return types;
    }

    /** An option with its values, as they were given: {@code  --type 8 --type 9}. */
    private static String given(String name, ParseResult parsed) {
        StringBuilder given = new StringBuilder();
        if (parsed.hasMatchedOption(name)) {
            for (String value : parsed.matchedOption(name).originalStringValues()) {
                given.append(' ').append(name).append(' ').append(Message.name(value));
            }
        }
        return given.toString();
    }

    private static Listing listing(ParseResult parsed, OutputStream out, String name, @Nullable Long base)
            throws IOException {
        Format format = parsed.matchedOptionValue("--format", Format.TEXT);
        return switch (format) {
            case TEXT -> new TextListing(out, base != null);
            case JSON -> JsonListing.document(out, Escape.text(name), base);
            case JSONL -> JsonListing.lines(out);
        };
    }

    /** A reader that has seen enough, as in {@code reloc dump x.elf | head}, is no error. */
    private static int outputFailed(IOException e) {
        if (isBrokenPipe(e)) {
            return ExitCode.DONE;
        }
        throw Failure.output(FileArguments.STANDARD_OUTPUT, e);
    }

    /**
     * Whether the reader of a pipe is gone. Of an error Java keeps the words alone, in the language of the locale: so
     * they are compared with those of a pipe that is broken here.
     */
    private static boolean isBrokenPipe(IOException e) {
        try {
            Pipe pipe = Pipe.open();
            pipe.source().close();
            try (Pipe.SinkChannel sink = pipe.sink()) {
                sink.write(ByteBuffer.allocate(1));
            } catch (IOException broken) {
                return Objects.equals(e.getMessage(), broken.getMessage());
            }
        } catch (IOException noPipe) {
            // Then it cannot be told.
        }
        return false;
    }
}
