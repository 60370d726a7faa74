package io.github.reloc.cli;

import io.github.reloc.elf.Elf;
import io.github.reloc.elf.Program;
import io.github.reloc.elf.Segment;
import io.github.reloc.elf.Unsigned;
import io.github.reloc.executable.AddressNote;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.ImageLayout;
import io.github.reloc.relocation.RelocatedImage;

/** What may keep an executable from running, though it is what was asked for. */
final class ExecutableWarnings {
    private final Program program;
    private final RelocatedImage relocated;
    private final ImageLayout layout;
    private final String name;
    private final Console console;

    ExecutableWarnings(Program program, RelocatedImage relocated, String name, Console console) {
        this.program = program;
        this.relocated = relocated;
        this.layout = relocated.image().layout();
        this.name = name;
        this.console = console;
    }

    void say(PhysicalAddresses physicalAddresses) {
        // A dynamic loader goes by the program headers; so does start-up code, but for that of glibc before 2.41.
        if (!relocated.left().isEmpty() && program.header().first(Elf.PT_INTERP) == null) {
            console.warn(
                    name,
                    "entries are left for run time: the program's start-up must take its bias from the program headers;"
                            + " glibc does from 2.41 on, and before that the program crashes");
        }
        for (AddressNote note : AddressNote.find(program)) {
            long word = relocated.image().wordAt(note.fileOffset(), note.size());
            String what = note + " (file offset " + Unsigned.hex(note.fileOffset()) + ")";
            boolean isLeftBehind = word == note.linked() && layout.bias() != 0;
            if (isLeftBehind && note.isAddressOf(program)) {
                console.warn(
                        name,
                        what + ", holds " + Unsigned.hex(word)
                                + ", an address of the program that no relocation entry is for: it stays as it is");
            } else if (note.isPhysical() && !isLeftBehind) {
                warnOfVirtualAddress(what, word, physicalAddresses);
            }
        }
    }

    private void warnOfVirtualAddress(String what, long word, PhysicalAddresses physicalAddresses) {
        Segment segment = program.segments().containing(word - layout.bias(), 1);
        if (segment == null) {
            return;
        }
        long distance = physicalAddresses.of(segment, layout) - layout.toLoadAddress(segment.virtualAddress());
        if (distance != 0) {
            console.warn(
                    name,
                    what + ", holds the virtual address " + Unsigned.hex(word)
                            + ", and loaders that read it want the physical one, " + Unsigned.hex(word + distance));
        }
    }
}
