package io.github.reloc.cli;

import io.github.reloc.elf.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc diff}: says what changed between two images, by their maps. */
final class DiffCommand implements Command {
    private static final String ABSENT = "(absent)";

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
        Map<String, String> before = MapReader.read(oldName, in);
        Map<String, String> after = MapReader.read(newName, in);
        Set<String> paths = new LinkedHashSet<>(before.keySet());
        paths.addAll(after.keySet());
        boolean isSame = true;
        TextBuffer lines = new TextBuffer(out);
        try {
            for (String path : paths) {
                String left = before.getOrDefault(path, ABSENT);
                String right = after.getOrDefault(path, ABSENT);
                if (!left.equals(right)) {
                    isSame = false;
                    lines.text(path)
                            .text(": ")
                            .text(left)
                            .text(" -> ")
                            .text(right)
                            .newLine();
                }
            }
            lines.flush();
        } catch (IOException e) {
            throw Failure.output(FileArguments.STANDARD_OUTPUT, e);
        }
        return isSame ? ExitCode.DONE : ExitCode.NO;
    }
}
