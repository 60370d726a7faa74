package io.github.reloc.elf;

import static io.github.reloc.FailureAssertions.assertFailure;
import static io.github.reloc.FailureAssertions.assertMalformed;
import static io.github.reloc.FailureAssertions.assertUnsupported;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.DYNAMIC;
import static io.github.reloc.PieBuilder.DYNAMIC_SEGMENT;
import static io.github.reloc.PieBuilder.FileField.E_PHNUM;
import static io.github.reloc.PieBuilder.FileField.E_SHENTSIZE;
import static io.github.reloc.PieBuilder.FileField.E_SHNUM;
import static io.github.reloc.PieBuilder.FileField.E_SHOFF;
import static io.github.reloc.PieBuilder.FileField.E_SHSTRNDX;
import static io.github.reloc.PieBuilder.FileField.E_TYPE;
import static io.github.reloc.PieBuilder.SegmentField.P_FILESZ;
import static io.github.reloc.PieBuilder.SegmentField.P_TYPE;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section headers, where there are any, stand in the data segment: file offset 0x1000, 64 bytes each. */
final class MisfitTest {
    private static final String DEBUG_FILE =
            "a separate debug file, which has no bytes of the program: give the program that it was made of";

    private static final long SECTIONS = DATA;
    private static final long NAMES = DATA + 0x400;

    // sh_type and sh_flags.
    private static final int PROGBITS = 1;
    private static final int STRTAB = 3;
    private static final int NOTE = 7;
    private static final int NOBITS = 8;
    private static final int WRITE = 1;
    private static final int ALLOC = 2;
    private static final int EXECUTE = 4;

    /** A program whose PT_DYNAMIC has no bytes in the file. */
    private static PieBuilder withoutDynamicBytes() {
        return pie().set(DYNAMIC_SEGMENT, P_FILESZ, 0)
                .set(E_SHOFF, 0x1000)
                .set(E_SHENTSIZE, 64)
                .set(E_SHNUM, 1);
    }

    private static PieBuilder section(PieBuilder pie, int index, int type, int flags) {
        long header = SECTIONS + 64L * index;
        pie.word32(header + 4, type).word64(header + 8, flags).word64(header + 32, 0x10);
        return pie.set(E_SHNUM, index + 1);
    }

    /** As objcopy --only-keep-debug leaves sections: notes have their bytes, and so has what is not loaded. */
    private static PieBuilder debugSections(PieBuilder pie) {
        section(pie, 1, NOTE, ALLOC);
        section(pie, 2, NOBITS, ALLOC | EXECUTE);
        section(pie, 3, NOBITS, ALLOC | WRITE);
        return section(pie, 4, PROGBITS, 0);
    }

    private static void assertOpens(PieBuilder pie) {
        try (Program program = pie.open()) {
            assertThat(program.header().type()).isEqualTo(3);
        }
    }

    @Test
    void aDebugFile() {
        assertUnsupported(DEBUG_FILE, () -> debugSections(withoutDynamicBytes()).open());
    }

    @Test
    void oneSectionWithItsBytesIsEnoughForAProgram() {
        assertMalformed(
                "the dynamic section has no DT_NULL within its 0x0 bytes (file offset 0x200)",
                () -> section(debugSections(withoutDynamicBytes()), 5, PROGBITS, ALLOC)
                        .open());
    }

    /** .bss, of a program that has nothing else but what no section describes. */
    @Test
    void onlyMemoryThatIsNotWritableLacksItsBytes() {
        assertMalformed(
                "the dynamic section has no DT_NULL within its 0x0 bytes (file offset 0x200)",
                () -> section(withoutDynamicBytes(), 1, NOBITS, ALLOC | WRITE).open());
    }

    /** As eu-strip -f leaves program headers: they point at whatever stands there now. */
    @Test
    void aDebugFileWithOtherBytesForItsDynamicSection() {
        PieBuilder sections = pie().set(E_SHOFF, 0x1000).set(E_SHENTSIZE, 64);
        assertUnsupported(
                DEBUG_FILE, () -> debugSections(sections).word64(DYNAMIC, 0x5b8).open());

        PieBuilder zeros = pie().tag(0x15, 0).set(E_SHOFF, 0x1000).set(E_SHENTSIZE, 64);
        assertUnsupported(
                DEBUG_FILE, () -> debugSections(zeros).word64(DYNAMIC, 0).open());
    }

