package io.github.reloc.image;

import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.ObjectFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
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
        try (ObjectFile object = program().open()) {
            ImageLayout layout = ImageLayout.whole(object, 0);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputFile output = OutputFile.to(bytes)) {
                ImageBlocks blocks = new ImageBlocks(object, layout, output, 2);
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

    private static ByteBuffer unchanged() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectFile object = program().open();
                OutputFile output = OutputFile.to(bytes)) {
            ImageLayout layout = ImageLayout.whole(object, 0);
            new ImageBlocks(object, layout, output, 2).writeAll();
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
