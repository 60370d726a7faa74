package io.github.reloc.relocation;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * The block of thread-local storage that {@code PT_TLS} describes.
 *
 * <p>On x86-64 (TLS variant II) the thread pointer is the address after the block of module 1, so an offset from it is an
 * offset in the block minus the block's size, p_memsz rounded up to p_align. Loaders agree on that size only where
 * p_vaddr is a multiple of p_align. Source: "ELF Handling for Thread-Local Storage", section 3; x86-64 psABI.
 */
final class TlsBlock {
    private @Nullable Segment tls;
    private @Nullable Segment second;

    /** The block of a program, which need not have one. */
    TlsBlock(Program program) {
        for (Segment segment : program.header().segments()) {
            if (segment.type() == Elf.PT_TLS) {
                if (tls == null) {
                    tls = segment;
                } else if (second == null) {
                    second = segment;
                }
            }
        }
    }

    /**
     * In bytes, p_memsz rounded up to p_align.
     *
     * @throws Failure if there is no such segment, or it is malformed, or loaders disagree about it
     */
    long size() {
        if (tls == null) {
            throw Failure.malformed("a thread-local relocation without PT_TLS");
        }
        if (second != null) {
            throw Failure.malformed("program headers " + tls.index() + " and " + second.index() + " are both PT_TLS");
        }
        long alignment = Math.max(1, tls.alignment());
        if (tls.alignment() < 0 || (alignment & (alignment - 1)) != 0) {
            throw Failure.malformed(describe(tls) + "p_align " + Unsigned.hex(tls.alignment())
                    + " is not a power of two that a block can be aligned to");
        }
        if ((tls.virtualAddress() & (alignment - 1)) != 0) {
            throw Failure.unsupported(
                    describe(tls) + "p_vaddr " + Unsigned.hex(tls.virtualAddress()) + " is not a multiple of p_align "
                            + Unsigned.hex(alignment) + ", and loaders disagree on what that means");
        }
        if (Unsigned.sumWraps(tls.memorySize(), alignment - 1)) {
            throw Failure.malformed(describe(tls) + "p_memsz " + Unsigned.hex(tls.memorySize())
                    + " passes the end of the address space");
        }
        return Unsigned.alignUp(tls.memorySize(), alignment);
    }

    private static String describe(Segment tls) {
        return "program header " + tls.index() + " (PT_TLS): ";
    }
}
