package io.github.reloc.check;

import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.PF_W;
import static io.github.reloc.PieBuilder.PF_X;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.check.RuleAssertions.assertFound;
import static io.github.reloc.check.RuleAssertions.assertNothingFound;
import static io.github.reloc.check.RuleAssertions.finding;
import static io.github.reloc.check.RuleAssertions.sound;

import org.junit.jupiter.api.Test;

final class SegmentRulesTest {
    private static final int PT_INTERP = 3;
    private static final int PT_GNU_STACK = 0x6474e551;

    @Test
    void aSoundProgram() {
        assertNothingFound(sound());
    }

    @Test
    void anInterpreter() {
        assertFound(
                sound().header(PT_INTERP, PF_R, 0x300, 0x300, 0x1c, 0x1c, 1),
                finding(Rule.INTERPRETER, "program header 5 (r--) is PT_INTERP", 0x300, 0x300));
    }

    @Test
    void anInterpreterOutsideOfMemoryHasNoPlace() {
        assertFound(
                sound().header(PT_INTERP, PF_R, 0x300, 0x99000, 0x1c, 0x1c, 1),
                new Finding(Rule.INTERPRETER, "program header 5 (r--) is PT_INTERP", null));
    }

    @Test
    void aSegmentBothWritableAndExecutable() {
        assertFound(
                sound().dataFlags(PF_R | PF_W | PF_X),
                finding(Rule.WRITABLE_EXECUTABLE_SEGMENT, "program header 1 (rwx)", 0x10000, 0x1000));
    }

    @Test
    void codeThatIsNotWritable() {
        assertNothingFound(sound().load(0x20000, PF_R | PF_X, 0x10, 0x10));
    }

    @Test
    void anExecutableStack() {
        assertFound(
                pie().header(PT_GNU_STACK, PF_R | PF_W | PF_X, 0, 0, 0, 0, 16),
                new Finding(Rule.EXECUTABLE_STACK, "program header 3 (rwx) is PT_GNU_STACK", null));
    }

    @Test
    void aStackOfWhichNothingIsSaid() {
        assertFound(
                pie(),
                new Finding(
                        Rule.EXECUTABLE_STACK,
                        "there is no PT_GNU_STACK, without which a loader may make it executable",
                        null));
    }

    @Test
    void twoSegmentsWithDifferentPermissionsOnOnePage() {
        assertFound(
                sound().load(0x12ff0, PF_R, 0x11, 0x11).load(0x13001, PF_R | PF_W, 0x10, 0x10),
                finding(
                        Rule.MIXED_PAGE_PERMISSIONS,
                        "the page at 0x13000 belongs to program header 5 (r--) and program header 6 (rw-)",
                        0x13001,
                        0x4001));
    }

    @Test
    void twoSegmentsWithTheSamePermissionsOnOnePage() {
        assertNothingFound(sound().load(0x12ff0, PF_R, 0x11, 0x11).load(0x13001, PF_R, 0x10, 0x10));
    }

    @Test
    void aSegmentThatBeginsOnTheNextPage() {
        assertNothingFound(sound().load(0x12ff0, PF_R, 0x10, 0x10).load(0x13000, PF_R | PF_W, 0x10, 0x10));
    }

    @Test
    void zeroFilledMemoryCountsForItsPage() {
        assertFound(
                sound().data(0x10000, 0x800, 0x1001).load(0x11008, PF_R, 0x10, 0x10),
                finding(
                        Rule.MIXED_PAGE_PERMISSIONS,
                        "the page at 0x11000 belongs to program header 1 (rw-) and program header 5 (r--)",
                        0x11008,
                        0x2008));
    }

    @Test
    void anExecutableFirstPage() {
        assertFound(
                sound().headersFlags(PF_R | PF_X),
                finding(Rule.EXECUTABLE_FIRST_PAGE, "the first page, at 0x0, belongs to program header 0 (r-x)", 0, 0));
    }

    @Test
    void anExecutableFirstPageOfAProgramThatIsNotLinkedAtZero() {
        assertFound(
                sound().linkedAt(0x200000).headersFlags(PF_R | PF_X),
                finding(
                        Rule.EXECUTABLE_FIRST_PAGE,
                        "the first page, at 0x200000, belongs to program header 0 (r-x)",
                        0x200000,
                        0));
    }
}
