package io.github.reloc;

import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.TableRule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** The image of a built file, made the way {@code apply} makes it. */
public final class Relocated {
    private final ByteBuffer image;

    private Relocated(byte[] image) {
        this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The whole image at a load base, with its tables as they are. */
    public static Relocated at(long loadBase, PieBuilder pie) {
        return at(loadBase, pie, TableRule.KEEP);
    }

    /** As {@link #at(long, PieBuilder)}, with a rule for the tables. */
    public static Relocated at(long loadBase, PieBuilder pie, TableRule rule) {
        return of(pie, new ImageRequest(loadBase, Format.MEMORY, rule, false, PhysicalAddresses.DEFAULT, Map.of()));
    }

    /** As {@link #at(long, PieBuilder)}, ending after the last byte that comes from the file. */
    public static Relocated withoutTrailingZeros(long loadBase, PieBuilder pie) {
        return of(
                pie,
                new ImageRequest(
                        loadBase,
                        Format.MEMORY_WITHOUT_BSS,
                        TableRule.KEEP,
                        false,
                        PhysicalAddresses.DEFAULT,
                        Map.of()));
    }

    /** The image that is asked for. */
    public static Relocated of(PieBuilder pie, ImageRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Program program = pie.open();
                OutputFile output = OutputFile.to(bytes)) {
            RelocatedImage.write(program, request, output);
            output.commit();
        }
        return new Relocated(bytes.toByteArray());
    }

    /** A copy of the image. */
    public byte[] bytes() {
        return image.array().clone();
    }

    public int size() {
        return image.capacity();
    }

    /** The 64-bit word at an image offset. */
    public long word64(long imageOffset) {
        return image.getLong((int) imageOffset);
    }
}
