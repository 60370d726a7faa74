package io.github.reloc.check;

import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.TABLES;
import static io.github.reloc.RelocationTypes.R_X86_64_32;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_JUMP_SLOT;
import static io.github.reloc.RelocationTypes.R_X86_64_NONE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static io.github.reloc.SectionBytes.SHF_ALLOC;
import static io.github.reloc.check.Rule.LOADER_MISCOMPUTES;
import static io.github.reloc.check.Rule.LOADER_REFUSES;
import static io.github.reloc.check.Rule.LOADER_SKIPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.reloc.PieBuilder;
import io.github.reloc.PieBuilder.FileField;
import io.github.reloc.SectionBytes;
import io.github.reloc.elf.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected of a loader stands in its source, which {@link Loaders} names. */
final class LoaderRulesTest {
    private static final long DT_NEEDED = 1;
    private static final long DT_RELACOUNT = 0x6ffffff9L;
    private static final long DT_RELCOUNT = 0x6ffffffaL;
    private static final long DT_FLAGS_1 = 0x6ffffffbL;
    private static final long DT_GNU_HASH = 0x6ffffef5L;
    private static final long DF_1_PIE = 0x08000000;
    private static final int SHT_RELA = 4;
    private static final int SHN_UNDEF = 0;
    private static final int SHN_ABS = 0xfff1;
    private static final int GLOBAL_OBJECT = 0x11;
    private static final int GLOBAL_FUNCTION = 0x12;
    private static final int WEAK_OBJECT = 0x21;
    private static final int GLOBAL_TLS = 0x16;
    private static final int GLOBAL_IFUNC = 0x1a;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rcrt1",
                "musl",
                "musl-1.2.3",
                "glibc",
                "glibc-2.36",
                "glibc-2.35",
                "openvmm",
                "td-loader",
                "sgx-sdk",
                "svsm",
                "hermit"
            })
    void aProgramThatEachOfTheseRelocates(String loader) {
        assertThat(find(loader, relative(3).tag(DT_RELACOUNT, 3))).isEmpty();
    }

    @Test
    void tablesThatAreNotRead() {
        PieBuilder pie = PieBuilder.pie()
                .relr(DATA, 0b11)
                .rel(DATA + 24, R_X86_64_RELATIVE, 0)
                .jmprel(DATA + 32, R_X86_64_RELATIVE, 0, 0);
        String relr = "skips 2 entries of RELR of type R_X86_64_RELATIVE, at 0x10000, 0x10008: it does not read this"
                + " table";
        String rel = "skips 1 entry of REL of type R_X86_64_RELATIVE, at 0x10018: it does not read this table";
        String jmprel = "skips 1 entry of JMPREL of type R_X86_64_RELATIVE, at 0x10020: it does not read this table";
        assertThat(find("rcrt1", pie)).containsExactly(skips("rcrt1 " + relr), skips("rcrt1 " + jmprel));
        assertThat(find("musl-1.2.3", pie)).containsExactly(skips("musl-1.2.3 " + relr), skips("musl-1.2.3 " + jmprel));
        assertThat(find("musl", pie)).containsExactly(skips("musl " + jmprel));
        assertThat(find("glibc", pie)).containsExactly(skips("glibc " + rel));
        assertThat(find("glibc-2.35", pie)).containsExactly(skips("glibc-2.35 " + relr), skips("glibc-2.35 " + rel));
        assertThat(find("td-loader", pie))
                .containsExactly(skips("td-loader " + relr), skips("td-loader " + rel), skips("td-loader " + jmprel));
        assertThat(find("acrn", pie))
                .containsExactly(skips("acrn " + relr), skips("acrn " + rel), skips("acrn " + jmprel));
    }

    @Test
    void entriesThatMeanNothingAreNotMissed() {
        PieBuilder pie = PieBuilder.pie().jmprel(DATA, R_X86_64_NONE, 0, 0).rela(DATA, R_X86_64_NONE, 0, 0);
        assertThat(find("rcrt1", pie)).isEmpty();
        assertThat(find("td-loader", pie)).isEmpty();
        assertThat(find("glibc", pie)).isEmpty();
        assertThat(find("hermit", pie))
                .containsExactly(refuses("hermit refuses 1 entry of RELA of type R_X86_64_NONE, at 0x10000: it takes no"
                        + " such type in this table"));
    }

    @Test
    void tablesThatAreRefused() {
        assertThat(find("sgx-sdk", PieBuilder.pie().rel(DATA, R_X86_64_RELATIVE, 0)))
                .containsExactly(
                        refuses("sgx-sdk refuses 1 entry of REL of type R_X86_64_RELATIVE, at 0x10000: it takes"
                                + " no such table"));
        assertThat(find("glibc", PieBuilder.pie().jmprelLikeRel(DATA, R_X86_64_JUMP_SLOT, 0)))
                .containsExactly(refuses("glibc refuses 1 entry of JMPREL of type R_X86_64_JUMP_SLOT, at 0x10000: the"
                        + " table is laid out like REL"));
    }

    @Test
    void typesThatAreSkipped() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_IRELATIVE, 0, 0)
                .rela(DATA + 8, 0x99, 0, 0)
                .rela(DATA + 16, R_X86_64_RELATIVE, 0, 0);
        for (String loader : List.of("rcrt1", "musl", "musl-1.2.3", "acrn")) {
            assertThat(find(loader, pie))
                    .containsExactly(
                            skips(loader
                                    + " skips 1 entry of RELA of type R_X86_64_IRELATIVE, at 0x10000: it passes over"
                                    + " this type"),
                            skips(loader + " skips 1 entry of RELA of a type that is not known, at 0x10008: it passes"
                                    + " over this type"));
        }
    }

    @Test
    void typesThatAreRefused() {
        PieBuilder pie = relative(1).rela(DATA + 64, R_X86_64_32, 0, 0).tag(DT_RELACOUNT, 1);
        String words = " refuses 1 entry of RELA of type R_X86_64_32, at 0x10040: it takes no such type in this table";
        assertThat(find("sgx-sdk", pie)).containsExactly(refuses("sgx-sdk" + words));
        assertThat(find("hermit", pie)).containsExactly(refuses("hermit" + words));
        assertThat(find("svsm", pie)).isEmpty();
        assertThat(find("glibc", pie)).isEmpty();
    }

    @Test
    void entriesBehindTheCount() {
        PieBuilder pie = relative(3)
                .tag(DT_RELACOUNT, 1)
                .rel(DATA + 64, R_X86_64_RELATIVE, 0)
                .tag(DT_RELCOUNT, 1);
        String words =
                " skips 2 entries of RELA of type R_X86_64_RELATIVE, at 0x10008, 0x10010: it goes by the count in"
                        + " the dynamic section, which ends before";
        assertThat(find("openvmm", pie)).containsExactly(skips("openvmm" + words));
        assertThat(find("td-loader", relative(3).tag(DT_RELACOUNT, 1))).containsExactly(skips("td-loader" + words));
        // Those behind it are not looked at, and so not refused.
        assertThat(find(
                        "openvmm",
                        relative(1).rela(DATA + 64, R_X86_64_64, 0, 0).tag(DT_RELACOUNT, 1)))
                .extracting(Finding::rule)
                .containsExactly(LOADER_SKIPS);
        assertThat(find(
                        "openvmm",
                        relative(1).rela(DATA + 64, R_X86_64_64, 0, 0).tag(DT_RELACOUNT, 2)))
                .extracting(Finding::rule)
                .containsExactly(LOADER_REFUSES);
    }

    @Test
    void withoutACountThereIsNothing() {
        assertThat(find("td-loader", relative(4)))
                .containsExactly(skips("td-loader skips 4 entries of RELA of type R_X86_64_RELATIVE, at 0x10000,"
                        + " 0x10008, 0x10010, …: it goes by the count in the dynamic section, which ends before"));
        assertThat(find("openvmm", PieBuilder.pie().rel(DATA, R_X86_64_RELATIVE, 0)))
                .extracting(Finding::rule)
                .containsExactly(LOADER_SKIPS);
        assertThat(find("rcrt1", relative(4))).isEmpty();
        assertThat(find("glibc", relative(4))).isEmpty();
    }

    @Test
    void aCountOfMoreThanTheRelativeOnes() {
        assertThat(find(
                        "glibc",
                        relative(1).rela(DATA + 64, R_X86_64_IRELATIVE, 0, 0).tag(DT_RELACOUNT, 2)))
                .containsExactly(refuses("glibc refuses 1 entry of RELA of type R_X86_64_IRELATIVE, at 0x10040:"
                        + " DT_RELACOUNT counts it as relative"));
    }

    @Test
    void aCountThatMustBeExact() {
        assertThat(find("gramine", gramine().tag(DT_RELACOUNT, 2))).isEmpty();
        // DT_RELACOUNT follows the three tags of RELA and the five of the symbols; its value is 8 bytes into it.
        assertThat(find("gramine", gramine().tag(DT_RELACOUNT, 3)))
                .containsExactly(finding(
                        LOADER_REFUSES, "gramine refuses a program whose DT_RELACOUNT is 3, where it counts 2", 0x288));
        assertThat(find("gramine", gramine()))
                .containsExactly(new Finding(
                        LOADER_REFUSES,
                        "gramine refuses a program whose DT_RELACOUNT is absent, where it counts 2",
                        null));
    }

    @Test
    void anExactCountIsOfSections() {
        PieBuilder pie = relative(2).tag(DT_RELACOUNT, 2);
        SectionBytes sections = SectionBytes.in(pie).section(SHT_RELA, SHF_ALLOC, TABLES, 48);
        assertThat(find("elf2sgxs", sections.pie())).isEmpty();
        // As --emit-relocs leaves them for other tools.
        assertThat(find("elf2sgxs", sections.section(SHT_RELA, 0, 0, 24).pie()))
                .containsExactly(finding(
                        LOADER_REFUSES,
                        "elf2sgxs refuses a program whose DT_RELACOUNT is 2, where it counts 3",
                        0x238));
    }

    @Test
    void targetsThatAreNotWritable() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_RELATIVE, 0, 0)
                .dataFlags(PieBuilder.PF_R)
                .tag(DT_RELACOUNT, 1);
        assertThat(find(
                        "elf2sgxs",
                        SectionBytes.in(pie)
                                .section(SHT_RELA, SHF_ALLOC, TABLES, 24)
                                .pie()))
                .containsExactly(refuses("elf2sgxs refuses 1 entry of RELA of type R_X86_64_RELATIVE, at 0x10000: the"
                        + " target is not writable"));
    }

    @Test
    void dynamicTagsThatAreRefused() {
        assertThat(find("svsm", PieBuilder.pie().relr(DATA).tag(DT_NEEDED, 1).tag(DT_NEEDED, 2)))
                .containsExactly(refused("svsm refuses the dynamic tags DT_NEEDED, DT_RELRSZ, DT_RELR, DT_RELRENT"));
        assertThat(find("hermit", PieBuilder.pie().tag(DT_NEEDED, 1)))
                .containsExactly(refused("hermit refuses the dynamic tag DT_NEEDED"));
        assertThat(find("gramine", gramine().tag(DT_RELACOUNT, 2).tag(DT_GNU_HASH, 0x500)))
                .containsExactly(refused("gramine refuses the dynamic tag DT_GNU_HASH"));
        assertThat(find("glibc", PieBuilder.pie().tag(29, 0)))
                .containsExactly(refused("glibc refuses the dynamic tag DT_RUNPATH"));
    }

    @Test
    void dynamicTagsThatAreNeeded() {
        assertThat(find("gramine", relative(1).tag(DT_RELACOUNT, 1)))
                .containsExactly(refused("gramine refuses a program without DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ"));
        assertThat(find("elf2efi", relative(1)))
                .contains(refused("elf2efi refuses a program without DF_1_PIE in DT_FLAGS_1"));
    }

    @Test
    void sectionsByName() {
        PieBuilder pie = relative(2).tag(DT_FLAGS_1, DF_1_PIE);
        assertThat(find("elf2efi", pie))
                .containsExactly(refused("elf2efi refuses a program without sections named .dynamic"));
        assertThat(find("elf2efi", withNames(pie, ".dynamic").pie())).isEmpty();
    }

    @Test
    void tablesInSectionsByName() {
        assertThat(find("open-enclave", relative(2)))
                .containsExactly(skips("open-enclave skips 2 entries of RELA of type R_X86_64_RELATIVE, at 0x10000,"
                        + " 0x10008: the table is in no section in which it looks for one"));
        assertThat(find("open-enclave", withNames(relative(2), ".rela.dyn").pie()))
                .isEmpty();
        assertThat(find("open-enclave", withNames(relative(2), ".rela.dy").pie()))
                .hasSize(1);
        assertThat(find("open-enclave", withNames(relative(3), ".rela.dyn").pie()))
                .hasSize(1);
    }

    @Test
    void anAddendThatIsPassedOver() {
        PieBuilder pie = PieBuilder.pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, R_X86_64_RELATIVE, 0, 1);
        assertThat(find("open-enclave", withNames(pie, ".rela.dyn").pie()))
                .containsExactly(skips("open-enclave skips 1 entry of RELA of type R_X86_64_RELATIVE, at 0x10000: it"
                        + " passes over an addend of 0"));
    }

    @Test
    void aMachineThatIsRefused() {
        assertThat(find("u-boot", relative(1)))
                .containsExactly(refused("u-boot refuses every program for x86-64 (e_machine is 62)"));
    }

    @Test
    void aLoadBaseThatIsTakenForTheBias() {
        PieBuilder pie = PieBuilder.pie().linkedAt(0x200000).rela(0x210000, R_X86_64_RELATIVE, 0, 0);
        for (String loader : List.of("td-loader", "openvmm", "sgx-sdk", "hermit", "glibc-2.36", "glibc-2.35")) {
            assertThat(find(loader, pie))
                    .contains(new Finding(
                            LOADER_MISCOMPUTES,
                            loader + " takes the load base for the bias, and the program is linked at 0x200000",
                            new Location(0x200000, 0)));
        }
        for (String loader : List.of("rcrt1", "musl", "glibc", "svsm")) {
            assertThat(find(loader, pie)).isEmpty();
        }
    }

    @Test
    void wordsInPlaceThatAreNotTheAddend() {
        PieBuilder pie = PieBuilder.pie()
                .rela(DATA, R_X86_64_RELATIVE, 0, 0x10)
                .rela(DATA + 8, R_X86_64_RELATIVE, 0, 0x10)
                .word64(DATA + 8, 0x10);
        assertThat(find("acrn", pie))
                .containsExactly(
                        wrong("acrn sets wrong 1 entry of RELA of type R_X86_64_RELATIVE, at 0x10000: it adds to"
                                + " the word in place, which is not the addend"));
        assertThat(find("rcrt1", pie)).isEmpty();
    }

    @Test
    void symbolsThatAreNotDefined() {
        PieBuilder pie = PieBuilder.pie()
                .symbol("strong", GLOBAL_OBJECT, SHN_UNDEF, 0, 0)
                .symbol("weak", WEAK_OBJECT, SHN_UNDEF, 0, 0)
                .rela(DATA, R_X86_64_64, 1, 0)
                .rela(DATA + 8, R_X86_64_64, 2, 0)
                .rela(DATA + 16, R_X86_64_64, 2, 1);
        assertThat(find("svsm", pie))
                .containsExactly(refuses("svsm refuses 3 entries of RELA of type R_X86_64_64, at 0x10000, 0x10008,"
                        + " 0x10010: the symbol is not defined"));
        assertThat(find("glibc", pie))
                .containsExactly(wrong("glibc sets wrong 3 entries of RELA of type R_X86_64_64, at 0x10000, 0x10008,"
                        + " 0x10010: it takes the bias for a symbol that is not defined"));
        // The word is 0, and for the last one it should be 1.
        String left = "of type R_X86_64_64, at 0x10010: it leaves the word as it is where the symbol is not defined";
        assertThat(find("sgx-sdk", pie))
                .containsExactly(
                        refuses("sgx-sdk refuses 1 entry of RELA of type R_X86_64_64, at 0x10000: the symbol is not"
                                + " defined"),
                        finding(LOADER_MISCOMPUTES, "sgx-sdk sets wrong 1 entry of RELA " + left, DATA + 16));
        assertThat(find("hermit", pie))
                .containsExactly(
                        wrong(
                                "hermit sets wrong 1 entry of RELA of type R_X86_64_64, at 0x10000: it takes the bias for a"
                                        + " symbol that is not defined"),
                        finding(LOADER_MISCOMPUTES, "hermit sets wrong 1 entry of RELA " + left, DATA + 16));
        // What a weak one would give is in place already, so nothing is missed.
        assertThat(find("rcrt1", pie))
                .containsExactly(
                        skips("rcrt1 skips 2 entries of RELA of type R_X86_64_64, at 0x10000, 0x10010: it passes"
                                + " over this type"));
        assertThat(find("td-loader", pie))
                .containsExactly(skips("td-loader skips 2 entries of RELA of type R_X86_64_64, at 0x10000, 0x10010: it"
                        + " goes by the count in the dynamic section, which ends before"));
        assertThat(find("open-enclave", withNames(pie, ".rela.dyn", 72).pie()))
                .containsExactly(
                        skips("open-enclave skips 2 entries of RELA of type R_X86_64_64, at 0x10000, 0x10010: it"
                                + " passes over this type"));
    }

    /** Gramine's library OS gets them from its PAL. */
    @Test
    void symbolsOfAnotherObject() {
        PieBuilder pie = gramine()
                .symbol("strong", GLOBAL_OBJECT, SHN_UNDEF, 0, 0)
                .rela(DATA + 64, R_X86_64_GLOB_DAT, 1, 0)
                .tag(DT_RELACOUNT, 2);
        assertThat(find("gramine", pie)).isEmpty();
    }

    @Test
    void symbolsThatAreDefined() {
        PieBuilder pie = PieBuilder.pie()
                .symbol("function", GLOBAL_FUNCTION, 1, DATA, 8)
                .symbol("absolute", GLOBAL_OBJECT, SHN_ABS, 5, 0)
                .symbol("indirect", GLOBAL_IFUNC, 1, DATA, 8)
                .rela(DATA, R_X86_64_64, 1, 1)
                .rela(DATA + 8, R_X86_64_64, 2, 0)
                .rela(DATA + 16, R_X86_64_64, 3, 0);
        String absolute = " sets wrong 1 entry of RELA of type R_X86_64_64, at 0x10008: it adds the bias to an absolute"
                + " symbol";
        String indirect = " sets wrong 1 entry of RELA of type R_X86_64_64, at 0x10010: it does not call the indirect"
                + " function that is the symbol";
        assertThat(find("glibc", pie)).isEmpty();
        assertThat(find("svsm", pie)).containsExactly(finding(LOADER_MISCOMPUTES, "svsm" + indirect, DATA + 16));
        for (String loader : List.of("sgx-sdk", "hermit")) {
            assertThat(find(loader, pie))
                    .containsExactly(
                            finding(LOADER_MISCOMPUTES, loader + absolute, DATA + 8),
                            finding(LOADER_MISCOMPUTES, loader + indirect, DATA + 16));
        }
    }

    @Test
    void addendsOfTheGlobalOffsetTable() {
        PieBuilder pie = PieBuilder.pie()
                .symbol("object", GLOBAL_OBJECT, 1, DATA, 8)
                .rela(DATA, R_X86_64_GLOB_DAT, 1, 1)
                .rela(DATA + 8, R_X86_64_GLOB_DAT, 1, 0);
        for (String loader : List.of("sgx-sdk", "hermit")) {
            assertThat(find(loader, pie))
                    .containsExactly(
                            wrong(loader + " sets wrong 1 entry of RELA of type R_X86_64_GLOB_DAT, at 0x10000: it"
                                    + " does not ignore the addend"));
        }
        assertThat(find("glibc", pie)).isEmpty();
    }

    @Test
    void addendsOfThreadLocalVariables() {
        PieBuilder pie = PieBuilder.pie()
                .symbol("variable", GLOBAL_TLS, 1, 8, 8)
                .rela(DATA, R_X86_64_TPOFF64, 0, 8)
                .rela(DATA + 8, R_X86_64_TPOFF64, 1, 0)
                .rela(DATA + 16, R_X86_64_TPOFF64, 1, 8);
        assertThat(find("open-enclave", withNames(pie, ".rela.dyn", 72).pie()))
                .containsExactly(wrong("open-enclave sets wrong 2 entries of RELA of type R_X86_64_TPOFF64, at 0x10000,"
                        + " 0x10010: it ignores the addend"));
        assertThat(find("sgx-sdk", pie)).isEmpty();
    }

    @Test
    void jumpSlotsElsewhere() {
        PieBuilder pie = gramine()
                .symbol("f", GLOBAL_FUNCTION, 1, DATA, 8)
                .rela(DATA + 64, R_X86_64_JUMP_SLOT, 1, 0)
                .jmprel(DATA + 72, R_X86_64_JUMP_SLOT, 1, 0)
                .jmprel(DATA + 80, R_X86_64_GLOB_DAT, 1, 0)
                .tag(DT_RELACOUNT, 2);
        assertThat(find("gramine", pie))
                .extracting(Finding::message)
                .containsExactly(
                        "gramine refuses 1 entry of RELA of type R_X86_64_JUMP_SLOT, at 0x10040: it takes no such type in"
                                + " this table",
                        "gramine refuses 1 entry of JMPREL of type R_X86_64_GLOB_DAT, at 0x10050: it takes no such type"
                                + " in this table");
        assertThat(find("glibc", pie)).isEmpty();
    }

    /** As GNU ld links a static PIE whose addresses do not begin at 0. */
    @Test
    void aProgramOfTypeExec() {
        PieBuilder pie = relative(1).set(FileField.E_TYPE, 2).tag(DT_FLAGS_1, DF_1_PIE);
        assertThat(find("rcrt1", pie)).isEmpty();
        for (String loader : List.of("sgx-sdk", "hermit")) {
            assertThat(find(loader, pie))
                    .containsExactly(refused(loader + " refuses to move a program of type ET_EXEC"));
        }
    }

    @Test
    void severalLoaders() {
        try (Program program = relative(1).open()) {
            assertThat(Check.ofLoaders(program, List.of(loader("u-boot"), loader("td-loader")))
                            .list())
                    .extracting(finding -> finding.message().split(" ", 2)[0])
                    // In the order of the rules.
                    .containsExactly("td-loader", "u-boot");
        }
    }

    @Test
    void whatNoLoaderIsAskedAbout() {
        assertMalformed(
                "RELR begins with a bitmap, 0x1 (file offset 0x400)",
                () -> find("rcrt1", PieBuilder.pie().relr(1)));
        assertUnsupported(
                "dynamic tag 0x5b8 is not known, and could name a relocation table (file offset 0x200)",
                () -> find("rcrt1", PieBuilder.pie().tag(0x5b8, 0)));
        assertThat(catchThrowable(() -> find("rcrt1", PieBuilder.pie().set(FileField.E_TYPE, 2))))
                .hasMessageContaining("ET_EXEC");
    }

    private static PieBuilder relative(int count) {
        PieBuilder pie = PieBuilder.pie();
        for (int i = 0; i < count; i++) {
            pie.rela(DATA + 8L * i, R_X86_64_RELATIVE, 0, 0x10).word64(DATA + 8L * i, 0x10);
        }
        return pie;
    }

    private static PieBuilder gramine() {
        return relative(2).symbols();
    }

    /** One section that has the name and is at the tables, with the size of two entries of RELA. */
    private static SectionBytes withNames(PieBuilder pie, String name) {
        return withNames(pie, name, 48);
    }

    private static SectionBytes withNames(PieBuilder pie, String name, long size) {
        return SectionBytes.in(pie).named(name, SHT_RELA, SHF_ALLOC, TABLES, size);
    }

    private static Finding skips(String message) {
        return at(LOADER_SKIPS, message);
    }

    private static Finding refuses(String message) {
        return at(LOADER_REFUSES, message);
    }

    private static Finding wrong(String message) {
        return at(LOADER_MISCOMPUTES, message);
    }

    private static Finding refused(String message) {
        return new Finding(LOADER_REFUSES, message, null);
    }

    /** A finding at the first address that its message names. */
    private static Finding at(Rule rule, String message) {
        int start = message.indexOf("at 0x") + 3;
        int end = start + 2;
        while (Character.digit(message.charAt(end), 16) >= 0) {
            end++;
        }
        return finding(rule, message, Long.decode(message.substring(start, end)));
    }

    private static Finding finding(Rule rule, String message, long address) {
        long offset = address < DATA ? address : address - DATA + SectionBytes.DATA_OFFSET;
        return new Finding(rule, message, new Location(address, offset));
    }

    private static Loader loader(String id) {
        List<Loader> found = new ArrayList<>(Loaders.ALL);
        found.removeIf(loader -> !loader.id().equals(id));
        return found.get(0);
    }

    private static List<Finding> find(String loader, PieBuilder pie) {
        try (Program program = pie.open()) {
            return Check.ofLoaders(program, List.of(loader(loader))).list();
        }
    }
}
