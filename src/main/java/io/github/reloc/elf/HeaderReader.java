package io.github.reloc.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.fornwall.jelf.BackingFile;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSegment;

/**
 * Reads the ELF header and the program headers: the only place that knows jelf.
 *
 * <p>jelf decodes; what it does not check is checked here before it is asked: the class, byte order, version, type and
 * machine, the size of a program header, and that all of them lie in the file. jelf holds {@code e_phnum} in a signed
 * 16-bit field, so larger counts are refused, the escape {@link Elf#PN_XNUM} among them.
 */
final class HeaderReader {
    private static final int E_MACHINE_OFFSET = 18;
    private static final int E_VERSION_OFFSET = 20;
    private static final int E_PHOFF_OFFSET = 32;
    static final int E_SHOFF_OFFSET = 40;
    private static final int E_FLAGS_OFFSET = 48;
    private static final int E_PHENTSIZE_OFFSET = 54;
    private static final int E_PHNUM_OFFSET = 56;
    static final int E_SHENTSIZE_OFFSET = 58;
    static final int E_SHNUM_OFFSET = 60;
    static final int E_SHSTRNDX_OFFSET = 62;

    /** {@code 0x7f 'E' 'L' 'F'} as a little-endian word. */
    private static final int MAGIC = 0x464c457f;

    private HeaderReader() {}

    /**
     * Reads the headers of a file.
     *
     * @throws Failure if this is no ELF file, not one for x86-64 that has been linked, or its headers are malformed
     */
    static FileHeader read(InputFile input) {
        checkIdentity(input);
        checkProgramHeaderTable(input);
        try {
            SectionlessFile file = new SectionlessFile(input);
            ElfFile elf = ElfFile.from(file);
            file.endHeader();
            List<Segment> segments = new ArrayList<>(elf.e_phnum);
            for (int i = 0; i < elf.e_phnum; i++) {
                ElfSegment header = elf.getProgramHeader(i);
                segments.add(new Segment(
                        i,
                        header.p_type,
                        header.p_flags,
                        header.p_offset,
                        header.p_vaddr,
                        header.p_paddr,
                        header.p_filesz,
                        header.p_memsz,
                        header.p_align));
            }
            return new FileHeader(input.byteAt(Elf.EI_OSABI), elf.e_type, elf.e_entry, elf.e_phoff, segments);
        } catch (ElfException e) {
            throw Failure.malformed(String.valueOf(e.getMessage()), 0);
        }
    }

    /** Whether a file begins with the four bytes by which an ELF file is known. */
    static boolean hasMagic(InputFile input) {
        return input.size() >= Integer.BYTES && input.word32(0) == MAGIC;
    }

    private static void checkIdentity(InputFile input) {
        if (!hasMagic(input)) {
            throw Misfit.notElf(input);
        }
        if (input.size() < Elf.EHDR_SIZE) {
            throw Failure.malformed("the file ends inside the ELF header, after " + input.size() + " bytes", 0);
        }
        int fileClass = input.byteAt(Elf.EI_CLASS);
        if (fileClass != Elf.ELFCLASS64) {
            throw Failure.unsupported((fileClass == Elf.ELFCLASS32 ? "a 32-bit program" : "not a 64-bit program")
                    + " (EI_CLASS is " + fileClass + ")");
        }
        int byteOrder = input.byteAt(Elf.EI_DATA);
        if (byteOrder != Elf.ELFDATA2LSB) {
            throw Failure.unsupported(
                    (byteOrder == Elf.ELFDATA2MSB ? "a big-endian program" : "not a little-endian program")
                            + " (EI_DATA is " + byteOrder + ")");
        }
        if (input.byteAt(Elf.EI_VERSION) != Elf.EV_CURRENT) {
            throw Failure.malformed("EI_VERSION " + input.byteAt(Elf.EI_VERSION) + " is not 1", Elf.EI_VERSION);
        }
        if (input.word32(E_VERSION_OFFSET) != Elf.EV_CURRENT) {
            throw Failure.malformed(
                    "e_version " + Integer.toUnsignedString(input.word32(E_VERSION_OFFSET)) + " is not 1",
                    E_VERSION_OFFSET);
        }
        int machine = input.word16(E_MACHINE_OFFSET);
        if (machine != Elf.EM_X86_64) {
            throw Failure.unsupported("for " + Machine.name(machine) + " (e_machine is " + machine + ")");
        }
        int type = input.word16(FileHeader.E_TYPE_OFFSET);
        if (type != Elf.ET_DYN && type != Elf.ET_EXEC) {
            throw Misfit.unlinked(type, input);
        }
    }

    private static void checkProgramHeaderTable(InputFile input) {
        int count = input.word16(E_PHNUM_OFFSET);
        if (count == 0) {
            throw Failure.malformed("e_phnum is 0: there is nothing to load", E_PHNUM_OFFSET);
        }
        if (count > Short.MAX_VALUE) {
            throw Failure.unsupported(
                    count == Elf.PN_XNUM
                            ? "e_phnum is PN_XNUM: the number of program headers stands in a section header"
                            : count + " program headers; at most " + Short.MAX_VALUE + " are read");
        }
        int entrySize = input.word16(E_PHENTSIZE_OFFSET);
        if (entrySize != Elf.PHDR_SIZE) {
            throw Failure.malformed("e_phentsize " + entrySize + " is not " + Elf.PHDR_SIZE, E_PHENTSIZE_OFFSET);
        }
        long start = input.word64(E_PHOFF_OFFSET);
        if (!Unsigned.contains(0, input.size(), start, (long) count * Elf.PHDR_SIZE)) {
            throw Failure.malformed(
                    "the program headers (e_phoff " + Unsigned.hex(start) + ", e_phnum " + count
                            + ") do not lie in the file of " + input.size() + " bytes",
                    E_PHOFF_OFFSET);
        }
    }

    /**
     * The file as jelf sees it: with 64-bit offsets and, while jelf reads the ELF header, without section headers, which
     * it would otherwise go on to ({@code e_shoff} and the three fields from {@code e_shentsize} on show as zero). The
     * program headers come after that, and each as it stands: one may lie over the very fields that were hidden.
     */
    private static final class SectionlessFile implements BackingFile {
        private final InputFile input;
        private long position;
        private boolean isInHeader = true;

        SectionlessFile(InputFile input) {
            this.input = input;
        }

        void endHeader() {
            isInHeader = false;
        }

        @Override
        public void seek(long offset) {
            position = offset;
        }

        @Override
        public void skip(int bytesToSkip) {
            position += bytesToSkip;
        }

        @Override
        public short readUnsignedByte() {
            long offset = position++;
            if (!Unsigned.less(offset, input.size())) {
                throw new ElfException("read past the end of the file at offset " + Unsigned.hex(offset));
            }
            return isInHeader && isOfSectionHeaders(offset) ? 0 : (short) input.byteAt(offset);
        }

        @Override
        public int read(byte[] data) {
            if (!Unsigned.contains(0, input.size(), position, data.length)) {
                throw new ElfException("read past the end of the file at offset " + Unsigned.hex(position));
            }
            input.read(position, ByteBuffer.wrap(data));
            position += data.length;
            return data.length;
        }

        private static boolean isOfSectionHeaders(long offset) {
            return (offset >= E_SHOFF_OFFSET && offset < E_FLAGS_OFFSET)
                    || (offset >= E_SHENTSIZE_OFFSET && offset < Elf.EHDR_SIZE);
        }
    }
}
