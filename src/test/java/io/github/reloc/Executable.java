package io.github.reloc;

import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.TableRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The executable of a built file, beside that file: what was changed in it. */
public final class Executable {
    private final ByteBuffer before;
    private final ByteBuffer after;

    private Executable(byte[] before, byte[] after) {
        this.before = ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN);
        this.after = ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** With its tables as they are. */
    public static Executable at(long loadBase, PieBuilder pie) {
        return at(loadBase, pie.build(), TableRule.KEEP);
    }

    /** Entries may be left for run time. */
    public static Executable at(long loadBase, byte[] program, TableRule rule) {
        return of(
                program,
                new ImageRequest(loadBase, Format.EXECUTABLE, rule, true, PhysicalAddresses.DEFAULT, Map.of()));
    }

    public static Executable of(byte[] program, ImageRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Program opened = new Program(InputFile.spool(new ByteArrayInputStream(program)));
                OutputFile output = OutputFile.to(bytes)) {
            RelocatedImage.write(opened, request, output);
            output.commit();
        }
        return new Executable(program, bytes.toByteArray());
    }

    public long word64(long fileOffset) {
        return after.getLong((int) fileOffset);
    }

    public int word16(long fileOffset) {
        return Short.toUnsignedInt(after.getShort((int) fileOffset));
    }

    /** The size of the file, which is that of the program. */
    public int size() {
        return after.capacity();
    }

    /** The file offsets of the bytes that differ from those of the program, as runs: {@code 0x18+3}. */
    public List<String> changes() {
        List<String> runs = new ArrayList<>();
        int size = before.capacity();
        for (int i = 0; i < size; i++) {
            int start = i;
            while (i < size && before.get(i) != after.get(i)) {
                i++;
            }
            if (i != start) {
                runs.add("0x" + Integer.toHexString(start) + "+" + (i - start));
            }
        }
        return runs;
    }
}
