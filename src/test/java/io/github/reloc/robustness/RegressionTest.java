package io.github.reloc.robustness;

import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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

/** What once went wrong, as small as it could be made. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class RegressionTest {
    private static final long DATA = PieBuilder.DATA;
    private static final int GLOBAL_OBJECT = 0x11;
    private static final int PT_TLS = 7;

    @TempDir
    private Path folder;

    static Stream<Arguments> files() {
        return Stream.of(
                // A TLS size with its top bit set was taken for one that is not known yet.
                Arguments.of(
                        "TLS block of 2^63 bytes",
                        0,
                        "",
                        PieBuilder.pie()
                                .header(PT_TLS, PieBuilder.PF_R, 0, 0, 0, 1L << 63, 1)
                                .rela(DATA, R_X86_64_TPOFF64, 0, 8)),
                // The entries of a group that shares everything take no bytes: dump listed them without end.
                Arguments.of(
                        "packed table that states 2^31 entries",
                        3,
                        "malformed ELF: a packed table states 2147483648 entries",
                        PieBuilder.pie()
                                .data(DATA, 0x1000, 1L << 61)
                                .bytes(DATA, new byte[] {
                                    'A',
                                    'P',
                                    'S',
                                    '2', //
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    8, // 2^31 entries
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    4, // from 0x10000
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    (byte) 0x80,
                                    8, // in one group
                                    3,
                                    8,
                                    8 // that shares r_offset delta, 8, and r_info, RELATIVE
                                })
                                .tag(0x6000000fL, DATA)
                                .tag(0x60000010L, 20)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void dumpEndsAsItShould(String name, int exitCode, String message, PieBuilder file) throws IOException {
        Path in = file.writeTo(folder.resolve("in.elf"));

        Run run = Run.of("dump", "--base", "0x1000", in.toString());

        assertThat(run.exitCode()).as(run.errors()).isEqualTo(exitCode);
        assertThat(run.errors()).contains(message);
    }

    /** Blocks more than 2 GiB behind the bytes of the file were looked for in the file. */
    @Test
    void fieldFarBehindTheBytesOfTheFileIsRelocated() throws IOException {
        long last = (3L << 30) - 8;
        Path in = PieBuilder.pie()
                .data(DATA, 0x1000, last + 8 - DATA)
                .rela(last, R_X86_64_RELATIVE, 0, 0x1234)
                .writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");

        Run run = Run.of("apply", "--base", "0x7f0000", in.toString(), out.toString());

        assertThat(run.exitCode()).as(run.errors()).isZero();
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel image = FileChannel.open(out)) {
            assertThat(image.size()).isEqualTo(last + 8);
            assertThat(image.read(word, last)).isEqualTo(Long.BYTES);
        }
        assertThat(word.getLong(0)).isEqualTo(0x7f0000 + 0x1234);
    }

    /** Symbol 2^31 of a table in a segment of 52 GB, nearly all of it a hole: its index was taken for a negative one. */
    @Test
    void undefinedSymbolOfAnUnsignedIndex() throws IOException {
        long size = 52L << 30;
        Path in = PieBuilder.pie()
                .header(1, PieBuilder.PF_R, 0x2000, 0x20000, size, size, 0x1000)
                .tag(5, PieBuilder.DATA) // DT_STRTAB
                .tag(10, 1)
                .tag(6, 0x20000) // DT_SYMTAB
                .tag(11, 24)
                .rela(DATA + 8, R_X86_64_64, 0x8000_0000, 0)
                .writeTo(folder.resolve("in.elf"));
        try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
            file.setLength(0x2000 + size);
        }

        Run run = Run.of("check", in.toString());

        assertThat(run.exitCode()).as(run.errors()).isEqualTo(1);
        assertThat(run.output()).contains("error: undefined-symbol: not defined: <symbol 2147483648>");
    }

    /** A name that only a difference would show is no reason to say nothing of the difference. */
    @Test
    void differenceInASymbolWithoutASoundNameIsStillADifference() throws IOException {
        Path in = PieBuilder.pie()
                .rela(DATA, R_X86_64_64, 1, 0)
                .symbol("sound", GLOBAL_OBJECT, 1, DATA, 8)
                .symbol("unsound", GLOBAL_OBJECT, 1, DATA + 0x100, 8)
                .patch32(stringOffsetOfSymbol2(), 0x7fffffff)
                .writeTo(folder.resolve("in.elf"));
        Path out = folder.resolve("out.img");
        assertThat(Run.of("apply", "--base", "0x1000", in.toString(), out.toString())
                        .exitCode())
                .isZero();
        byte[] image = Files.readAllBytes(out);
        image[(int) DATA + 0x100]++;
        Files.write(out, image);

        Run run = Run.of("verify", "--base", "0x1000", in.toString(), out.toString());

        assertThat(run.exitCode()).as(run.errors()).isEqualTo(1);
        assertThat(run.output()).contains("0x10100");
    }

    /** RELA, 24 bytes; DT_HASH of 3 symbols, 8 + 4 + 12 bytes; two symbols of 24 bytes before it. */
    private static int stringOffsetOfSymbol2() {
        return (int) PieBuilder.TABLES + 24 + 24 + 2 * 24;
    }
}
