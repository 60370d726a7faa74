package io.github.reloc.cli;

import io.github.reloc.cli.DefinitionConverter.Definition;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.TableRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that shape an image: those of apply, which verify has too. */
final class ImageOptions {
    static final long DEFAULT_MAX_SIZE = 4L << 30;

    private final ParseResult parsed;

    /** What to do about entries that need run time. */
    enum UnresolvedRule {
        FAIL,
        KEEP
    }

    ImageOptions(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** {@code --base}, which dump has as well. */
    static OptionSpec base(boolean isRequired, String description) {
        return OptionSpec.builder("-b", "--base")
                .paramLabel("ADDR")
                .type(Long.class)
                .converters(new AddressConverter())
                .required(isRequired)
                .description(description)
                .build();
    }

    /** Adds the others. */
    static void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("--tables")
                .paramLabel("RULE")
                .type(TableRule.class)
                .converters(new ChoiceConverter<>(TableRule.values()))
                .description("What becomes of the tables in the image. safe (default): applied entries go from them,"
                        + " so that a program which relocates itself when it starts finds nothing to do but what is"
                        + " left for run time. keep: nothing, as in memory after a loader. trim: as safe, and the"
                        + " bytes that the entries leave become 0.")
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
                .type(List.class)
                .auxiliaryTypes(Definition.class)
                .converters(new DefinitionConverter())
                .description("The address of a symbol that the program does not define; repeatable.")
                .build());
        spec.addOption(OptionSpec.builder("--omit-bss")
                .type(boolean.class)
                .arity("0")
                .description("End the image after its last byte that comes from the file.")
                .build());
        spec.addOption(OptionSpec.builder("--physical")
                .paramLabel("ADDR|keep")
                .type(PhysicalAddresses.class)
                .converters(new PhysicalConverter())
                .description(
                        "Of an executable, the physical address of its first page, from which p_paddr of each segment"
                                + " follows; keep: as linked. Needed where p_paddr is not p_vaddr.")
                .build());
        spec.addOption(OptionSpec.builder("--max-size")
                .paramLabel("SIZE")
                .type(Long.class)
                .converters(new SizeConverter())
                .description("Refuse a larger image (default 4G; K, M, G and T are understood).")
                .build());
    }

    /**
     * The load base, or null where none is given.
     *
     * @throws Command.UsageException if it is not a multiple of the page size
     */
    @Nullable
    Long base() {
        Long base = parsed.matchedOptionValue("--base", null);
        if (base != null && base % Elf.PAGE_SIZE != 0) {
            throw new Command.UsageException("--base " + Unsigned.hex(base) + " is not a multiple of " + Elf.PAGE_SIZE);
        }
        return base;
    }

    /** What becomes of the tables, or null where it is not given. */
    @Nullable
    TableRule tableRule() {
        return parsed.matchedOptionValue("--tables", null);
    }

    /** What to do about entries that need run time, or null where it is not given. */
    @Nullable
    UnresolvedRule unresolvedRule() {
        return parsed.matchedOptionValue("--unresolved", null);
    }

    /**
     * The addresses of symbols, by name.
     *
     * @throws Command.UsageException if a name is given twice
     */
    Map<String, Long> symbolValues() {
        List<Definition> definitions = parsed.matchedOptionValue("--defsym", List.of());
        Map<String, Long> values = new HashMap<>();
        for (Definition definition : definitions) {
            if (values.put(definition.name(), definition.address()) != null) {
                throw new Command.UsageException(
                        "--defsym: symbol " + DefinitionConverter.text(definition.name()) + " is given twice");
            }
        }
        return values;
    }

    boolean omitsBss() {
        return parsed.hasMatchedOption("--omit-bss");
    }

    /** What becomes of the physical addresses of an executable, or null where it is not given. */
    @Nullable
    PhysicalAddresses physicalAddresses() {
        return parsed.matchedOptionValue("--physical", null);
    }

    /**
     * What is asked for; what is not given is as apply has it.
     *
     * @throws Command.UsageException if options are given that are for another format
     */
    ImageRequest request(long base, boolean isExecutable) {
        if (isExecutable && omitsBss()) {
            throw new Command.UsageException("--omit-bss is for --format raw: an executable has no bytes of .bss");
        }
        PhysicalAddresses physicalAddresses = physicalAddresses();
        if (!isExecutable && physicalAddresses != null) {
            throw new Command.UsageException("--physical is for --format elf: a raw image has no physical addresses");
        }
        Format memory = omitsBss() ? Format.MEMORY_WITHOUT_BSS : Format.MEMORY;
        return new ImageRequest(
                base,
                isExecutable ? Format.EXECUTABLE : memory,
                Objects.requireNonNullElse(tableRule(), TableRule.SAFE),
                unresolvedRule() == UnresolvedRule.KEEP,
                Objects.requireNonNullElse(physicalAddresses, PhysicalAddresses.DEFAULT),
                symbolValues());
    }

    /**
     * Checks that the program needs every symbol that was given a value: a name that it does not need is a mistyped one.
     *
     * @throws Command.UsageException if it does not
     */
    static void requireAllUsed(Set<String> unusedNames) {
        if (!unusedNames.isEmpty()) {
            String names = String.join(", ", new TreeSet<>(unusedNames));
            throw new Command.UsageException(
                    "--defsym: the program needs no symbol " + DefinitionConverter.text(names));
        }
    }

    /**
     * Checks the size of the image.
     *
     * @throws Failure if it would be larger than it may be; nothing has been done for it yet
     */
    void requireSize(long imageSize) {
        requireAtMost(imageSize, "the image would have ");
    }

    /**
     * Checks that the whole memory is no larger than an image may be, for a map has a digest of all of it, also of what
     * --omit-bss leaves out of the image.
     *
     * @throws Failure if it is larger
     */
    void requireMappable(ImageLayout layout) {
        requireAtMost(layout.memorySize(), "the memory that --map describes has ");
    }

    private void requireAtMost(long size, String what) {
        long maxSize = parsed.matchedOptionValue("--max-size", DEFAULT_MAX_SIZE);
        if (Unsigned.less(maxSize, size)) {
            throw Failure.unsupported(what + Long.toUnsignedString(size) + " bytes, more than --max-size " + maxSize);
        }
    }
}
