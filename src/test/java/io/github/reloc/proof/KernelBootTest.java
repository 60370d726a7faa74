package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * QEMU boots what {@code apply --format elf} makes of a kernel: it takes the segments to their physical addresses, enters
 * where the note says, and the kernel finds its words right.
 */
final class KernelBootTest {
    private static final String QEMU = "qemu-system-x86_64";

    /** What the kernel says when all is as it should be: 42, as the debug exit device makes an exit status of it. */
    private static final int ALL_IS_WELL = 2 * 42 + 1;

    private static final long BASE = 0x200000;
    private static final long OTHER_BASE = 0x5ff000;

    /** pvh-physical is made for virtual addresses that are so far above physical ones. */
    private static final long DIFFERENCE = 0xffff_ffff_8000_0000L;

    @TempDir
    static Path folder;

    @BeforeAll
    static void requireQemu() {
        Tool.require(QEMU);
    }

    static Stream<Fixture> kernels() {
        return Fixture.all().stream().filter(fixture -> fixture.property().equals("pvh"));
    }

    static Stream<Fixture> kernelsWithPhysicalAddresses() {
        return Fixture.all().stream().filter(fixture -> fixture.property().equals("pvh-physical"));
    }

    static Stream<Arguments> kernelsAndTables() {
        return withTables(kernels());
    }

    static Stream<Arguments> kernelsWithPhysicalAddressesAndTables() {
        return withTables(kernelsWithPhysicalAddresses());
    }

    private static Stream<Arguments> withTables(Stream<Fixture> kernels) {
        return kernels.flatMap(kernel -> Stream.of("safe", "keep", "trim").map(tables -> Arguments.of(kernel, tables)));
    }

    @ParameterizedTest
    @MethodSource("kernelsAndTables")
    void boots(Fixture fixture, String tables) throws IOException {
        for (long base : new long[] {BASE, OTHER_BASE}) {
            Executable kernel = Executable.of(folder, fixture, base, "--tables", tables);

            assertThat(boot("q35", kernel)).as("0x%x", base).isEqualTo(ALL_IS_WELL);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void bootsOnAnOlderMachine(Fixture fixture) throws IOException {
        assertThat(boot("pc", Executable.of(folder, fixture, BASE))).isEqualTo(ALL_IS_WELL);
    }

    /** Otherwise the tests above would show nothing: the note or a word is wrong. */
    @ParameterizedTest
    @MethodSource("kernels")
    void headersAloneAreNotEnough(Fixture fixture) throws IOException {
        assertDoesNotBoot(Executable.withoutRelocation(folder, fixture, BASE));
    }

    /** p_paddr as linked is 2 MiB above p_vaddr, and so is the physical address that is named. */
    @ParameterizedTest
    @MethodSource("kernelsWithPhysicalAddressesAndTables")
    void bootsAtPhysicalAddresses(Fixture fixture, String tables) throws IOException {
        for (String physical : new String[] {"keep", "0x200000"}) {
            Executable kernel =
                    Executable.of(folder, fixture, DIFFERENCE + 0x200000, "--physical", physical, "--tables", tables);

            assertThat(boot("q35", kernel)).as(physical).isEqualTo(ALL_IS_WELL);
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsWithPhysicalAddresses")
    void bootsAtOtherPhysicalAddresses(Fixture fixture) throws IOException {
        Executable kernel = Executable.of(folder, fixture, DIFFERENCE + 0x654000, "--physical", "0x654000");

        assertThat(boot("q35", kernel)).isEqualTo(ALL_IS_WELL);
    }

    /** The note holds the address for another difference, which nobody can know: there is no kernel there. */
    @ParameterizedTest
    @MethodSource("kernelsWithPhysicalAddresses")
    void doesNotBootWithAnotherDifference(Fixture fixture) throws IOException {
        Executable kernel = Executable.of(folder, fixture, DIFFERENCE + 0x200000, "--physical", "0x654000");

        assertDoesNotBoot(kernel);
    }

    /** An entry gives the note the virtual address, and QEMU enters at the physical one. */
    @ParameterizedTest
    @MethodSource("kernels")
    void noteWithTheVirtualAddressIsWarnedAbout(Fixture fixture) throws IOException {
        Path file = folder.resolve("warned");
        Run run = Run.of(Executable.arguments(fixture, OTHER_BASE, file, "--physical", "0x200000"));

        long entry = Headers.of(fixture.file()).entry();
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.errors())
                .contains(": warning: note Xen, type 18 ")
                .contains("0x" + Long.toHexString(OTHER_BASE + entry))
                .contains("0x" + Long.toHexString(0x200000 + entry));
        assertDoesNotBoot(new Executable(file, OTHER_BASE));
    }

    @ParameterizedTest
    @MethodSource("kernelsWithPhysicalAddresses")
    void physicalAddressesHaveToBeSaid(Fixture fixture) {
        Path file = folder.resolve("refused");
        Run run = Run.of(Executable.arguments(fixture, BASE, file));

        assertThat(run.exitCode()).as(run.errors()).isEqualTo(4);
        assertThat(run.errors()).contains("--physical");
        assertThat(file).doesNotExist();
    }

    /** The exit status of QEMU; a boot takes a tenth of a second. */
    private static int boot(String machine, Executable kernel) throws IOException {
        return boot(machine, kernel, "20");
    }

    /** What is no kernel runs on and on, and there is no need to wait for it. */
    private static void assertDoesNotBoot(Executable kernel) throws IOException {
        assertThat(boot("q35", kernel, "1")).isNotEqualTo(ALL_IS_WELL);
    }

    private static int boot(String machine, Executable kernel, String seconds) throws IOException {
        return Tool.run(
                        folder,
                        List.of(
                                "timeout",
                                seconds,
                                QEMU,
                                "-machine",
                                machine,
                                "-accel",
                                "tcg",
                                "-m",
                                "16",
                                "-nodefaults",
                                "-nographic",
                                "-no-reboot",
                                "-device",
                                "isa-debug-exit,iobase=0xf4,iosize=0x04",
                                "-kernel",
                                kernel.file().toString()))
                .exitCode();
    }
}
