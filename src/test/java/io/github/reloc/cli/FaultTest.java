package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.DATA_SEGMENT;
import static io.github.reloc.PieBuilder.DYNAMIC_SEGMENT;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.FileField.EI_CLASS;
import static io.github.reloc.PieBuilder.FileField.EI_DATA;
import static io.github.reloc.PieBuilder.FileField.E_MACHINE;
import static io.github.reloc.PieBuilder.FileField.E_PHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_PHNUM;
import static io.github.reloc.PieBuilder.FileField.E_PHOFF;
import static io.github.reloc.PieBuilder.FileField.E_TYPE;
import static io.github.reloc.PieBuilder.FileField.E_VERSION;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.SegmentField.P_ALIGN;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.SegmentField.P_MEMSZ;
import static io.github.reloc.PieBuilder.SegmentField.P_OFFSET;
import static io.github.reloc.PieBuilder.SegmentField.P_TYPE;
import static io.github.reloc.PieBuilder.SegmentField.P_VADDR;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.elf.Elf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees of each fault: one line and an exit code; and nothing is written. */
final class FaultTest {
    private static final int MALFORMED = 3;
    private static final int UNSUPPORTED = 4;

    @TempDir
    Path folder;

    /** What is wrong, with which file and options, and the line that says so after {@code reloc: IN: }. */
    private record Fault(String name, PieBuilder pie, List<String> options, int exitCode, String line) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Fault malformed(String name, PieBuilder pie, String message) {
        return new Fault(name, pie, List.of(), MALFORMED, "malformed ELF: " + message);
    }

    private static Fault unsupported(String name, PieBuilder pie, String message, String... options) {
        return new Fault(name, pie, List.of(options), UNSUPPORTED, "unsupported: " + message);
    }

    /** A good file: one entry in each of two tables, a symbol. */
    private static PieBuilder good() {
        return pie().rela(DATA, R_X86_64_RELATIVE, 0, 0x1234).relr(DATA + 8).symbol("foo", 0x12, 1, 0x100, 8);
    }

    private static Stream<Fault> headers() {
        return Stream.of(
                new Fault("empty", good().truncate(0), List.of(), MALFORMED, "not an ELF file: the file is empty"),
                new Fault(
                        "other magic number",
                        good().patch32(0, 0x21),
                        List.of(),
                        MALFORMED,
                        "not an ELF file: it does not begin with 0x7f 'E' 'L' 'F'"),
                new Fault(
                        "script",
                        good().patch32(0, 0x622f2123),
                        List.of(),
                        MALFORMED,
                        "not an ELF file: a script (it does not begin with 0x7f 'E' 'L' 'F')"),
                malformed(
                        "ends in the header",
                        good().truncate(40),
                        "the file ends inside the ELF header, after 40 bytes (file offset 0x0)"),
                unsupported("32 bits", good().set(EI_CLASS, 1), "a 32-bit program (EI_CLASS is 1)"),
                unsupported("big endian", good().set(EI_DATA, 2), "a big-endian program (EI_DATA is 2)"),
                malformed("version", good().set(E_VERSION, 2), "e_version 2 is not 1 (file offset 0x14)"),
                unsupported("other machine", good().set(E_MACHINE, 183), "for AArch64 (e_machine is 183)"),
                unsupported("object file", good().set(E_TYPE, 1), "an object file (e_type is ET_REL): link it first"),
                unsupported("core dump", good().set(E_TYPE, 4), "a core dump (e_type is ET_CORE)"),
                unsupported("neither", good().set(E_TYPE, 0), "not a linked program (e_type is 0x0)"),
                unsupported(
                        "packed",
                        good().set(DYNAMIC_SEGMENT, P_TYPE, 0).patch32(64 + 3 * 56 + 4, 0x21585055),
                        "packed by UPX: unpack it first, with upx -d"),
                unsupported(
                        "fixed addresses",
                        good().set(E_TYPE, 2),
                        "e_type is ET_EXEC: the program is at its address already, and cannot be moved; check --relocated says whether anything is left to relocate"),
                malformed(
                        "no program headers",
                        good().set(E_PHNUM, 0),
                        "e_phnum is 0: there is nothing to load (file offset 0x38)"),
                unsupported(
                        "many program headers",
                        good().set(E_PHNUM, 0x8000),
                        "32768 program headers; at most 32767 are read"),
                malformed(
                        "size of program headers",
                        good().set(E_PHENTSIZE, 55),
                        "e_phentsize 55 is not 56 (file offset 0x36)"),
                malformed(
                        "place of program headers",
                        good().set(E_PHOFF, -1),
                        "the program headers (e_phoff 0xffffffffffffffff, e_phnum 3) do not lie in the file of 8192"
                                + " bytes (file offset 0x20)"));
    }

