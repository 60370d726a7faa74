package io.github.reloc.cli;

import io.github.reloc.check.Difference;
import io.github.reloc.check.Verdict;
import io.github.reloc.elf.Escape;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocationType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Says for people how an image differs. */
final class VerdictText {
    private VerdictText() {}

    /** Writes a verdict that is not {@link Verdict.Identical}. */
    static void write(Verdict verdict, String imageName, OutputStream out) throws IOException {
        String text = Message.name(imageName) + ": " + describe(verdict) + "\n";
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String describe(Verdict verdict) {
        if (verdict instanceof Verdict.WrongSize wrong) {
            return describe(wrong);
        }
        if (verdict instanceof Verdict.Different different) {
            return describe(different);
        }
        return "different: no load base explains its words";
    }

    private static String describe(Verdict.WrongSize verdict) {
        boolean hasTwo = verdict.otherSize() != verdict.expectedSize();
        return "different: it has " + verdict.size() + " bytes, and should have " + verdict.expectedSize()
                + (hasTwo ? ", or " + verdict.otherSize() + " with --omit-bss" : "")
                + (verdict.isProgram() ? "; it is an ELF file itself, not the image of one" : "");
    }

    private static String describe(Verdict.Different verdict) {
        Difference first = verdict.first();
        StringBuilder text = new StringBuilder();
        text.append("different: ")
                .append(counted(verdict.differingBytes(), "byte"))
                .append(" in ");
        text.append(counted(verdict.differingPages(), "page")).append(", compared with ");
        text.append(Message.line("", options(verdict.counterpart()), "")).append('\n');
        text.append("  first:      image offset ").append(Unsigned.hex(first.imageOffset()));
        if (first.loadAddress().isPresent()) {
            text.append(", load address ")
                    .append(Unsigned.hex(first.loadAddress().getAsLong()));
        }
        if (first.header() != null) {
            text.append(", ").append(first.header());
        }
        Segment segment = first.segment();
        text.append(
                segment == null
                        ? (first.header() == null ? ", outside of any segment" : "")
                        : ", in program header " + segment.index() + " (PT_LOAD, " + segment.permissions() + ")");
        text.append(first.symbol() == null ? "" : Message.line(", in ", first.symbol(), ""))
                .append('\n');
        Difference.Relocation entry = first.relocation();
        if (entry != null) {
            text.append("  relocation: ")
                    .append(entry.table())
                    .append(" entry ")
                    .append(entry.index());
            text.append(", ").append(RelocationType.describe(entry.type())).append(", at ");
            text.append(Unsigned.hex(entry.place())).append('\n');
        }
        if (first.dynamicTag() != null) {
            text.append("  dynamic:    ").append(first.dynamicTag()).append('\n');
        }
        text.append("  expected:   ").append(Unsigned.hex(first.expected())).append('\n');
        text.append("  found:      ").append(Unsigned.hex(first.found()));
        if (verdict.explanation() != null) {
            text.append("\n  It is identical to what apply writes with ").append(describe(verdict.explanation()));
        }
        return text.toString();
    }

    /** The option that is another. */
    static String describe(Verdict.Explanation explanation) {
        if (explanation instanceof Verdict.OtherBase other) {
            return "--base " + Unsigned.hex(other.base());
        }
        if (explanation instanceof Verdict.OtherTables other) {
            return "--tables " + ChoiceConverter.name(other.rule());
        }
        throw new IllegalStateException(explanation.toString());
    }

    /** The value of {@code --physical}; empty where it need not be given. */
    static String physical(PhysicalAddresses addresses) {
        return switch (addresses.rule()) {
            case SAME_AS_VIRTUAL -> "";
            case AS_LINKED -> PhysicalConverter.KEEP;
            case FROM_ADDRESS -> Unsigned.hex(addresses.address());
        };
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** The options with which apply makes an image. */
    static String options(Verdict.Counterpart counterpart) {
        ImageRequest request = counterpart.request();
        StringBuilder options = new StringBuilder();
        options.append(counterpart.dependsOnBase() ? "--base " + Unsigned.hex(request.loadBase()) : "any base and");
        options.append(request.format() == Format.EXECUTABLE ? " --format elf" : "");
        String physical = physical(request.physicalAddresses());
        options.append(physical.isEmpty() ? "" : " --physical " + physical);
        options.append(" --tables ").append(ChoiceConverter.name(request.tableRule()));
        options.append(request.keepsUnresolved() ? " --unresolved keep" : "");
        for (Map.Entry<String, Long> symbol : new TreeMap<>(request.symbolValues()).entrySet()) {
            options.append(" --defsym ").append(Escape.text(DefinitionConverter.text(symbol.getKey())));
            options.append('=').append(Unsigned.hex(symbol.getValue()));
        }
        options.append(request.format() == Format.MEMORY_WITHOUT_BSS ? " --omit-bss" : "");
        boolean isLarge = Unsigned.less(ImageOptions.DEFAULT_MAX_SIZE, counterpart.size());
        return options.append(isLarge ? " --max-size " + counterpart.size() : "")
                .toString();
    }
}
