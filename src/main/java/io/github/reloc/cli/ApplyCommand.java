package io.github.reloc.cli;

import io.github.reloc.elf.Program;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.RelocatedBefore;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.table.RelocationCounts;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc apply}: writes the program's memory as a loader would leave it at a load base. */
final class ApplyCommand implements Command {
    /** What OUT holds. */
    private enum Format {
        /** The memory itself, from the first page to the last. */
        RAW,
        /** The program's file, as an executable for fixed addresses. */
        ELF
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("apply");
        spec.addOption(
                ImageOptions.base(true, "Address at which the image's first byte is loaded: a multiple of 4096."));
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(Format.class)
                .converters(new ChoiceConverter<>(Format.values()))
                .description(
                        "raw (default): the memory, from its first page to its last. elf: an executable for this one"
                                + " address, which loaders take as it is: IN with all its addresses moved.")
                .build());
        ImageOptions.addTo(spec);
        spec.addOption(OptionSpec.builder("--map")
                .paramLabel("FILE")
                .type(String.class)
                .description("Write also a description of the image, in JSON.")
                .build());
        spec.addPositional(FileArguments.parameter(0, "IN", "The static PIE: a file, or - for standard input."));
        spec.addPositional(FileArguments.parameter(1, "OUT", "The image: a file, or - for standard output."));
        spec.usageMessage()
                .description("Writes the relocated image of a static PIE.")
                .footer(
                        "",
                        "Examples:",
                        "  reloc apply --base 0x7f0000 shim.elf shim.img",
                        "  reloc apply --base 0x7f0000 --format elf shim.elf shim",
                        "  reloc apply --base 0x7f0000 --tables trim --map shim.json shim.elf shim.img",
                        "  reloc apply --base 0x7f0000 --tables keep --omit-bss - - <shim.elf >shim.img");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        String inName = parsed.matchedPositionalValue(0, "");
        String outName = parsed.matchedPositionalValue(1, "");
        String mapName = parsed.matchedOptionValue("--map", null);
        ImageOptions arguments = new ImageOptions(parsed);
        long base = Objects.requireNonNull(arguments.base());
        FileArguments.requireDifferent("IN", inName, "OUT", outName);
        if (mapName != null) {
            FileArguments.requireDifferent("IN", inName, "--map", mapName);
            FileArguments.requireDifferent("OUT", outName, "--map", mapName);
            if (outName.equals(FileArguments.STANDARD_STREAM) && mapName.equals(FileArguments.STANDARD_STREAM)) {
                throw new UsageException("OUT and --map cannot both be standard output");
            }
        }

        boolean isExecutable = parsed.matchedOptionValue("--format", Format.RAW) == Format.ELF;
        ImageRequest request = arguments.request(base, isExecutable);
        try (Program program = FileArguments.open(inName, in)) {
            RelocatedBefore.requireNot(program);
            ImageLayout layout = request.layout(program);
            arguments.requireSize(layout.size());
            if (mapName != null) {
                arguments.requireMappable(layout);
            }
            if (!isExecutable) {
                warnOfAlignment(program, layout, inName, console);
            }
            console.showProgress(inName, program.input(), false);
            try (OutputFile output =
                    isExecutable ? FileArguments.createExecutable(outName, out) : FileArguments.create(outName, out)) {
                RelocatedImage image = RelocatedImage.write(program, request, output);
                ImageOptions.requireAllUsed(image.unusedNames());
                if (isExecutable) {
                    new ExecutableWarnings(program, image, inName, console).say(request.physicalAddresses());
                }
                if (mapName == null) {
                    program.input().requireUnchanged();
                    output.commit();
                } else {
                    byte[] map = new ImageMap(program, image, request)
                            .toJson(FileArguments.lastName(inName), FileArguments.lastName(outName));
                    program.input().requireUnchanged();
                    commit(output, mapName, map, out);
                }
                console.info(outName, describe(program, layout, image));
                return ExitCode.DONE;
            }
        }
    }

    /** Lets the image appear with its map, or neither. */
    private static void commit(OutputFile image, String mapName, byte[] content, OutputStream out) {
        try (OutputFile map = FileArguments.create(mapName, out)) {
            map.write(content);
            OutputFile.commit(List.of(image, map));
        }
    }

    private static void warnOfAlignment(Program program, ImageLayout layout, String name, Console console) {
        long alignment = program.segments().alignment();
        // What a loader keeps is the distance of each segment to the others: it is the bias that must be aligned.
        if (alignment != 0 && (layout.bias() & (alignment - 1)) != 0) {
            console.warn(
                    name,
                    "the program asks for an alignment (p_align) of " + Unsigned.hex(alignment) + ", and --base "
                            + Unsigned.hex(layout.loadBase()) + " does not give it");
        }
    }

    /** The one line that a success is worth: size, load range, entry point, and counts by table. */
    private static String describe(Program program, ImageLayout layout, RelocatedImage result) {
        StringBuilder line = new StringBuilder();
        line.append(layout.size()).append(" bytes, load range ").append(Unsigned.hex(layout.loadBase()));
        line.append('-').append(endOf(layout));
        long entry = program.header().entryVirtualAddress();
        line.append(entry == 0 ? ", no entry" : ", entry " + Unsigned.hex(layout.toLoadAddress(entry)));
        appendCounts(line, ", applied ", result.applied());
        appendCounts(line, ", without effect ", result.withoutEffect());
        appendCounts(line, ", left for run time ", result.left());
        return line.toString();
    }

    /** The address after the last byte, which can be 2^64. */
    private static String endOf(ImageLayout layout) {
        long end = layout.loadBase() + layout.memorySize();
        return end == 0 ? "0x10000000000000000" : Unsigned.hex(end);
    }

    private static void appendCounts(StringBuilder line, String heading, RelocationCounts counts) {
        String separator = heading;
        for (Map.Entry<Kind, RelocationCounts.ByType> table : counts.byTable().entrySet()) {
            long total = table.getValue().total();
            if (total != 0) {
                line.append(separator).append(table.getKey()).append(' ').append(total);
                separator = ", ";
            }
        }
    }
}
