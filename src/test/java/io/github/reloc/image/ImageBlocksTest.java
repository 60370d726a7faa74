package io.github.reloc.image;

import static io.github.reloc.FailureAssertions.assertFailure;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Blocks that do not all fit into memory: two are held, of an image of eight and a bit. */
final class ImageBlocksTest {
    private static final int BLOCK_SIZE = 0x10000;
    private static final int SIZE = 8 * BLOCK_SIZE + 0x3000;

    /** Four blocks of file bytes from 0x20000 on, then zeros up to the end. */
    private static PieBuilder program() {
        PieBuilder pie = pie().load(0x20000, PF_R | PF_W, 4 * BLOCK_SIZE, SIZE - 0x20000);
        for (int address = 0x20000; address < 0x20000 + 4 * BLOCK_SIZE; address += 0x800) {
            pie.word64(address, address);
        }
        return pie;
    }

    @Test
    void droppedBlocksAreReadBackAndWrittenOnce() {
        ByteBuffer expected = unchanged();
        try (Program program = program().open()) {
            ImageLayout layout = ImageLayout.whole(program, 0);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputFile output = OutputFile.to(bytes)) {
                ImageBlocks blocks = new ImageBlocks(program, layout, output, 2);
                Random random = new Random(1);
                for (int i = 0; i < 10_000; i++) {
                    int offset = random.nextInt(SIZE / 8) * 8;
                    long sum = expected.getLong(offset) + i;
                    expected.putLong(offset, sum);
                    // Adds to what is there, so that a block which came back without its changes shows.
                    blocks.setWord(offset, blocks.word(offset) + i);
                }
                for (int offset = 0; offset < SIZE; offset += BLOCK_SIZE) {
                    ByteBuffer peeked = blocks.peek(offset);
                    assertThat(peeked)
                            .isEqualTo(expected.duplicate()
                                    .limit(offset + peeked.remaining())
                                    .position(offset));
                }
                blocks.writeAll();
                output.commit();
            }
            assertThat(ByteBuffer.wrap(bytes.toByteArray())).isEqualTo(expected);
        }
    }

    /** 9 blocks, of which 2 are held, in turn: each of 20,001 rounds needs some that have been dropped. */
    @Test
    void workThatNeedsMoreMemoryThanThereIsEnds() {
        try (Program program = program().open();
                OutputFile output = OutputFile.to(new ByteArrayOutputStream())) {
            ImageBlocks blocks = new ImageBlocks(program, ImageLayout.whole(program, 0), output, 2);
            assertFailure(
                    Failure.Kind.MEMORY,
                    "the words to relocate lie in 9 blocks of 64 KiB, in no order, and there is room for 2 of them: half"
                            + " of Java's heap",
                    () -> {
                        for (int i = 0; i < 20_020; i++) {
                            blocks.setWord(i % 9L * BLOCK_SIZE, i);
                        }
                    });
        }
    }

    /**
     * Two megabytes that are not writable are copied in the background; words of them change all the same, as text
     * relocations do, before and after they have been copied, and with blocks dropped in between.
     */
    @Test
    void whatChangesInCopiedBlocksIsWrittenOverThem() {
        int readOnly = 2 << 20;
        int writable = 0x400000;
        for (int maxBlocksHeld : new int[] {2, 20, 1000}) {
            PieBuilder pie = pie().data(0x10000, readOnly, readOnly)
                    .dataFlags(PF_R)
                    .load(writable, PF_R | PF_W, 0x180000, 0x200000);
            for (int address = 0x10000; address < readOnly; address += 0x10000) {
                pie.word64(address, address).word64(address + 0xfff8, address + 1);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            TreeMap<Long, Long> expected = new TreeMap<>();
            try (Program program = pie.open();
                    OutputFile output = OutputFile.to(bytes)) {
                ImageLayout layout = ImageLayout.whole(program, 0);
                ImageBlocks blocks = new ImageBlocks(program, layout, output, maxBlocksHeld);
                blocks.writeAhead();
                Random random = new Random(maxBlocksHeld);
                for (int i = 0; i < 1000; i++) {
                    long offset = i % 3 == 0
                            ? 0x10000 + random.nextInt(readOnly / 8) * 8L
                            : writable + random.nextInt(0x200000 / 8) * 8L;
                    long word = random.nextLong();
                    expected.put(offset, word);
                    if (i % 2 == 0) {
                        blocks.setWord(offset, word);
                    } else {
                        blocks.openWindow(offset, offset, 1);
                        blocks.window().set(blocks.window().wordAt(offset), word);
                    }
                }
                blocks.writeAll();
                output.commit();
            }

            ByteBuffer image = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(image.capacity()).isEqualTo(0x600000);
            for (int offset = 0x10000; offset < image.capacity(); offset += 8) {
                boolean isMarked = offset < readOnly && (offset % 0x10000 == 0 || offset % 0x10000 == 0xfff8);
                long linked = isMarked ? (offset & -0x10000) + (offset % 0x10000 == 0 ? 0 : 1) : 0;
                if (image.getLong(offset) != expected.getOrDefault((long) offset, linked)) {
                    assertThat(image.getLong(offset))
                            .as("held %d, offset 0x%x", maxBlocksHeld, offset)
                            .isEqualTo(expected.getOrDefault((long) offset, linked));
                }
            }
        }
    }

    private static ByteBuffer unchanged() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Program program = program().open();
                OutputFile output = OutputFile.to(bytes)) {
            ImageLayout layout = ImageLayout.whole(program, 0);
            new ImageBlocks(program, layout, output, 2).writeAll();
            output.commit();
        }
        ByteBuffer image = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        // By hand: a word every 0x800 bytes holds its own address, behind the file's bytes there is nothing.
        assertThat(image.capacity()).isEqualTo(SIZE);
        assertThat(image.getLong(0x20000)).isEqualTo(0x20000);
        assertThat(image.getLong(0x5f800)).isEqualTo(0x5f800);
        assertThat(image.getLong(0x60000)).isZero();
        return image;
    }
}
