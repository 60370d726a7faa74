package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc diff}: says what changed between two images, by their maps. */
final class DiffCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("diff");
        spec.addPositional(FileArguments.parameter(0, "OLD", "The map of an image, as apply --map wrote it."));
        spec.addPositional(FileArguments.parameter(1, "NEW", "The map of another one."));
        spec.usageMessage()
                .description("Says what changed between two images, by their maps: a line for each value.")
                .footer("", "Example:", "  reloc diff old.json new.json");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        String oldName = parsed.matchedPositionalValue(0, "");
        String newName = parsed.matchedPositionalValue(1, "");
        FileArguments.requireOneStandardInput("OLD", oldName, "NEW", newName);
        MapValue.Fields before = MapReader.read(oldName, in);
        MapValue.Fields after = MapReader.read(newName, in);
        try {
            return MapDiff.write(before, after, new TextBuffer(out)) ? ExitCode.DONE : ExitCode.NO;
        } catch (IOException e) {
            throw Failure.output(FileArguments.STANDARD_OUTPUT, e);
        }
    }
}
