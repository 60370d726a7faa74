package io.github.reloc.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.check.Loader.Source;
import io.github.reloc.elf.DynamicTag;
import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationTable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rows, and the document that shows them; {@code -Dreloc.loaders=write} writes it anew. */
final class LoadersTest {
    private static final Path DOCUMENT = Path.of("src/docs/loaders.md");
    private static final String SWITCH = "reloc.loaders";
    private static final String FIRST_HEADING = "## ";

    @Test
    void namesStay() {
        assertThat(Loaders.ALL.stream().map(Loader::id))
                .containsExactly(
                        "rcrt1",
                        "musl",
                        "musl-1.2.3",
                        "glibc",
                        "glibc-2.36",
                        "glibc-2.35",
                        "openvmm",
                        "td-loader",
                        "elf2sgxs",
                        "sgx-sdk",
                        "open-enclave",
                        "gramine",
                        "svsm",
                        "hermit",
                        "unikraft",
                        "elf2efi",
                        "acrn",
                        "u-boot");
    }

    @Test
    void aSourceCanBeFound() {
        assertThat(Loaders.ALL).allSatisfy(loader -> {
            assertThat(loader.source().project()).matches("[\\w-]+/[\\w-]+");
            assertThat(loader.source().commit()).matches("[0-9a-f]{40}");
            assertThat(loader.source().date()).matches("20\\d\\d-[01]\\d-[0-3]\\d");
            assertThat(loader.source().files()).isNotEmpty();
        });
    }

    @Test
    void aTableIsReadOrRefused() {
        for (Loader loader : Loaders.ALL) {
            Set<Kind> both = new TreeSet<>(loader.reading().tables());
            both.retainAll(loader.reading().refusedTables());
            assertThat(both).as(loader.id()).isEmpty();
        }
    }

    @Test
    void theDocumentShowsEachRow() throws IOException {
        String document = Files.readString(DOCUMENT);
        String opening = document.substring(0, document.indexOf(FIRST_HEADING));
        String expected =
                opening + Loaders.ALL.stream().map(LoadersTest::section).collect(Collectors.joining("\n"));
        if (System.getProperty(SWITCH, "").equals("write")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("after a change to a row: mvn test -Dtest=LoadersTest -D" + SWITCH + "=write")
                .isEqualTo(expected);
    }

    private static String section(Loader loader) {
        Reading reading = loader.reading();
        StringBuilder text = new StringBuilder("## " + loader.id() + "\n\n" + loader.title() + ".\n\n");
        if (!reading.tables().isEmpty()) {
            item(text, "Reads", kinds(reading.tables()) + where(reading));
            item(text, "Refuses the tables", kinds(reading.refusedTables()));
            item(text, "Counts", reading.counting().toString());
            item(text, "Applies", types(reading.applied()));
            item(text, "Passes over", types(reading.skipped()));
            item(text, "Any other type", others(reading));
            if (reading.applied().contains(RelocationType.R_X86_64_64)
                    || reading.applied().contains(RelocationType.R_X86_64_GLOB_DAT)) {
                item(
                        text,
                        "A symbol that is not defined",
                        reading.undefinedSymbol().toString());
                item(
                        text,
                        "A weak symbol that is not defined",
                        reading.undefinedWeakSymbol().toString());
            }
            item(text, "Knows no dynamic tags but", tags(reading.knownTags()));
            item(text, "Refuses the dynamic tags", tags(reading.refusedTags()));
            item(text, "Needs the dynamic tags", tags(reading.neededTags()));
            item(text, "Needs sections named", String.join(", ", reading.neededSections()));
        }
        for (Reading.Trait trait : new TreeSet<>(reading.traits())) {
            text.append("- ").append(trait).append('\n');
        }
        return text.append(source(loader.source())).toString();
    }

    private static String where(Reading reading) {
        return reading.sectionNames().isEmpty()
                ? ", by the dynamic section"
                : ", in sections named " + String.join(" and ", reading.sectionNames());
    }

    private static String others(Reading reading) {
        boolean takesNone = reading.applied().contains(RelocationType.R_X86_64_NONE);
        return (reading.refusesOtherTypes() ? "is an error" : "is passed over")
                + (takesNone || !reading.refusesOtherTypes() ? "" : ", NONE too");
    }

    private static void item(StringBuilder text, String subject, String words) {
        if (!words.isEmpty()) {
            text.append("- ").append(subject).append(": ").append(words).append(".\n");
        }
    }

    private static String kinds(Collection<Kind> kinds) {
        return new TreeSet<>(kinds).stream().map(Kind::toString).collect(Collectors.joining(", "));
    }

    private static String types(Collection<RelocationType> types) {
        return new TreeSet<>(types)
                .stream()
                        .filter(type -> type != RelocationType.R_X86_64_NONE)
                        .map(type -> type.name().substring("R_X86_64_".length()))
                        .collect(Collectors.joining(", "));
    }

    private static String tags(Collection<Long> tags) {
        return new TreeSet<>(tags).stream().map(DynamicTag::name).collect(Collectors.joining(", "));
    }

    private static String source(Source source) {
        String url = "https://github.com/" + source.project() + "/blob/" + source.commit() + "/";
        List<String> links = source.files().stream()
                .map(file -> "[" + file + "](" + url + file + ")")
                .toList();
        return "- Read in " + source.project() + ", commit " + source.commit().substring(0, 12) + " of " + source.date()
                + ": " + String.join(", ", links) + ".\n";
    }
}