    private static Stream<Fault> segments() {
        return Stream.of(
                malformed(
                        "truncated",
                        good().truncate(0x1fff),
                        "program header 1 (PT_LOAD): p_offset 0x1000 and p_filesz 0x1000 do not lie in the file of 8191"
                                + " bytes (file offset 0x78)"),
                malformed(
                        "sizes",
                        good().set(DATA_SEGMENT, P_MEMSZ, 0x10),
                        "program header 1 (PT_LOAD): p_filesz 0x1000 is larger than p_memsz 0x10 (file offset 0x78)"),
                malformed(
                        "wraps",
                        good().set(DATA_SEGMENT, P_MEMSZ, -1),
                        "program header 1 (PT_LOAD): p_vaddr 0x10000 and p_memsz 0xffffffffffffffff pass the end of the"
                                + " address space (file offset 0x78)"),
                malformed(
                        "alignment",
                        good().set(DATA_SEGMENT, P_ALIGN, 0x1001),
                        "program header 1 (PT_LOAD): p_align 0x1001 is not a power of two (file offset 0x78)"),
                malformed(
                        "aligned differently",
                        good().set(DATA_SEGMENT, P_OFFSET, 0xff0),
                        "program header 1 (PT_LOAD): p_vaddr 0x10000 and p_offset 0xff0 differ modulo p_align 0x1000 (file offset 0x78)"),
                malformed(
                        "descending",
                        good().load(0x8000, PF_R, 1, 1),
                        "program header 3 (PT_LOAD): p_vaddr 0x8000 lies below that of the PT_LOAD before it (file offset 0xe8)"),
                malformed(
                        "overlapping",
                        good().load(DATA + 0x1000, PF_R, 1, 1),
                        "program header 3 (PT_LOAD): p_vaddr 0x11000 lies inside the PT_LOAD before it (file offset 0xe8)"),
                malformed(
                        "nothing to load",
                        good().set(0, P_TYPE, 0).set(1, P_TYPE, 0),
                        "no PT_LOAD: there is nothing to load (file offset 0x40)"),
                unsupported(
                        "base too high",
                        good(),
                        "load base 0xfffffffffffff000 and image size 0x12000 pass the end of the address space",
                        "--base",
                        "0xfffffffffffff000"),
                unsupported(
                        "image too large",
                        good(),
                        "the image would have 73728 bytes, more than --max-size 73727",
                        "--max-size",
                        "73727"),
                unsupported(
                        "image larger than the default",
                        good().set(DATA_SEGMENT, P_MEMSZ, 0x100000000L),
                        "the image would have 4295032832 bytes, more than --max-size 4294967296"));
    }

    private static Stream<Fault> dynamicSection() {
        return Stream.of(
                unsupported(
                        "no dynamic section",
                        good().set(DYNAMIC_SEGMENT, P_TYPE, 0),
                        "no PT_DYNAMIC, so its relocation tables cannot be found: is it a static PIE?"),
                malformed(
                        "two dynamic sections",
                        good().header(2, PF_R, 0, 0, 0, 0, 0),
                        "program headers 2 and 3 are both PT_DYNAMIC (file offset 0xe8)"),
                malformed(
                        "dynamic section elsewhere",
                        good().set(DYNAMIC_SEGMENT, P_VADDR, 0x8000),
                        "program header 2 (PT_DYNAMIC): p_vaddr 0x8000, p_offset 0x200 and p_filesz 0xc0 do not lie in"
                                + " the file-backed part of one PT_LOAD (file offset 0xb0)"),
                malformed(
                        "dynamic section without end",
                        good().set(DYNAMIC_SEGMENT, P_FILESZ, 0xb0),
                        "the dynamic section has no DT_NULL within its 0xb0 bytes (file offset 0x200)"),
                malformed(
                        "tag twice",
                        good().tag(Elf.DT_RELASZ, 0x30),
                        "DT_RELASZ stands twice, as 0x18 and as 0x30 (file offset 0x2b0)"),
                unsupported(
                        "unknown tag",
                        good().tag(0x12345678, 0),
                        "dynamic tag 0x12345678 is not known, and could name a relocation table (file offset 0x2b0)"));
    }

