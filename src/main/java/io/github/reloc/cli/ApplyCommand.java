package io.github.reloc.cli;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.ObjectFile;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.RelocationCounts;
import io.github.reloc.relocation.RelocationTable;
import io.github.reloc.relocation.RelocationTables;
import io.github.reloc.relocation.Relocator;
import io.github.reloc.relocation.TableRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc apply}: writes the program's memory as a loader would leave it at a load base. */
final class ApplyCommand implements Command {
    private static final long DEFAULT_MAX_SIZE = 4L << 30;

    /** What OUT holds. */
    private enum Format {
        /** The memory itself, from the first page to the last. */
        RAW
    }

    /** What to do about entries that need run time. */
    private enum UnresolvedRule {
        FAIL,
        KEEP
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("apply");
        spec.addOption(OptionSpec.builder("-b", "--base")
                .paramLabel("ADDR")
                .type(Long.class)
                .converters(new AddressConverter())
                .required(true)
                .description("Address at which the image's first byte is loaded: a multiple of 4096.")
                .build());
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(Format.class)
                .converters(new ChoiceConverter<>(Format.values()))
                .description("raw (default): the memory, from its first page to its last.")
                .build());
        spec.addOption(OptionSpec.builder("--tables")
                .paramLabel("RULE")
                .type(TableRule.class)
                .converters(new ChoiceConverter<>(TableRule.values()))
                .description("What becomes of the tables in the image. safe (default): those that must not be applied"
                        + " twice (RELR, REL) become empty, so that a program which relocates itself when it starts"
                        + " still runs. keep: nothing, as in memory after a loader. trim: all become empty, but for"
                        + " what is left for run time.")
                .build());
        spec.addOption(OptionSpec.builder("--unresolved")
                .paramLabel("RULE")
                .type(UnresolvedRule.class)
                .converters(new ChoiceConverter<>(UnresolvedRule.values()))
                .description("What to do about entries that need run time. fail (default): refuse the program. keep:"
                        + " leave their words as linked, and them in the tables.")
                .build());
        spec.addOption(OptionSpec.builder("--defsym")
                .paramLabel("NAME=ADDR")
                .type(Map.class)
                .auxiliaryTypes(String.class, Long.class)
                .converters(new NameConverter(), new AddressConverter())
                .description("The address of a symbol that the program does not define; repeatable.")
                .build());
        spec.addOption(OptionSpec.builder("--omit-bss")
                .type(boolean.class)
                .arity("0")
                .description("End the image after its last byte that comes from the file.")
                .build());
        spec.addOption(OptionSpec.builder("--max-size")
                .paramLabel("SIZE")
                .type(Long.class)
                .converters(new SizeConverter())
                .description("Refuse a larger image (default 4G; K, M, G and T are understood).")
                .build());
        spec.addPositional(file("IN", 0, "The static PIE: a file, or - for standard input."));
        spec.addPositional(file("OUT", 1, "The image: a file, or - for standard output."));
        spec.usageMessage()
                .description("Writes the relocated image of a static PIE.")
                .footer(
                        "",
                        "Examples:",
                        "  reloc apply --base 0x7f0000 shim.elf shim.img",
                        "  reloc apply --base 0x7f0000 --tables keep --omit-bss - - <shim.elf >shim.img");
        return spec;
    }

    private static PositionalParamSpec file(String label, int index, String description) {
        return PositionalParamSpec.builder()
                .index(String.valueOf(index))
                .paramLabel(label)
                .type(String.class)
                .required(true)
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        String inName = parsed.matchedPositionalValue(0, "");
        String outName = parsed.matchedPositionalValue(1, "");
        long base = parsed.matchedOptionValue("--base", 0L);
        if (base % Elf.PAGE_SIZE != 0) {
            throw new UsageException("--base " + Unsigned.hex(base) + " is not a multiple of " + Elf.PAGE_SIZE);
        }
        requireDifferentFiles(inName, outName);

        try (ObjectFile object = Inputs.open(inName, in)) {
            ImageLayout layout = parsed.hasMatchedOption("--omit-bss")
                    ? ImageLayout.withoutTrailingZeros(object, base)
                    : ImageLayout.whole(object, base);
            requireAtMost(parsed.matchedOptionValue("--max-size", DEFAULT_MAX_SIZE), layout);
            warnOfAlignment(object, layout, inName, console);
            Relocator.Options options = new Relocator.Options(
                    parsed.matchedOptionValue("--tables", TableRule.SAFE),
                    parsed.matchedOptionValue("--unresolved", UnresolvedRule.FAIL) == UnresolvedRule.KEEP,
                    parsed.matchedOptionValue("--defsym", Map.of()));
            Relocator.Result result;
            try (OutputFile output =
                    outName.equals(Inputs.STANDARD_STREAM) ? OutputFile.to(out) : OutputFile.to(Inputs.path(outName))) {
                result = write(object, layout, options, output);
            } catch (Failure e) {
                // The one kind that is not about IN.
                if (e.kind() == Failure.Kind.OUTPUT) {
                    return console.report(outName, e);
                }
                throw e;
            }
            console.info(outName, describe(object, layout, result));
            return ExitCode.DONE;
        }
    }

    private static Relocator.Result write(
            ObjectFile object, ImageLayout layout, Relocator.Options options, OutputFile output) {
        Relocator relocator = new Relocator(object, new RelocationTables(object), options);
        Image image = new Image(object, layout, output);
        Relocator.Result result = relocator.apply(image);
        if (!result.unusedNames().isEmpty()) {
            throw new UsageException(
                    "--defsym: the program needs no symbol " + String.join(", ", new TreeSet<>(result.unusedNames())));
        }
        image.write();
        object.input().requireUnchanged();
        output.commit();
        return result;
    }

    private static void requireDifferentFiles(String in, String out) {
        if (in.equals(Inputs.STANDARD_STREAM) || out.equals(Inputs.STANDARD_STREAM)) {
            return;
        }
        try {
            if (Files.isSameFile(Inputs.path(in), Inputs.path(out))) {
                throw new UsageException("IN and OUT are the same file, " + in);
            }
        } catch (IOException e) {
            // One of them is not there: they are not the same, and what is missing is said later.
        }
    }

    private static void requireAtMost(long maxSize, ImageLayout layout) {
        if (Unsigned.less(maxSize, layout.size())) {
            throw Failure.unsupported("the image would have " + Long.toUnsignedString(layout.size())
                    + " bytes, more than --max-size " + Long.toUnsignedString(maxSize));
        }
    }

    private static void warnOfAlignment(ObjectFile object, ImageLayout layout, String name, Console console) {
        long alignment = 0;
        for (Segment segment : object.segments().list()) {
            alignment = Unsigned.max(alignment, segment.alignment());
        }
        if (alignment != 0 && (layout.bias() & (alignment - 1)) != 0) {
            console.warn(
                    name,
                    "the program asks for an alignment (p_align) of " + Unsigned.hex(alignment) + ", and --base "
                            + Unsigned.hex(layout.loadBase()) + " does not give it");
        }
    }

    /** The one line that a success is worth: size, load range, entry point, and counts by table. */
    private static String describe(ObjectFile object, ImageLayout layout, Relocator.Result result) {
        StringBuilder line = new StringBuilder();
        line.append(layout.size()).append(" bytes, load range ").append(Unsigned.hex(layout.loadBase()));
        line.append('-').append(Unsigned.hex(layout.loadBase() + layout.memorySize()));
        long entry = object.header().entryVirtualAddress();
        line.append(entry == 0 ? ", no entry" : ", entry " + Unsigned.hex(layout.toLoadAddress(entry)));
        appendCounts(line, ", applied ", result.applied());
        appendCounts(line, ", left for run time ", result.left());
        return line.toString();
    }

    private static void appendCounts(StringBuilder line, String heading, RelocationCounts counts) {
        String separator = heading;
        for (Map.Entry<RelocationTable.Kind, RelocationCounts.ByType> table :
                counts.byTable().entrySet()) {
            long total = table.getValue().total();
            if (total != 0) {
                line.append(separator).append(table.getKey()).append(' ').append(total);
                separator = ", ";
            }
        }
    }
}
