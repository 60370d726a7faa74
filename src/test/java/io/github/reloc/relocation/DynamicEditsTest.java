package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.pie;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import io.github.reloc.image.Image;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.image.OutputFile;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The dynamic section is at 0x200 of the image, entry i at 0x200 + 16 * i. */
final class DynamicEditsTest {
    private static final long DT_NULL = 0;
    private static final long DT_RELACOUNT = 0x6ffffff9L;
    private static final long DT_RELCOUNT = 0x6ffffffaL;
    private static final long DT_FLAGS_1 = 0x6ffffffbL;

    /** The first words of the dynamic section once the edits are in it. */
    private static long[] edited(PieBuilder pie, int count, Consumer<DynamicEdits> edit) {
        try (Program program = pie.open();
                OutputFile output = OutputFile.to(new ByteArrayOutputStream())) {
            Image image = new Image(program, ImageLayout.whole(program, 0x7f0000), output);
            DynamicEdits edits = new DynamicEdits();
            edit.accept(edits);
            edits.writeTo(image, program);
            long dynamic = program.dynamic().virtualAddress();
            return LongStream.range(0, count)
                    .map(i -> image.word64(dynamic + 8 * i))
                    .toArray();
        }
    }

    private static PieBuilder counts() {
        return pie().tag(DT_RELACOUNT, 1).tag(DT_FLAGS_1, 2).tag(DT_RELCOUNT, 3);
    }

    @Test
    void valuesReplaceThoseOfTheirTags() {
        assertThat(edited(counts(), 8, edits -> {
                    edits.set(DT_RELCOUNT, 7);
                    edits.set(DT_RELACOUNT, 0);
                }))
                .containsExactly(DT_RELACOUNT, 0, DT_FLAGS_1, 2, DT_RELCOUNT, 7, DT_NULL, 0);
    }

    @Test
    void theFirstAndTheLastEntryAreReached() {
        assertThat(edited(pie().tag(DT_RELACOUNT, 1), 4, edits -> edits.set(DT_RELACOUNT, -1)))
                .containsExactly(DT_RELACOUNT, -1, DT_NULL, 0);
    }

    @Test
    void theLastValueOfATagCounts() {
        assertThat(edited(counts(), 2, edits -> {
                    edits.set(DT_RELACOUNT, 8);
                    edits.set(DT_RELACOUNT, 9);
                }))
                .containsExactly(DT_RELACOUNT, 9);
    }

    @Test
    void aTagThatIsNotThereIsNotMade() {
        assertThat(edited(pie().tag(DT_FLAGS_1, 2), 4, edits -> edits.set(DT_RELACOUNT, 5)))
                .containsExactly(DT_FLAGS_1, 2, DT_NULL, 0);
    }

    @Test
    void aTagThatStandsTwiceIsChangedTwice() {
        assertThat(edited(
                        pie().tag(DT_RELACOUNT, 1).tag(DT_FLAGS_1, 2).tag(DT_RELACOUNT, 1),
                        8,
                        edits -> edits.set(DT_RELACOUNT, 5)))
                .containsExactly(DT_RELACOUNT, 5, DT_FLAGS_1, 2, DT_RELACOUNT, 5, DT_NULL, 0);
    }

    @Test
    void whatFollowsTheEndStays() {
        assertThat(edited(counts().afterNull(DT_RELACOUNT, 4), 10, edits -> edits.set(DT_RELACOUNT, 5)))
                .containsExactly(DT_RELACOUNT, 5, DT_FLAGS_1, 2, DT_RELCOUNT, 3, DT_NULL, 0, DT_RELACOUNT, 4);
    }

    @Test
    void aValueThatLooksLikeATagIsNone() {
        assertThat(edited(pie().tag(DT_FLAGS_1, DT_RELACOUNT), 4, edits -> edits.set(DT_RELACOUNT, 5)))
                .containsExactly(DT_FLAGS_1, DT_RELACOUNT, DT_NULL, 0);
    }

    @Test
    void theSectionIsFoundWhereItIsLinked() {
        assertThat(edited(counts().linkedAt(0x400000), 2, edits -> edits.set(DT_RELACOUNT, 5)))
                .containsExactly(DT_RELACOUNT, 5);
    }
}
