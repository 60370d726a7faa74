package io.github.reloc.check;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.LoadSegments;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules over program headers. */
final class SegmentRules {
    private final List<Finding> findings;
    private final Program program;

    private SegmentRules(List<Finding> findings, Program program) {
        this.findings = findings;
        this.program = program;
    }

    static void addTo(List<Finding> findings, Program program) {
        SegmentRules rules = new SegmentRules(findings, program);
        rules.checkHeaders(program.header().segments());
        rules.checkLoaded(program.segments());
    }

    private void checkHeaders(List<Segment> headers) {
        boolean hasStack = false;
        for (Segment header : headers) {
            switch (header.type()) {
                case Elf.PT_INTERP -> add(Rule.INTERPRETER, describe(header) + " is PT_INTERP", header);
                case Elf.PT_GNU_STACK -> {
                    hasStack = true;
                    if (header.isExecutable()) {
                        // It describes no bytes of the program, so there is no place.
                        add(Rule.EXECUTABLE_STACK, describe(header) + " is PT_GNU_STACK", null);
                    }
                }
                default -> {}
            }
        }
        // Linux before 5.8 then lets a program execute all that it may read; glibc gives threads executable stacks on
        // any kernel.
        if (!hasStack) {
            add(Rule.EXECUTABLE_STACK, "there is no PT_GNU_STACK, without which a loader may make it executable", null);
        }
    }

    private void checkLoaded(LoadSegments segments) {
        long firstPage = segments.startVirtualAddress();
        Segment previous = null;
        for (Segment segment : segments.list()) {
            if (segment.isWritable() && segment.isExecutable()) {
                add(Rule.WRITABLE_EXECUTABLE_SEGMENT, describe(segment), segment);
            }
            if (segment.isExecutable() && page(segment.virtualAddress()) == firstPage) {
                add(
                        Rule.EXECUTABLE_FIRST_PAGE,
                        "the first page, at " + Unsigned.hex(firstPage) + ", belongs to " + describe(segment),
                        segment);
            }
            // The one before is enough: segments ascend, so all those on a page follow each other.
            if (previous != null) {
                checkShared(previous, segment);
            }
            previous = segment;
        }
    }

    private void checkShared(Segment lower, Segment upper) {
        long page = page(upper.virtualAddress());
        long lastOfLower = lower.virtualAddress() + lower.memorySize() - 1;
        if (page(lastOfLower) == page && !lower.permissions().equals(upper.permissions())) {
            add(
                    Rule.MIXED_PAGE_PERMISSIONS,
                    "the page at " + Unsigned.hex(page) + " belongs to " + describe(lower) + " and " + describe(upper),
                    upper);
        }
    }

    private void add(Rule rule, String message, @Nullable Segment segment) {
        findings.add(
                new Finding(rule, message, segment == null ? null : Location.of(program, segment.virtualAddress())));
    }

    private static String describe(Segment segment) {
        return "program header " + segment.index() + " (" + segment.permissions() + ")";
    }

    private static long page(long virtualAddress) {
        return Unsigned.alignDown(virtualAddress, Elf.PAGE_SIZE);
    }
}
