package io.github.reloc.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.elf.Program;
import java.util.List;

/** What {@code check} finds in a built file. */
final class RuleAssertions {
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PT_GNU_RELRO = 0x6474e552;

    private RuleAssertions() {}

    /** A PIE without relocations in which there is nothing to find; the program headers added are numbers 3 and 4. */
    static PieBuilder sound() {
        return PieBuilder.pie()
                .header(PT_GNU_STACK, PieBuilder.PF_R | PieBuilder.PF_W, 0, 0, 0, 0, 16)
                .header(PT_GNU_RELRO, PieBuilder.PF_R, 0x1000, PieBuilder.DATA, 0x1000, 0x1000, 1);
    }

    static void assertNothingFound(PieBuilder pie) {
        assertThat(find(pie)).isEmpty();
    }

    /** That this is all that is found. */
    static void assertFound(PieBuilder pie, Finding... findings) {
        assertThat(find(pie)).containsExactly(findings);
    }

    /** A finding whose place comes from the file. */
    static Finding finding(Rule rule, String message, long virtualAddress, long fileOffset) {
        return new Finding(rule, message, new Location(virtualAddress, fileOffset));
    }

    private static List<Finding> find(PieBuilder pie) {
        try (Program program = pie.open()) {
            return Check.run(program).list();
        }
    }
}
