package io.github.reloc.robustness;

import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.reloc.PackedBytes;
import io.github.reloc.PieBuilder;
import io.github.reloc.PieBuilder.FileField;
import io.github.reloc.PieBuilder.SegmentField;
import io.github.reloc.Run;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory and time are bounded by the size of the input, whatever it claims. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class BoundsTest {
    /** Far below what any of the claims would take, far above what a run takes that believes none. */
    private static final long FEW_BYTES = 16 << 20;

    private static final long HUGE = 1L << 62;

    private static final int GLOBAL_OBJECT = 0x11;
    private static final long DT_HASH = 4;
    private static final long DT_GNU_HASH = 0x6ffffef5L;
    private static final long DT_VERSYM = 0x6ffffff0L;
    private static final long DT_VERNEED = 0x6ffffffeL;
    private static final long DT_VERNEEDNUM = 0x6fffffffL;
    private static final long DT_ANDROID_REL = 0x6000000fL;
    private static final long DT_ANDROID_RELSZ = 0x60000010L;
    private static final int MAX_VERSIONS = 32767;
    private static final int MAX_PROGRAM_HEADERS = 32767;
    private static final int PT_NOTE = 4;
    private static final int PT_TLS = 7;

    @TempDir
    private Path folder;

    // Claims

    /** A file with a table of each kind and symbols, in which one number can be changed. */
    private static PieBuilder pie() {
        return PieBuilder.pie()
                .rela(PieBuilder.DATA, R_X86_64_RELATIVE, 0, 0x10)
                .rela(PieBuilder.DATA + 8, R_X86_64_64, 1, 0)
                .rel(PieBuilder.DATA + 16, R_X86_64_RELATIVE, 0)
                .relr(PieBuilder.DATA + 24)
                .jmprel(PieBuilder.DATA + 32, R_X86_64_RELATIVE, 0, 0x20)
                .symbol("object", GLOBAL_OBJECT, 1, PieBuilder.DATA, 8);
    }

    static Stream<Arguments> claims() {
        return Stream.of(
                Arguments.of("p_memsz", 4, pie().data(PieBuilder.DATA, 0x1000, HUGE)),
                Arguments.of("p_vaddr", 4, pie().load(HUGE, PieBuilder.PF_R, 16, 16)),
                Arguments.of("p_filesz", 3, pie().set(PieBuilder.DATA_SEGMENT, SegmentField.P_FILESZ, HUGE)),
                Arguments.of(
                        "p_filesz of PT_DYNAMIC",
                        3,
                        pie().set(PieBuilder.DYNAMIC_SEGMENT, SegmentField.P_FILESZ, HUGE)),
                Arguments.of("e_phnum", 3, pie().set(FileField.E_PHNUM, 32767)),
                Arguments.of("e_phnum, PN_XNUM", 4, pie().set(FileField.E_PHNUM, 0xffff)),
                Arguments.of("e_phoff", 3, pie().set(FileField.E_PHOFF, HUGE)),
                Arguments.of("DT_RELASZ", 3, pie().setTag(8, 24L << 57)),
                Arguments.of("DT_RELASZ that wraps", 3, pie().setTag(8, -24L)),
                Arguments.of("DT_RELSZ", 3, pie().setTag(18, HUGE)),
                Arguments.of("DT_RELRSZ", 3, pie().setTag(35, HUGE)),
                Arguments.of("DT_PLTRELSZ", 3, pie().setTag(2, 24L << 57)),
                Arguments.of("DT_STRSZ", 3, pie().setTag(10, HUGE)),
                Arguments.of(
                        "nchain",
                        3,
                        pie().dropTag(DT_HASH)
                                .tag(DT_HASH, PieBuilder.DATA + 0x100)
                                .word32(PieBuilder.DATA + 0x100, 1, -1)),
                Arguments.of("symbol index", 3, pie().rela(PieBuilder.DATA + 40, R_X86_64_64, -1, 0)),
                Arguments.of("nbuckets", 3, gnuHash(-1, 1, 1)),
                Arguments.of("bloom_size", 3, gnuHash(1, 1, -1)),
                Arguments.of("symoffset", 3, gnuHash(1, -1, 1)),
                Arguments.of("hash chain", 3, gnuHash(1, 1, 1)),
                Arguments.of("DT_VERNEEDNUM", 3, versioned(2, HUGE)),
                Arguments.of("packed entries", 3, packed(1L << 57)));
    }

    /** A GNU hash table in the data segment; behind its one bucket, the chain goes on to the end of the segment. */
    private static PieBuilder gnuHash(int bucketCount, int firstSymbol, int bloomSize) {
        long table = PieBuilder.DATA + 0x100;
        return pie().dropTag(DT_HASH)
                .tag(DT_GNU_HASH, table)
                .word32(table, bucketCount, firstSymbol, bloomSize, 6, -1, -1, 1);
    }

    /** An undefined symbol with the last version of a list; a listing shows it as {@code object@bject}. */
    private static PieBuilder versioned(int versionCount, long statedCount) {
        long data = 0x1000000;
        long need = data + 0x200;
        ByteBuffer list = ByteBuffer.allocate(16 + 16 * versionCount).order(ByteOrder.LITTLE_ENDIAN);
        list.putShort((short) 1)
                .putShort((short) versionCount)
                .putInt(0)
                .putInt(16)
                .putInt(0);
        for (int i = 0; i < versionCount; i++) {
            list.putInt(0)
                    .putShort((short) 0)
                    .putShort((short) (i + 1))
                    .putInt(2)
                    .putInt(16); // vna_other, vna_name
        }
        return PieBuilder.pie()
                .data(data, 0x200000, 0x200000)
                .rela(data, R_X86_64_64, 1, 0)
                .symbol("object", GLOBAL_OBJECT, 0, 0, 8)
                .word16(data + 0x100, 0, versionCount)
                .bytes(need, list.array())
                .tag(DT_VERSYM, data + 0x100)
                .tag(DT_VERNEED, need)
                .tag(DT_VERNEEDNUM, statedCount);
    }

    /** A packed table with a group that shares all there is to share, so that its entries take no bytes. */
    private static PieBuilder packed(long count) {
        byte[] bytes = new PackedBytes()
                .numbers(count, PieBuilder.DATA + 0x800)
                .numbers(count, 3, 8, R_X86_64_RELATIVE)
                .toArray();
        return PieBuilder.pie()
                .data(PieBuilder.DATA, 0x1000, 1L << 30)
                .bytes(PieBuilder.DATA, bytes)
                .tag(DT_ANDROID_REL, PieBuilder.DATA)
                .tag(DT_ANDROID_RELSZ, bytes.length);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("claims")
    void claimIsRefusedBeforeAnythingIsAllocated(String name, int exitCode, PieBuilder file) throws IOException {
        Path in = file.writeTo(folder.resolve("in.elf"));
        run("dump", "--base", "0x1000", in.toString()); // loads the classes
        long before = allocatedBytes();

        Run run = run(
                "apply",
                "--base",
                "0x1000",
                in.toString(),
                folder.resolve("out.img").toString());
        run("dump", "--base", "0x1000", in.toString());
        run("dump", "--summary", in.toString());

        assertThat(allocatedBytes() - before).as("bytes allocated").isLessThan(FEW_BYTES);
        assertThat(run.exitCode()).as(run.errors()).isEqualTo(exitCode);
        assertThat(folder.toFile().list()).containsExactly("in.elf");
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static Run run(String... arguments) {
        Run run = Run.of(arguments);
        assertThat(run.exitCode()).as(run.errors()).isIn(0, 3, 4);
        return run;
    }

    /** As many entries as there can be places for are no claim. */
    @Test
    void packedTableOfEveryWordOfTheFileIsApplied() throws IOException {
        Path in = packed(0x100).writeTo(folder.resolve("in.elf"));

        assertThat(run("dump", "--summary", in.toString()).output())
                .containsPattern("ANDROID_REL +R_X86_64_RELATIVE +256\n");
    }

    // Large, and true

    @Test
    void nameOfTenMegabytesIsShownShort() throws IOException {
        String name = "long\n\u202e" + "x".repeat(10 << 20);
        Path in = PieBuilder.pie()
                .data(0x1000000, 0x1000, 0x1000)
                .symbol(name, GLOBAL_OBJECT, 0, 0, 8)
                .rela(0x1000000, R_X86_64_64, 1, 0)
                .rela(0x1000008, R_X86_64_64, 1, 0)
                .writeTo(folder.resolve("in.elf"));

        Run apply = run(
                "apply",
                "--base",
                "0x1000",
                in.toString(),
                folder.resolve("out.img").toString());
        Run dump = run("dump", in.toString());

        assertThat(apply.exitCode()).isEqualTo(4);
        assertThat(apply.errors()).contains("long\\u{a}\\u{202e}xxx").hasSizeLessThan(16 << 10);
        assertThat(dump.exitCode()).isZero();
        assertThat(dump.output()).contains("long\\u{a}\\u{202e}xxx").hasSizeLessThan(16 << 10);
    }

    @Test
    void asManyVersionsAsThereAreIndicesAreRead() throws IOException {
        Path in = versioned(MAX_VERSIONS, 1).writeTo(folder.resolve("in.elf"));

        assertThat(run("dump", in.toString()).output()).contains("object@bject");
    }

    @Test
    void moreVersionsThanThereAreIndicesAreRefused() throws IOException {
        Path in = versioned(MAX_VERSIONS + 1, 1).writeTo(folder.resolve("in.elf"));

        assertThat(Run.of("dump", in.toString()).errors()).contains("more than 32767 versions");
    }

    @Test
    void asManyProgramHeadersAsCanBeReadAreRead() throws IOException {
        PieBuilder file = PieBuilder.pie().data(0x1000000, 0x1000, 0x1000).rela(0x1000000, R_X86_64_RELATIVE, 0, 0x10);
        for (int i = 3; i < MAX_PROGRAM_HEADERS; i++) {
            file.load(0x1002000 + 16L * i, PieBuilder.PF_R | PieBuilder.PF_W, 0, 16);
        }
        for (int i = 3; i < MAX_PROGRAM_HEADERS; i++) {
            file.rela(0x1002000 + 16L * i, R_X86_64_RELATIVE, 0, i);
        }
        Path in = file.writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");

        assertThat(run("apply", "--base", "0x7f000000", in.toString(), out.toString())
                        .exitCode())
                .isZero();

        ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
        int last = MAX_PROGRAM_HEADERS - 1;
        assertThat(image.getLong(0x1002000 + 16 * last)).isEqualTo(0x7f000000L + last);
    }

    /** Each entry asks for the one PT_TLS among many headers. */
    @Test
    void manyThreadLocalEntriesAndManyProgramHeadersTakeNoTimeTogether() throws IOException {
        PieBuilder file = PieBuilder.pie().data(0x2000000, 0x1000, 0x1000);
        file.header(PT_TLS, PieBuilder.PF_R, 0, 0, 0, 1L << 63, 1);
        for (int i = 4; i < MAX_PROGRAM_HEADERS; i++) {
            file.header(PT_NOTE, PieBuilder.PF_R, 0, 0, 0, 0, 1);
        }
        for (int i = 0; i < 1_000_000; i++) {
            file.rela(0x2000000, R_X86_64_TPOFF64, 0, i);
        }
        Path in = file.writeTo(folder.resolve("in.elf"));

        run(
                "apply",
                "--base",
                "0x1000",
                in.toString(),
                folder.resolve("out.img").toString());
        run("dump", "--base", "0x1000", in.toString());
    }
}
