package io.github.reloc.cli;

import io.github.reloc.check.Check;
import io.github.reloc.check.Findings;
import io.github.reloc.check.Loader;
import io.github.reloc.check.Severity;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.relocation.RelocatedBefore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/** {@code reloc check}: says whether a program can be relocated in full before it runs, or is. */
final class CheckCommand implements Command {
    private static final String RELOCATED = "--relocated";
    private static final String LOADER = "--loader";

    private enum Format {
        TEXT,
        JSON,
        SARIF
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("check");
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(Format.class)
                .converters(new ChoiceConverter<>(Format.values()))
                .description("text (default): a line for each finding; json: one document; sarif: SARIF 2.1.0, as"
                        + " code scanning services read it.")
                .build());
        spec.addOption(OptionSpec.builder("--strict")
                .type(boolean.class)
                .arity("0")
                .description("Let warnings count: end with exit code 1 if there is one.")
                .build());
        spec.addOption(OptionSpec.builder(RELOCATED)
                .type(boolean.class)
                .arity("0")
                .description("Look instead for relocations that are left in a program that is at its address, each an"
                        + " error: one linked with -no-pie, or written by apply --format elf.")
                .build());
        spec.addOption(OptionSpec.builder(LOADER)
                .paramLabel("NAME")
                .type(List.class)
                .auxiliaryTypes(Loader.class)
                .converters(new LoaderConverter())
                .description(
                        "Say instead whether this loader would relocate the program in full; repeatable, with a NAME"
                                + " of the list below.")
                .build());
        spec.addPositional(FileArguments.parameter(0, "IN", "The program: a file, or - for standard input."));
        spec.usageMessage()
                .description("Says what stands in the way of an image, a loader or a fixed address.")
                .footer(
                        "",
                        "Examples:",
                        "  reloc check shim.elf",
                        "  reloc check --strict --format sarif shim.elf",
                        "  reloc check --relocated shim.elf",
                        "  reloc check --loader rcrt1 --loader musl-1.2.3 shim.elf");
        spec.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, new LoaderList());
        return spec;
    }

    @Override
    public int run(ParseResult parsed, InputStream in, OutputStream out, Console console) {
        if (parsed.hasMatchedOption(RELOCATED) && parsed.hasMatchedOption(LOADER)) {
            throw new UsageException(RELOCATED + " is for a program that no loader has to relocate, so there is no "
                    + LOADER + " with it");
        }
        String name = parsed.matchedPositionalValue(0, "");
        try (Program program = FileArguments.open(name, in)) {
            console.showProgress(name, program.input(), false);
            Findings findings = find(program, parsed);
            program.input().requireUnchanged();
            console.endProgress();
            switch (parsed.matchedOptionValue("--format", Format.TEXT)) {
                case TEXT -> FindingsText.write(findings, name, out);
                case JSON -> FindingsJson.write(findings, name, out);
                case SARIF -> FindingsSarif.write(findings, name, out);
            }
            console.info(name, summary(findings));
            boolean isFound = findings.count(Severity.ERROR) != 0
                    || (parsed.hasMatchedOption("--strict") && findings.count(Severity.WARNING) != 0);
            return isFound ? ExitCode.NO : ExitCode.DONE;
        } catch (IOException e) {
            throw Failure.output(FileArguments.STANDARD_OUTPUT, e);
        }
    }

    private static Findings find(Program program, ParseResult parsed) {
        if (parsed.hasMatchedOption(RELOCATED)) {
            return Check.ofRelocated(program);
        }
        RelocatedBefore.requireNot(program);
        List<Loader> loaders = parsed.matchedOptionValue(LOADER, List.of());
        return loaders.isEmpty() ? Check.run(program) : Check.ofLoaders(program, new LinkedHashSet<>(loaders));
    }

    /** {@code 1 error, 2 warnings}, or that there is nothing. */
    private static String summary(Findings findings) {
        StringBuilder summary = new StringBuilder();
        for (Severity severity : Severity.values()) {
            long count = findings.count(severity);
            if (count != 0) {
                summary.append(summary.isEmpty() ? "" : ", ").append(count).append(' ');
                summary.append(ChoiceConverter.name(severity)).append(count == 1 ? "" : "s");
            }
        }
        return summary.isEmpty() ? "nothing found" : summary.toString();
    }
}
