package io.github.reloc.image;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.DATA_SEGMENT;
import static io.github.reloc.PieBuilder.END;
import static io.github.reloc.PieBuilder.FILLER;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.SegmentField.P_OFFSET;
import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ImageTest {
    /** Words that change are held in blocks of this many bytes of the image. */
    private static final int BLOCK_SIZE = 0x10000;

    /** The image after a change. */
    private static byte[] bytes(PieBuilder pie, Consumer<Image> change) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Program program = pie.open();
                OutputFile output = OutputFile.to(bytes)) {
            Image image = new Image(program, ImageLayout.whole(program, 0x7f0000), output);
            change.accept(image);
            image.write();
            output.commit();
        }
        return bytes.toByteArray();
    }

    private static ByteBuffer image(PieBuilder pie, Consumer<Image> change) {
        return ByteBuffer.wrap(bytes(pie, change)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer image(PieBuilder pie) {
        return image(pie, image -> {});
    }

    @Test
    void eachSegmentStandsAtItsAddress() {
        PieBuilder pie = pie().linkedAt(0x400000).word64(0x410ff8, 0x1122).load(0x420000, PF_R, 8, 8);
        ByteBuffer image = image(pie.word64(0x420000, 0x3344));

        assertThat(image.capacity()).isEqualTo(0x21000);
        assertThat(image.getInt(0)).isEqualTo(0x464c457f);
        assertThat(image.getLong(0x10ff8)).isEqualTo(0x1122);
        assertThat(image.getLong(0x20000)).isEqualTo(0x3344);
    }

    /** The second block begins at 0xffffffffffffd000: less than a block before the end of the address space. */
    @Test
    void segmentsAtTheTopOfTheAddressSpace() {
        ByteBuffer image =
                image(pie().linkedAt(-0x13000).word64(-0x3000, 0x1122).word64(-0x2ff8, 0x3344), it -> {
                    it.moveWindow(-0x2ff8, -0x3000, 0x2000);
                    assertThat(it.window().wordAt(-0x2ff8)).isNotNegative();
                    it.setWord64(-0x2ff8, it.word64(-0x2ff8) + 0x5500);
                });

        assertThat(image.capacity()).isEqualTo(0x12000);
        assertThat(image.getLong(0x10000)).isEqualTo(0x1122);
        assertThat(image.getLong(0x10008)).isEqualTo(0x8844);
    }

    /** Not a word of it in memory: the kernel copies it. */
    @Test
    void untouchedSegmentsAtTheTopOfTheAddressSpace() {
        ByteBuffer image = image(pie().linkedAt(-0x13000).word64(-0x3000, 0x1122));

        assertThat(image.getInt(0)).isEqualTo(0x464c457f);
        assertThat(image.getLong(0x10000)).isEqualTo(0x1122);
    }

    @Test
    void whatNoSegmentBacksIsZero() {
        byte[] file = pie().load(0x20000, PF_R, 0x10, 0x10).build();
        byte[] image = bytes(pie().load(0x20000, PF_R, 0x10, 0x10), it -> {});

        assertThat(file[0x400]).as("behind the first segment").isEqualTo(FILLER);
        assertThat(image).hasSize(0x21000).doesNotContain(FILLER);
        assertThat(Arrays.copyOfRange(image, 0x400, 0x21000)).containsOnly(0);
    }

    @Test
    void theBeginningOfTheFirstPageIsZero() {
        byte[] image = bytes(pie().linkedAt(0x400100).alignment(1), it -> {});

        assertThat(Arrays.copyOf(image, 0x100)).containsOnly(0);
        assertThat(Arrays.copyOfRange(image, 0x100, 0x104)).containsExactly(0x7f, 'E', 'L', 'F');
    }

    @Test
    void bytesOfTheFileMayBackTwoSegments() {
        ByteBuffer image = image(pie().set(DATA_SEGMENT, P_OFFSET, 0));

        assertThat(image.getInt(0)).isEqualTo(0x464c457f);
        assertThat(image.getInt(0x10000)).isEqualTo(0x464c457f);
    }

    @Test
    void aWordThatIsSet() {
        ByteBuffer image = image(pie(), it -> it.setWord64(DATA + 1, 0x8877665544332211L));

        assertThat(image.getLong(0x10001)).isEqualTo(0x8877665544332211L);
        assertThat(image.get(0x10000)).isEqualTo((byte) 0);
        assertThat(image.get(0x10009)).isEqualTo((byte) 0);
    }

    @Test
    void aWordAcrossPages() {
        ByteBuffer image = image(pie(), it -> it.setWord64(DATA + 0xffc, 0x8877665544332211L));

        assertThat(image.getLong(0x10ffc)).isEqualTo(0x8877665544332211L);
    }

    @Test
    void aWordAcrossBlocks() {
        for (int before = 1; before < 8; before++) {
            long place = DATA + BLOCK_SIZE - before;
            ByteBuffer image = image(pie().data(DATA, 0x11000, 0x11000).word64(place, 0x0102030405060708L), it -> {
                assertThat(it.word64(place)).isEqualTo(0x0102030405060708L);
                it.setWord64(place, 0x8877665544332211L);
                assertThat(it.word64(place)).isEqualTo(0x8877665544332211L);
            });

            assertThat(image.getLong(0x20000 - before)).isEqualTo(0x8877665544332211L);
        }
    }

    @Test
    void aWordOf32BitsAcrossBlocks() {
        for (int before = 0; before < 5; before++) {
            long place = DATA + BLOCK_SIZE - before;
            ByteBuffer image = image(pie().data(DATA, 0x11000, 0x11000).word32(place, -2), it -> {
                assertThat(it.word32(place)).isEqualTo(-2);
                it.setWord(place, Integer.BYTES, 0x84838281);
                assertThat(it.word32(place)).isEqualTo(0x84838281);
            });

            assertThat(image.getInt(0x20000 - before)).isEqualTo(0x84838281);
            assertThat(image.get(0x20000 - before + 4)).isEqualTo((byte) 0);
        }
    }

    @Test
    void theLastWordOfAnImageThatEndsInsideABlock() {
        ByteBuffer image = image(pie(), it -> it.setWord64(END - 8, -1));

        assertThat(image.capacity()).isEqualTo(0x12000);
        assertThat(image.getLong(0x11ff8)).isEqualTo(-1);
    }

    @Test
    void aRangeThatIsCleared() {
        byte[] ones = new byte[0x3000];
        Arrays.fill(ones, (byte) 1);
        byte[] image = bytes(
                pie().data(DATA + 0xf000, 0x3000, 0x3000).bytes(DATA + 0xf000, ones),
                it -> it.clear(DATA + 0xf010, 0x2001));

        assertThat(Arrays.copyOfRange(image, 0x1f000, 0x1f010)).containsOnly(1);
        assertThat(Arrays.copyOfRange(image, 0x1f010, 0x21011)).containsOnly(0);
        assertThat(Arrays.copyOfRange(image, 0x21011, 0x22000)).containsOnly(1);
    }

    @Test
    void blocksThatAreNotTouchedComeFromTheFileToo() {
        // Three blocks, each with a byte at its start and its end; only the second is touched.
        PieBuilder pie = pie().data(DATA, 0x30000, 0x30000);
        for (int block = 0; block < 3; block++) {
            pie.bytes(DATA + block * 0x10000L, (byte) 1).bytes(DATA + block * 0x10000L + 0xffff, (byte) 2);
        }
        ByteBuffer image = image(pie, it -> it.setWord64(DATA + 0x10100, 3));

        for (int block = 0; block < 3; block++) {
            assertThat(image.get(0x10000 + block * 0x10000)).isEqualTo((byte) 1);
            assertThat(image.get(0x1ffff + block * 0x10000)).isEqualTo((byte) 2);
        }
        assertThat(image.getLong(0x20100)).isEqualTo(3);
    }

    @Test
    void aWordThatIsOnlyReadChangesNothing() {
        PieBuilder pie = pie().word64(DATA + 0x123, 0x1122334455667788L);

        assertThat(bytes(pie, it -> it.word64(DATA))).isEqualTo(bytes(pie, it -> {}));
    }

    @Test
    void manyPagesOfManyBlocks() {
        // A word on every third page of 100 blocks: runs of changed and unchanged pages.
        PieBuilder pie = pie().data(DATA, 0x1000, 100L * BLOCK_SIZE).dataFlags(PF_R | PF_W);
        ByteBuffer image = image(pie, it -> {
            for (int page = 0; page < 1600; page += 3) {
                it.setWord64(DATA + page * 0x1000L + 0x800, page + 1);
            }
        });

        for (int page = 0; page < 1600; page++) {
            assertThat(image.getLong(0x10000 + page * 0x1000 + 0x800)).isEqualTo(page % 3 == 0 ? page + 1 : 0);
        }
    }
}
