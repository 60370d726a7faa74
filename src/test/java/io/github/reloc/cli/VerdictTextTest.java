package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.check.Verdict;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.TableRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class VerdictTextTest {
    private static String describe(boolean dependsOnBase, long size) {
        ImageRequest request = new ImageRequest(
                0x7f0000,
                Format.MEMORY_WITHOUT_BSS,
                TableRule.KEEP,
                true,
                PhysicalAddresses.DEFAULT,
                Map.of("b", 2L, "a", 1L));
        return VerdictText.options(new Verdict.Counterpart(request, size, dependsOnBase, Set.of()));
    }

    /** In the order of the README, symbols in that of their names. */
    @Test
    void optionsThatApplyNeedsAreNamed() {
        assertThat(describe(true, 4L << 30))
                .isEqualTo("--base 0x7f0000 --tables keep --unresolved keep --defsym a=0x1 --defsym b=0x2 --omit-bss");
        assertThat(describe(false, 1))
                .isEqualTo("any base and --tables keep --unresolved keep --defsym a=0x1 --defsym b=0x2 --omit-bss");
    }

    /** Without it, apply writes no more than 4 GiB. */
    @Test
    void sizeOfALargeImageIsAllowed() {
        assertThat(describe(true, (4L << 30) + 1)).endsWith(" --omit-bss --max-size 4294967297");
    }
}
