package io.github.reloc.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.table.RelocationTable.Kind;
import org.junit.jupiter.api.Test;

final class RelocationCountsTest {
    @Test
    void typesAreCountedInTheOrderOfTheirNumbers() {
        RelocationCounts.ByType counts = new RelocationCounts.ByType();
        for (int type : new int[] {-1, 8, 251, 0, 8, 63, 64, -1}) {
            counts.add(type);
        }

        assertThat(counts.total()).isEqualTo(8);
        assertThat(counts.toMap().keySet()).containsExactly(0, 8, 63, 64, 251, -1);
        assertThat(counts.toMap().values()).containsExactly(1L, 2L, 1L, 1L, 1L, 2L);
    }

    @Test
    void tablesAreCountedInTheOrderOfLoaders() {
        RelocationCounts counts = new RelocationCounts();
        counts.of(Kind.JMPREL).add(8);
        counts.of(Kind.RELR).add(8);
        counts.of(Kind.JMPREL).add(8);

        assertThat(counts.byTable().keySet()).containsExactly(Kind.RELR, Kind.JMPREL);
        assertThat(counts.of(Kind.JMPREL).total()).isEqualTo(2);
    }

    @Test
    void countsOfNothingAreEmpty() {
        RelocationCounts counts = new RelocationCounts();
        assertThat(counts.isEmpty()).isTrue();

        counts.of(Kind.RELR).add(8, 0);
        assertThat(counts.isEmpty()).isTrue();

        counts.of(Kind.RELA).add(8);
        assertThat(counts.isEmpty()).isFalse();
        assertThat(counts.toMap(Kind.RELA)).containsOnlyKeys(8);
        assertThat(counts.toMap(Kind.JMPREL)).isEmpty();
    }
}
