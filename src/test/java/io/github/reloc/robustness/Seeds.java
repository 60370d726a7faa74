package io.github.reloc.robustness;

import io.github.reloc.PieBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The well-formed files that are broken: every fixture, and what no linker at hand makes. */
final class Seeds {
    private static final long DATA = PieBuilder.DATA;
    private static final int GLOBAL_OBJECT = 0x11;
    private static final int GLOBAL_THREAD_LOCAL = 0x16;
    private static final int GLOBAL_INDIRECT = 0x1a;
    private static final int WEAK_OBJECT = 0x21;
    private static final int SHN_ABS = 0xfff1;
    private static final int PT_TLS = 7;
    private static final long DT_PLTRELSZ = 2;
    private static final long DT_PLTREL = 20;
    private static final long DT_JMPREL = 23;

    private Seeds() {}

    /** Each file by its name. */
    static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of("testdata"))) {
            files.filter(file -> file.toString().endsWith(".elf"))
                    .forEach(file -> seeds.put(file.getFileName().toString(), read(file)));
        }
        seeds.put("JMPREL inside RELA", jumpsInsideRela().build());
        seeds.put("JMPREL inside REL", jumpsInsideRel().build());
        seeds.put("every type", everyType().build());
        seeds.put("header over header", headerOverHeader());
        seeds.put("top of memory", topOfMemory().build());
        return seeds;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Symbols 1 to 6: one of each kind that formulas tell apart. */
    private static PieBuilder withSymbols() {
        return PieBuilder.pie()
                .symbol("defined", GLOBAL_OBJECT, 1, DATA + 0x40, 12)
                .symbol("absolute", GLOBAL_OBJECT, SHN_ABS, 0x1234, 0)
                .symbol("weak", WEAK_OBJECT, 0, 0, 0)
                .symbol("undefined", GLOBAL_OBJECT, 0, 0, 4)
                .symbol("indirect", GLOBAL_INDIRECT, 1, DATA + 0x80, 8)
                .symbol("thread_local", GLOBAL_THREAD_LOCAL, 1, 0x10, 8)
                .header(PT_TLS, PieBuilder.PF_R, 0, DATA, 0, 0x28, 16);
    }

    /**
     * The program headers begin at offset 40 of the file: the fields of the ELF header from e_shoff on are the first of
     * them, a segment of zeros at 0x20004 (e_phnum is 4) whose p_offset, which means nothing, has e_phentsize.
     */
    private static byte[] headerOverHeader() {
        byte[] file = PieBuilder.pie()
                .linkedAt(0x400000)
                .rela(0x20010, 8, 0, 0x100)
                .rela(0x410000, 8, 0, 0x200)
                .build();
        System.arraycopy(file, 64, file, 96, 3 * 56);
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(32, 40); // e_phoff
        header.putInt(40, 1).putInt(44, 6); // PT_LOAD, PF_R and PF_W
        header.putLong(48, 0x0038_0040_0000_0000L).putLong(56, 0x20004).putLong(64, 0); // p_offset, p_vaddr, p_paddr
        header.putLong(72, 0).putLong(80, 0x1000).putLong(88, 1); // p_filesz, p_memsz, p_align
        return file;
    }

    /** The data segment ends where the last page of the address space begins. */
    private static PieBuilder topOfMemory() {
        return PieBuilder.pie()
                .linkedAt(-0x13000)
                .word64(-0x2f00, 0x300)
                .word64(-0x2e00, 0x400)
                .rela(-0x3000, 8, 0, 0x100)
                .rela(-0x1008, 8, 0, 0x200)
                .rel(-0x2f00, 8, 0)
                .relr(-0x2e00, 0b1011, -0x1100, 0b11);
    }

    private static PieBuilder jumpsInsideRela() {
        return withSymbols()
                .rela(DATA, 37, 0, 0x100)
                .rela(DATA + 8, 8, 0, 0x200)
                .rela(DATA + 16, 7, 1, 0)
                .rela(DATA + 24, 7, 4, 0)
                .rela(DATA + 32, 6, 4, 0)
                .tag(DT_JMPREL, PieBuilder.TABLES + 2 * 24)
                .tag(DT_PLTRELSZ, 2 * 24)
                .tag(DT_PLTREL, 7);
    }

    private static PieBuilder jumpsInsideRel() {
        return withSymbols()
                .word64(DATA, 0x100)
                .word64(DATA + 8, 0x200)
                .word64(DATA + 16, 0x300)
                .rel(DATA, 8, 0)
                .rel(DATA + 8, 8, 0)
                .rel(DATA + 16, 1, 1)
                .rel(DATA + 24, 7, 4)
                .rel(DATA + 32, 6, 5)
                .tag(DT_JMPREL, PieBuilder.TABLES + 16)
                .tag(DT_PLTRELSZ, 3 * 16)
                .tag(DT_PLTREL, 17);
    }

    /** Every type that has a formula, in RELA and in REL; the 32-bit ones such that they fit at any base. */
    private static PieBuilder everyType() {
        PieBuilder file = withSymbols();
        int[] absolute = {1, 10, 11, 6, 7, 24, 32, 33};
        for (int i = 0; i < absolute.length; i++) {
            boolean isSize = absolute[i] == 32 || absolute[i] == 33;
            file.rela(DATA + 8L * i, absolute[i], isSize ? 1 : 2, 4);
            file.rel(DATA + 0x100 + 8L * i, absolute[i], isSize ? 1 : 2);
            file.word64(DATA + 0x100 + 8L * i, 0x21);
        }
        int[] threadLocal = {16, 17, 18};
        for (int i = 0; i < threadLocal.length; i++) {
            file.rela(DATA + 0x80 + 8L * i, threadLocal[i], 6, 4);
            file.rel(DATA + 0x180 + 8L * i, threadLocal[i], i == 0 ? 0 : 6);
        }
        file.rela(DATA + 0xa0, 2, 1, -4).rela(DATA + 0xa8, 38, 0, 8).rela(DATA + 0xb0, 0, 0, 0);
        file.rela(DATA + 0xb8, 1, 3, 7).rela(DATA + 0xc0, 5, 4, 0).rela(DATA + 0xc8, 36, 6, 0);
        return file.relr(DATA + 0x200, 0b1011, DATA + 0x400).relr(0x8000_0000_0000_0001L);
    }
}
