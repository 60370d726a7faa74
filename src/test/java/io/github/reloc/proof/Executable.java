package io.github.reloc.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A fixture at a fixed address, as {@code apply --format elf} writes it. */
record Executable(Path file, long base) {

    /** Makes it, a new file in a folder. */
    static Executable of(Path folder, Fixture fixture, long base, String... options) throws IOException {
        Path file = folder.resolve(fixture.name() + ".out");
        Files.deleteIfExists(file);
        Run run = Run.of(arguments(fixture, base, file, options));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return new Executable(file, base);
    }

    static String[] arguments(Fixture fixture, long base, Path file, String... options) {
        List<String> all = new ArrayList<>(List.of("--format", "elf"));
        all.addAll(List.of(options));
        return fixture.apply(base, file, all.toArray(new String[0]));
    }

    /**
     * The same program with headers for a base and words as linked: e_type is ET_EXEC, and e_entry and every p_vaddr and
     * p_paddr, but that of PT_GNU_STACK, are moved.
     */
    static Executable withoutRelocation(Path folder, Fixture fixture, long base) throws IOException {
        Headers headers = Headers.of(fixture.file());
        long bias = base - headers.start();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(fixture.file())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(16, (short) 2);
        bytes.putLong(24, headers.entry() + bias);
        for (int i = 0; i < headers.segments().size(); i++) {
            int header = (int) headers.programHeaderFileOffset() + 56 * i;
            if (headers.segments().get(i).type() != Headers.PT_GNU_STACK) {
                bytes.putLong(header + 16, bytes.getLong(header + 16) + bias);
                bytes.putLong(header + 24, bytes.getLong(header + 24) + bias);
            }
        }
        Path file = folder.resolve(fixture.name() + ".moved");
        Files.write(file, bytes.array());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new Executable(file, base);
    }

    Tool.Result run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        return Tool.run(file.getParent(), command);
    }
}
