package io.github.reloc.elf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DynamicTagTest {
    @Test
    void names() {
        assertThat(DynamicTag.name(0)).isEqualTo("DT_NULL");
        assertThat(DynamicTag.name(37)).isEqualTo("DT_RELRENT");
        assertThat(DynamicTag.name(0x6ffffff9L)).isEqualTo("DT_RELACOUNT");
        assertThat(DynamicTag.name(0x7fffffffL)).isEqualTo("DT_FILTER");
    }

    @Test
    void aTagWithoutAName() {
        assertThat(DynamicTag.name(31)).as("DT_ENCODING is a limit, not a tag").isNull();
        assertThat(DynamicTag.name(38)).isNull();
        assertThat(DynamicTag.name(-1)).isNull();
    }

    @Test
    void theUpperHalfCounts() {
        assertThat(DynamicTag.name(0x100000007L)).isNull();
        assertThat(DynamicTag.name(0xffffffff00000007L)).isNull();
    }
}
