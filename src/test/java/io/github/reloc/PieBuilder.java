package io.github.reloc;

import io.github.reloc.PieFile.Header;
import io.github.reloc.elf.Elf;
import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Builds a small well-formed static PIE for x86-64, byte by byte, so that a test can state what the file holds, and then
 * break one field of it.
 *
 * <p>What it is made of, and where, so that tests can write addresses and file offsets as literals:
 *
 * <table>
 *   <caption>Layout (file offsets; segment 0 has the same virtual addresses unless linkedAt moves it)</caption>
 *   <tr><td>0</td><td>ELF header, then the program headers: 0 PT_LOAD R of headers and tables, 1 PT_LOAD RW of data, 2
 *   PT_DYNAMIC, then those that a test adds</td></tr>
 *   <tr><td>0x200 ({@link #DYNAMIC})</td><td>dynamic section, in the order: RELA, RELASZ, RELAENT; JMPREL, PLTRELSZ,
 *   PLTREL; REL, RELSZ, RELENT; RELR, RELRSZ, RELRENT; HASH, SYMTAB, SYMENT, STRTAB, STRSZ; the tags that a test adds;
 *   NULL. What has no table has no tags.</td></tr>
 *   <tr><td>0x400 ({@link #TABLES})</td><td>the tables back to back: RELA, JMPREL, REL, RELR, hash, symbols,
 *   strings</td></tr>
 *   <tr><td>next page</td><td>data segment: {@link #DATA} to {@link #BSS} from the file, up to {@link #END} zero</td></tr>
 * </table>
 *
 * <p>Bytes of the file that belong to no segment are {@link #FILLER}, so that one which gets into an image shows. More
 * than 8 program headers or 31 tags move what follows them up.
 */
public final class PieBuilder {
    /** Virtual address and file offset of the dynamic section. */
    public static final long DYNAMIC = 0x200;

    /** Virtual address and file offset of the first table. */
    public static final long TABLES = 0x400;

    /** Virtual address of the data segment. */
    public static final long DATA = 0x10000;

    /** Virtual address of the first byte of the data segment that does not come from the file. */
    public static final long BSS = 0x11000;

    /** Virtual address after the last byte of the data segment. */
    public static final long END = 0x12000;

    /** Indices of the program headers that are always there. */
    public static final int HEADERS_SEGMENT = 0;

    public static final int DATA_SEGMENT = 1;
    public static final int DYNAMIC_SEGMENT = 2;

    public static final int PF_X = 1;
    public static final int PF_W = 2;
    public static final int PF_R = 4;

    /** In the file where no segment is. */
    public static final byte FILLER = (byte) 0xa5;

    /** A field of the ELF header: offset and size in bytes. */
    public enum FileField {
        EI_CLASS(4, 1),
        EI_DATA(5, 1),
        EI_VERSION(6, 1),
        EI_OSABI(7, 1),
        E_TYPE(16, 2),
        E_MACHINE(18, 2),
        E_VERSION(20, 4),
        E_ENTRY(24, 8),
        E_PHOFF(32, 8),
        E_SHOFF(40, 8),
        E_FLAGS(48, 4),
        E_PHENTSIZE(54, 2),
        E_PHNUM(56, 2),
        E_SHENTSIZE(58, 2),
        E_SHNUM(60, 2),
        E_SHSTRNDX(62, 2);

        private final int offset;
        private final int size;

        FileField(int offset, int size) {
            this.offset = offset;
            this.size = size;
        }
    }

    /** A field of a program header: offset and size in bytes. */
    public enum SegmentField {
        P_TYPE(0, 4),
        P_FLAGS(4, 4),
        P_OFFSET(8, 8),
        P_VADDR(16, 8),
        P_PADDR(24, 8),
        P_FILESZ(32, 8),
        P_MEMSZ(40, 8),
        P_ALIGN(48, 8);

        private final int offset;
        private final int size;

        SegmentField(int offset, int size) {
            this.offset = offset;
            this.size = size;
        }
    }

    private long start;
    private int headersFlags = PF_R;
    private Header data = segment(DATA, PF_R | PF_W, BSS - DATA, END - DATA);
    private final List<Header> addedHeaders = new ArrayList<>();
    private long alignment = Elf.PAGE_SIZE;
    private long entry;
    private final PieTables tables = new PieTables();

    /** What is written over the finished file, in order: contents by address, then patches. */
    private final List<Consumer<PieFile>> contents = new ArrayList<>();

    private final List<Consumer<ByteBuffer>> patches = new ArrayList<>();
    private int truncatedSize = Integer.MAX_VALUE;

    private PieBuilder() {}

    /** A PIE without relocations: headers, an empty dynamic section, and a data segment of zeros. */
    public static PieBuilder pie() {
        return new PieBuilder();
    }

    // Segments

    private static Header segment(long virtualAddress, int flags, long fileSize, long memorySize) {
        return new Header(Elf.PT_LOAD, flags, Header.ANYWHERE, virtualAddress, fileSize, memorySize, 0);
    }

    /** Links the headers at an address, and the data segment 0x10000 above it. */
    public PieBuilder linkedAt(long virtualAddress) {
        start = virtualAddress;
        return data(virtualAddress + DATA, data.fileSize(), data.memorySize());
    }

    /** Puts the data segment elsewhere, or gives it other sizes: needed where the tables pass 0x10000. */
    public PieBuilder data(long virtualAddress, long fileSize, long memorySize) {
        data = segment(virtualAddress, data.flags(), fileSize, memorySize);
        return this;
    }

    /** The permissions of the data segment. */
    public PieBuilder dataFlags(int flags) {
        data = segment(data.address(), flags, data.fileSize(), data.memorySize());
        return this;
    }

    /** The permissions of the segment of headers and tables. */
    public PieBuilder headersFlags(int flags) {
        headersFlags = flags;
        return this;
    }

    /** Adds a PT_LOAD, as the next program header. */
    public PieBuilder load(long virtualAddress, int flags, long fileSize, long memorySize) {
        addedHeaders.add(segment(virtualAddress, flags, fileSize, memorySize));
        return this;
    }

    /** Adds any program header as it is. */
    public PieBuilder header(
            int type, int flags, long offset, long virtualAddress, long fileSize, long memorySize, long align) {
        addedHeaders.add(new Header(type, flags, offset, virtualAddress, fileSize, memorySize, align));
        return this;
    }

    /** {@code p_align} of every PT_LOAD, which moves them in the file so that they agree with it. */
    public PieBuilder alignment(long powerOfTwo) {
        alignment = powerOfTwo;
        return this;
    }

    public PieBuilder entry(long virtualAddress) {
        entry = virtualAddress;
        return this;
    }

    // Tables

    public PieBuilder rela(long place, int type, int symbol, long addend) {
        tables.rela.word64(place).word64(info(type, symbol)).word64(addend);
        return this;
    }

    public PieBuilder rel(long place, int type, int symbol) {
        tables.rel.word64(place).word64(info(type, symbol));
        return this;
    }

    public PieBuilder relr(long... words) {
        for (long word : words) {
            tables.relr.word64(word);
        }
        return this;
    }

    /** An entry of a JMPREL table of its own, laid out like RELA. */
    public PieBuilder jmprel(long place, int type, int symbol, long addend) {
        tables.isJmprelLikeRel = false;
        tables.jmprel.word64(place).word64(info(type, symbol)).word64(addend);
        return this;
    }

    /** An entry of a JMPREL table of its own, laid out like REL. */
    public PieBuilder jmprelLikeRel(long place, int type, int symbol) {
        tables.isJmprelLikeRel = true;
        tables.jmprel.word64(place).word64(info(type, symbol));
        return this;
    }

    private static long info(int type, int symbol) {
        return (long) symbol << Integer.SIZE | Integer.toUnsignedLong(type);
    }

    /** Adds symbol table, string table and DT_HASH, at first with nothing but symbol 0 and the empty string. */
    public PieBuilder symbols() {
        if (tables.symbols.size() == 0) {
            tables.symbols.word64(0).word64(0).word64(0);
            tables.strings.word8(0);
        }
        return this;
    }

    /** Adds a symbol; the first has index 1. An empty name is {@code st_name} 0. */
    public PieBuilder symbol(String name, int info, int sectionIndex, long value, long size) {
        symbols();
        tables.symbols
                .word32(name.isEmpty() ? 0 : tables.strings.size())
                .word8(info)
                .word8(0)
                .word16(sectionIndex);
        tables.symbols.word64(value).word64(size);
        return name.isEmpty() ? this : string(name);
    }

    /** Adds a string; the first begins at offset 1 of the string table, the next after the zero byte that ends it. */
    public PieBuilder string(String text) {
        symbols();
        tables.strings.raw(text.getBytes(StandardCharsets.UTF_8)).word8(0);
        return this;
    }

    // Dynamic section

    /** Adds an entry after those that the tables call for. */
    public PieBuilder tag(long tag, long value) {
        tables.addedTags.add(new PieTables.Tag(tag, value));
        return this;
    }

    /** Gives a tag that a table calls for another value. */
    public PieBuilder setTag(long tag, long value) {
        tables.tagValues.put(tag, value);
        return this;
    }

    /** Leaves a tag out that a table calls for. */
    public PieBuilder dropTag(long tag) {
        tables.droppedTags.add(tag);
        return this;
    }

    /** Adds words to the dynamic section after DT_NULL. */
    public PieBuilder afterNull(long... words) {
        for (long word : words) {
            tables.afterNullWords.add(word);
        }
        return this;
    }

    // Contents, by virtual address, of bytes that come from the file

    public PieBuilder word64(long virtualAddress, long value) {
        contents.add(file -> file.bytes().putLong(file.toFileOffset(virtualAddress, Long.BYTES), value));
        return this;
    }

    public PieBuilder word32(long virtualAddress, int... values) {
        for (int i = 0; i < values.length; i++) {
            long address = virtualAddress + (long) i * Integer.BYTES;
            int value = values[i];
            contents.add(file -> file.bytes().putInt(file.toFileOffset(address, Integer.BYTES), value));
        }
        return this;
    }

    public PieBuilder word16(long virtualAddress, int... values) {
        for (int i = 0; i < values.length; i++) {
            long address = virtualAddress + (long) i * Short.BYTES;
            short value = (short) values[i];
            contents.add(file -> file.bytes().putShort(file.toFileOffset(address, Short.BYTES), value));
        }
        return this;
    }

    public PieBuilder bytes(long virtualAddress, byte... bytes) {
        contents.add(file -> file.bytes().put(file.toFileOffset(virtualAddress, bytes.length), bytes));
        return this;
    }

    // Faults

    /** Sets a field of the ELF header. */
    public PieBuilder set(FileField field, long value) {
        return patch(field.offset, field.size, value);
    }

    /** Sets a field of a program header. */
    public PieBuilder set(int header, SegmentField field, long value) {
        return patch(Elf.EHDR_SIZE + header * Elf.PHDR_SIZE + field.offset, field.size, value);
    }

    public PieBuilder patch16(int fileOffset, int value) {
        return patch(fileOffset, Short.BYTES, value);
    }

    public PieBuilder patch32(int fileOffset, int value) {
        return patch(fileOffset, Integer.BYTES, value);
    }

    public PieBuilder patch64(int fileOffset, long value) {
        return patch(fileOffset, Long.BYTES, value);
    }

    private PieBuilder patch(int fileOffset, int size, long value) {
        patches.add(file -> {
            for (int i = 0; i < size; i++) {
                file.put(fileOffset + i, (byte) (value >>> (i * Byte.SIZE)));
            }
        });
        return this;
    }

    /** Ends the file early. */
    public PieBuilder truncate(int size) {
        truncatedSize = size;
        return this;
    }

    // Building

    /** The file. */
    public byte[] build() {
        List<Header> others = new ArrayList<>(List.of(data));
        others.addAll(addedHeaders);
        PieFile file = new PieFile(segment(start, headersFlags, 0, 0), others, alignment, tables, entry);
        contents.forEach(content -> content.accept(file));
        patches.forEach(patch -> patch.accept(file.bytes()));
        byte[] bytes = new byte[Math.min(file.bytes().capacity(), truncatedSize)];
        file.bytes().get(0, bytes);
        return bytes;
    }

    /** Writes the file, and returns its path. */
    public Path writeTo(Path path) throws IOException {
        return Files.write(path, build());
    }

    /** The file as the code under test sees it; the caller closes it. */
    public Program open() {
        return new Program(openInput());
    }

    /** The bytes of the file as the code under test sees them; the caller closes it. */
    public InputFile openInput() {
        return InputFile.spool(new ByteArrayInputStream(build()));
    }
}