    /** A program is judged by what a loader sees. */
    @Test
    void aSoundProgramWithTheSectionsOfADebugFile() {
        assertOpens(debugSections(pie().tag(0x15, 0).set(E_SHOFF, 0x1000).set(E_SHENTSIZE, 64)));
    }

    /** UPX writes l_info behind the program headers: l_checksum, l_magic, then sizes. */
    private static PieBuilder packed(PieBuilder pie) {
        return pie.patch32(64 + 3 * 56, 0x1234).patch32(64 + 3 * 56 + 4, 0x21585055);
    }

    @Test
    void aPackedProgram() {
        assertUnsupported(
                "packed by UPX: unpack it first, with upx -d",
                () -> packed(pie().set(DYNAMIC_SEGMENT, P_TYPE, 0)).open());
    }

    @Test
    void aSoundProgramWithTheMarkOfAPackedOne() {
        assertOpens(packed(pie().tag(0x15, 0)));
    }

    @Test
    void programHeadersAtTheEndOfTheFile() {
        assertMalformed(
                "no PT_LOAD: there is nothing to load (file offset 0x40)",
                () -> pie().set(E_PHNUM, 1)
                        .set(0, P_TYPE, 0)
                        .truncate(64 + 56 + 7)
                        .open());
    }

    @ParameterizedTest
    @CsvSource({
        "23 21 2f, a script",
        "4d 5a 90 00, 'a Windows or UEFI program, or a Linux kernel'",
        "21 3c 61 72 63 68 3e 0a, an archive of object files",
        "1f 8b 08, compressed by gzip",
        "fd 37 7a 58 5a 00, compressed by xz",
        "28 b5 2f fd, compressed by zstd",
    })
    void filesOfOtherKinds(String bytes, String kind) {
        byte[] file = HexFormat.ofDelimiter(" ").parseHex(bytes);

        assertFailure(
                Failure.Kind.NOT_ELF,
                kind + " (it does not begin with 0x7f 'E' 'L' 'F')",
                () -> new Program(InputFile.spool(new ByteArrayInputStream(file))));
    }

    @Test
    void aFileThatEndsBeforeItsKindIsCertain() {
        assertFailure(
                Failure.Kind.NOT_ELF,
                "it does not begin with 0x7f 'E' 'L' 'F'",
                () -> new Program(InputFile.spool(new ByteArrayInputStream(new byte[] {'!', '<', 'a'}))));
    }

    /** An object file with names of sections: the module's mark is the second of them. */
    private static PieBuilder object(String name) {
        PieBuilder pie = pie().set(E_TYPE, 1).set(E_SHOFF, 0x1000).set(E_SHENTSIZE, 64);
        pie.bytes(NAMES, ("\0.text\0" + name + "\0").getBytes(StandardCharsets.ISO_8859_1));
        pie.word32(SECTIONS + 64, 1).word32(SECTIONS + 2 * 64, 7);
        section(pie, 3, STRTAB, 0);
        return pie.word64(SECTIONS + 3 * 64 + 24, 0x1400).set(E_SHSTRNDX, 3);
    }

    @Test
    void aKernelModule() {
        assertUnsupported(
                "a kernel module (e_type is ET_REL), which the kernel links when it loads it",
                () -> object(".gnu.linkonce.this_module").open());
    }

    @Test
    void anObjectFileIsNoModuleForANameThatIsNearlyThat() {
        String objectFile = "an object file (e_type is ET_REL): link it first";

        assertUnsupported(objectFile, () -> object(".gnu.linkonce.this_modules").open());
        assertUnsupported(objectFile, () -> object(".gnu.linkonce.this_modul").open());
        assertUnsupported(
                objectFile,
                () -> object(".gnu.linkonce.this_module").set(E_SHSTRNDX, 4).open());
        assertUnsupported(
                objectFile,
                () -> object(".gnu.linkonce.this_module")
                        .word64(SECTIONS + 3 * 64 + 24, -8)
                        .open());
        assertUnsupported(objectFile, () -> pie().set(E_TYPE, 1).open());
    }
}
