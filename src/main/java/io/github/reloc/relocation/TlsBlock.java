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
    private final Program program;
    private long size;
    private @Nullable Failure failure;
    private boolean isRead;

    /** The block of a program, which need not have one. */
    TlsBlock(Program program) {
        this.program = program;
    }

    /**
     * In bytes, p_memsz rounded up to p_align.
     *
     * @throws Failure if there is no such segment, or it is malformed, or loaders disagree about it
     */
    long size() {
        // Looked for once, whether or not it is sound: a file may have many program headers, and entries.
        if (!isRead) {
            isRead = true;
            try {
                size = read();
            } catch (Failure e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return size;
    }

    private long read() {
        Segment tls = program.header().only(Elf.PT_TLS, "PT_TLS");
        if (tls == null) {
            throw Failure.malformed("a thread-local relocation without PT_TLS");
        }
        long alignment = Math.max(1, tls.alignment());
        if (tls.alignment() < 0 || (alignment & (alignment - 1)) != 0) {
            throw malformed(
                    tls,
                    "p_align " + Unsigned.hex(tls.alignment())
                            + " is not a power of two that a block can be aligned to");
        }
        if ((tls.virtualAddress() & (alignment - 1)) != 0) {
            throw Failure.unsupported("program header " + tls.index() + " (PT_TLS): p_vaddr "
                            + Unsigned.hex(tls.virtualAddress()) + " is not a multiple of p_align "
                            + Unsigned.hex(alignment) + ", and loaders disagree on what that means")
                    .at(program.header().fileOffset(tls));
        }
        if (Unsigned.sumWraps(tls.memorySize(), alignment - 1)) {
            throw malformed(tls, "p_memsz " + Unsigned.hex(tls.memorySize()) + " passes the end of the address space");
        }
        return Unsigned.alignUp(tls.memorySize(), alignment);
    }

    private Failure malformed(Segment tls, String fault) {
        return Failure.malformed(
                "program header " + tls.index() + " (PT_TLS): " + fault,
                program.header().fileOffset(tls));
    }
}
