package io.github.reloc.cli;

import io.github.reloc.check.Verdict;
import io.github.reloc.check.Verifier;
import io.github.reloc.cli.ImageOptions.UnresolvedRule;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.relocation.RelocatedBefore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc verify}: compares an image with what apply would write. */
final class VerifyCommand implements Command {
    private enum Format {
        TEXT,
        JSON
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("verify");
        spec.addOption(ImageOptions.base(false, "The load base that the image must be for; found out if not given."));
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(Format.class)
                .converters(new ChoiceConverter<>(Format.values()))
                .description("text (default): the first difference, for people; json: the verdict, for scripts.")
                .build());
        ImageOptions.addTo(spec);
        spec.addPositional(FileArguments.parameter(0, "IN", "The static PIE: a file, or - for standard input."));
        spec.addPositional(
                FileArguments.parameter(1, "IMAGE", "The image that was made of it: a file, or - for standard input."));
        spec.usageMessage()
                .description("Compares an image with what apply writes. Options that are not given are found out.")
                .footer(
                        "",
                        "Examples:",
                        "  reloc verify shim.elf shim.img",
                        "  reloc verify --base 0x7f0000 --tables trim --format json shim.elf shim.img");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        String inName = parsed.matchedPositionalValue(0, "");
        String imageName = parsed.matchedPositionalValue(1, "");
        FileArguments.requireOneStandardInput("IN", inName, "IMAGE", imageName);
        ImageOptions arguments = new ImageOptions(parsed);
        Verifier.Request request = new Verifier.Request(
                arguments.base(),
                arguments.tableRule(),
                arguments.unresolvedRule() != UnresolvedRule.FAIL,
                arguments.omitsBss(),
                arguments.physicalAddresses(),
                arguments.symbolValues());
        try (Program program = FileArguments.open(inName, in);
                InputFile image = FileArguments.openFile(imageName, in)) {
            RelocatedBefore.requireNot(program);
            Verifier verifier = new Verifier(program, image, request);
            if (verifier.hasSizeOfImage()) {
                arguments.requireSize(image.size());
            }
            console.showProgress(inName, program.input(), false);
            Verdict verdict = verifier.verify();
            requireAllUsed(verdict);
            program.input().requireUnchanged();
            image.requireUnchanged();
            console.endProgress();
            if (parsed.matchedOptionValue("--format", Format.TEXT) == Format.JSON) {
                VerdictJson.write(verdict, out);
            } else if (verdict instanceof Verdict.Identical identical) {
                console.info(
                        imageName,
                        "identical to what apply writes with " + VerdictText.options(identical.counterpart()));
            } else {
                VerdictText.write(verdict, imageName, out);
            }
            return verdict instanceof Verdict.Identical ? ExitCode.DONE : ExitCode.NO;
        } catch (IOException e) {
            throw Failure.output(FileArguments.STANDARD_OUTPUT, e);
        }
    }

    private static void requireAllUsed(Verdict verdict) {
        if (verdict instanceof Verdict.Identical identical) {
            ImageOptions.requireAllUsed(identical.counterpart().unusedNames());
        } else if (verdict instanceof Verdict.Different different) {
            ImageOptions.requireAllUsed(different.counterpart().unusedNames());
        }
    }
}