    private static Stream<Fault> tables() {
        return Stream.of(
                malformed(
                        "size of a table",
                        pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).symbols().setTag(Elf.DT_RELASZ, 0x25),
                        "DT_RELASZ 0x25 is not a multiple of 24 (file offset 0x218)"),
                malformed(
                        "size of an entry",
                        good().setTag(Elf.DT_RELAENT, 8),
                        "DT_RELAENT 0x8 is not 24 (file offset 0x228)"),
                malformed(
                        "table without size",
                        good().dropTag(Elf.DT_RELASZ),
                        "DT_RELA without DT_RELASZ (file offset 0x208)"),
                malformed(
                        "table in a hole",
                        good().setTag(Elf.DT_RELA, 0x8000),
                        "DT_RELA 0x8000 and DT_RELASZ 0x18 do not lie in the file-backed part of one PT_LOAD"
                                + " (file offset 0x208)"),
                malformed(
                        "format of JMPREL",
                        good().jmprel(DATA, R_X86_64_RELATIVE, 0, 0).setTag(Elf.DT_PLTREL, 0),
                        "DT_PLTREL 0x0 is neither DT_RELA nor DT_REL (file offset 0x258)"),
                malformed(
                        "tables overlap",
                        good().setTag(Elf.DT_RELR, 0x408),
                        "RELA at 0x400 overlaps RELR at 0x408 (file offset 0x208)"),
                malformed("bitmap first", pie().relr(1), "RELR begins with a bitmap, 0x1 (file offset 0x400)"),
                malformed(
                        "bitmap that wraps",
                        pie().relr(-16, -1),
                        "RELR entry 0, R_X86_64_RELATIVE (8) at 0xfffffffffffffff0: its place lies outside the memory of any one PT_LOAD (file offset 0x400)"),
                unsupported(
                        "another kind of table",
                        good().tag(Elf.DT_MOVETAB, DATA),
                        "DT_MOVETAB names a table of words to change that is not read (file offset 0x2b8)"));
    }

    private static Stream<Fault> entries() {
        return Stream.of(
                malformed(
                        "place in a hole",
                        good().rela(END, R_X86_64_RELATIVE, 0, 0),
                        "RELA entry 1, R_X86_64_RELATIVE (8) at 0x12000: its place lies outside the memory of any one PT_LOAD (file offset 0x418)"),
                malformed(
                        "place that is read-only",
                        good().rela(0, R_X86_64_RELATIVE, 0, 0),
                        "RELA entry 1, R_X86_64_RELATIVE (8) at 0x0: its place lies in a segment that is not writable, and there is no DT_TEXTREL (file offset 0x418)"),
                malformed(
                        "place in a table",
                        good().tag(Elf.DT_TEXTREL, 0).rela(0x408, R_X86_64_RELATIVE, 0, 0),
                        "RELA entry 1, R_X86_64_RELATIVE (8) at 0x408: its place lies inside the RELA table (file offset 0x418)"),
                unsupported(
                        "place past the image",
                        good().rela(BSS, R_X86_64_RELATIVE, 0, 0),
                        "RELA entry 1, R_X86_64_RELATIVE (8) at 0x11000: its place lies in .bss, of which the image has no bytes (file offset 0x418)",
                        "--omit-bss"),
                unsupported(
                        "type of a linker",
                        good().rela(DATA, 9, 0, 0),
                        "RELA entry 1, R_X86_64_GOTPCREL (9) at 0x10000: a loader does not know this type (file offset 0x418)"),
                unsupported(
                        "type of nobody",
                        good().rela(DATA, 0x63, 0, 0),
                        "RELA entry 1, type 0x63 at 0x10000: a loader does not know this type (file offset 0x418)"),
                malformed(
                        "symbol past the end",
                        good().rela(DATA, 6, 2, 0),
                        "RELA entry 1, R_X86_64_GLOB_DAT (6) at 0x10000: symbol index 2 is past the end of DT_SYMTAB,"
                                + " which has 2 symbols (file offset 0x418)"),
                malformed(
                        "symbol of no table",
                        pie().rela(DATA, 6, 2, 0),
                        "RELA entry 0, R_X86_64_GLOB_DAT (6) at 0x10000: it names a symbol, and there is no DT_SYMTAB"
                                + " (file offset 0x400)"),
                malformed(
                        "size of a symbol",
                        good().setTag(Elf.DT_SYMENT, 16),
                        "DT_SYMENT 0x10 is not 24 (file offset 0x288)"));
    }

    private static Fault unresolved(String name, PieBuilder pie, String message) {
        return new Fault(name, pie, List.of(), UNSUPPORTED, "unresolved: " + message);
    }

    private static Stream<Fault> runTime() {
        String keep = "; --unresolved keep leaves them to the program's start-up";
        return Stream.of(
                unresolved(
                        "indirect function",
                        good().rela(DATA, R_X86_64_IRELATIVE, 0, 0),
                        "1 entry needs run time (1 R_X86_64_IRELATIVE): RELA entry 1 at 0x10000 R_X86_64_IRELATIVE"
                                + keep),
                unresolved(
                        "undefined symbol",
                        good().symbol("bar", 0x12, 0, 0, 0).rela(DATA, R_X86_64_GLOB_DAT, 2, 0),
                        "1 entry needs run time (1 R_X86_64_GLOB_DAT): RELA entry 1 at 0x10000 bar" + keep
                                + ", --defsym NAME=ADDR gives a symbol a value"),
                unresolved(
                        "size of an undefined symbol",
                        good().symbol("bar", 0x12, 0, 0, 0).rela(DATA, R_X86_64_SIZE64, 2, 0),
                        "1 entry needs run time (1 R_X86_64_SIZE64): RELA entry 1 at 0x10000 bar" + keep),
                unresolved(
                        "shared libraries",
                        good().symbol("bar", 0x12, 0, 0, 0)
                                .rela(DATA, R_X86_64_GLOB_DAT, 2, 0)
                                .tag(Elf.DT_NEEDED, 1),
                        "a program that needs shared libraries: link it with -static-pie; 1 entry needs run time"
                                + " (1 R_X86_64_GLOB_DAT): RELA entry 1 at 0x10000 bar"),
                unsupported(
                        "relocated already",
                        pie().tag(Elf.DT_RELA, 0x400).tag(Elf.DT_RELASZ, 0),
                        "it looks relocated already, for DT_RELASZ is 0, and DT_RELA 0x400: an image cannot be relocated"
                                + " again; give the program that the linker wrote (file offset 0x218)"));
    }

    private static Stream<Fault> faults() {
        return Stream.of(headers(), segments(), dynamicSection(), tables(), entries(), runTime())
                .flatMap(part -> part);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void fault(Fault fault) throws Exception {
        Path in = fault.pie().writeTo(folder.resolve("in.elf"));
        List<String> arguments = new ArrayList<>(
                List.of("apply", in.toString(), folder.resolve("out.img").toString()));
        arguments.addAll(fault.options());
        if (!fault.options().contains("--base")) {
            arguments.addAll(List.of("--base", "0x7f0000"));
        }
        Run run = Run.of(arguments.toArray(String[]::new));

        assertThat(run.errors()).isEqualTo("reloc: " + in + ": " + fault.line() + System.lineSeparator());
        if (fault.line().startsWith("malformed")) {
            assertThat(run.errors()).as("says where").matches("(?s).*\\(file offset 0x[0-9a-f]+\\)\\R");
        }
        assertThat(run.exitCode()).isEqualTo(fault.exitCode());
        assertThat(run.bytes()).isEmpty();
        assertThat(folder.toFile().list()).as("nothing but the input").containsExactly("in.elf");
    }

    @Test
    void withoutAFaultTheFileIsGood() throws Exception {
        Path in = good().writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");
        Run run = Run.of("apply", "--base", "0x7f0000", in.toString(), out.toString());

        assertThat(run.errors())
                .isEqualTo("reloc: " + out + ": 73728 bytes, load range 0x7f0000-0x802000, no entry, applied RELR 1,"
                        + " RELA 1" + System.lineSeparator());
        assertThat(run.exitCode()).isEqualTo(0);
        assertThat(out).hasSize(73728);
    }
}
