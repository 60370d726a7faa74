package io.github.reloc.elf;

/**
 * Numbers and sizes of the format, in C's spelling.
 *
 * <p>Source: System V gABI (chapters "Object Files" and "Program Loading and Dynamic Linking"), x86-64 psABI, and for
 * the operating-system ranges the {@code elf.h} of glibc and LLVM's {@code ELF.h}.
 */
public final class Elf {
    private Elf() {}

    // e_ident: bytes at fixed offsets.
    public static final int EI_CLASS = 4;
    public static final int EI_DATA = 5;
    public static final int EI_VERSION = 6;
    public static final int EI_OSABI = 7;
    public static final int ELFCLASS32 = 1;
    public static final int ELFCLASS64 = 2;
    public static final int ELFDATA2LSB = 1;
    public static final int ELFDATA2MSB = 2;
    public static final int EV_CURRENT = 1;
    public static final int ELFOSABI_SOLARIS = 6;

    // e_type and e_machine: 16 bits.
    public static final int ET_REL = 1;
    public static final int ET_EXEC = 2;
    public static final int ET_DYN = 3;
    public static final int ET_CORE = 4;
    public static final int EM_X86_64 = 62;

    /** {@code e_phnum} when the real number of program headers stands in section header 0. */
    public static final int PN_XNUM = 0xffff;

    // Sizes in bytes of the ELF64 structures.
    public static final int EHDR_SIZE = 64;
    public static final int PHDR_SIZE = 56;
    public static final int SHDR_SIZE = 64;
    public static final int DYN_SIZE = 16;
    public static final int SYM_SIZE = 24;
    public static final int REL_SIZE = 16;
    public static final int RELA_SIZE = 24;
    public static final int RELR_SIZE = 8;

    /** The page of the x86-64 psABI; a load base is a multiple of it. */
    public static final long PAGE_SIZE = 4096;

    // p_type: 32 bits.
    public static final int PT_NULL = 0;
    public static final int PT_LOAD = 1;
    public static final int PT_DYNAMIC = 2;
    public static final int PT_INTERP = 3;
    public static final int PT_NOTE = 4;
    public static final int PT_TLS = 7;
    public static final int PT_GNU_STACK = 0x6474e551;
    public static final int PT_GNU_RELRO = 0x6474e552;

    // p_flags: 32 bits.
    public static final int PF_X = 1;
    public static final int PF_W = 2;
    public static final int PF_R = 4;

    // sh_type: 32 bits.
    public static final int SHT_NULL = 0;
    public static final int SHT_SYMTAB = 2;
    public static final int SHT_RELA = 4;
    public static final int SHT_NOTE = 7;
    public static final int SHT_NOBITS = 8;
    public static final int SHT_REL = 9;
    public static final int SHT_RELR = 19;
    public static final int SHT_CREL = 0x40000014;
    public static final int SHT_ANDROID_REL = 0x60000001;
    public static final int SHT_ANDROID_RELA = 0x60000002;
    public static final int SHT_ANDROID_RELR = 0x6fffff00;

    public static final int SHT_DYNSYM = 11;

    // sh_flags: 64 bits.
    public static final long SHF_WRITE = 1;
    public static final long SHF_ALLOC = 2;

    /** The type of every entry that RELR stands for: r_info, lower 32 bits. The others are in the relocation package. */
    public static final int R_X86_64_RELATIVE = 8;

    // d_tag: 64 bits. What each names is in DynamicTag.
    public static final long DT_NULL = 0;
    public static final long DT_NEEDED = 1;
    public static final long DT_PLTRELSZ = 2;
    public static final long DT_PLTGOT = 3;
    public static final long DT_HASH = 4;
    public static final long DT_STRTAB = 5;
    public static final long DT_SYMTAB = 6;
    public static final long DT_RELA = 7;
    public static final long DT_RELASZ = 8;
    public static final long DT_RELAENT = 9;
    public static final long DT_STRSZ = 10;
    public static final long DT_SYMENT = 11;
    public static final long DT_INIT = 12;
    public static final long DT_FINI = 13;
    public static final long DT_SONAME = 14;
    public static final long DT_RPATH = 15;
    public static final long DT_REL = 17;
    public static final long DT_RELSZ = 18;
    public static final long DT_RELENT = 19;
    public static final long DT_PLTREL = 20;
    public static final long DT_DEBUG = 21;
    public static final long DT_TEXTREL = 22;
    public static final long DT_JMPREL = 23;
    public static final long DT_BIND_NOW = 24;
    public static final long DT_INIT_ARRAY = 25;
    public static final long DT_FINI_ARRAY = 26;
    public static final long DT_INIT_ARRAYSZ = 27;
    public static final long DT_FINI_ARRAYSZ = 28;
    public static final long DT_RUNPATH = 29;
    public static final long DT_FLAGS = 30;
    public static final long DT_SYMTAB_SHNDX = 34;
    public static final long DT_RELRSZ = 35;
    public static final long DT_RELR = 36;
    public static final long DT_RELRENT = 37;
    public static final long DT_X86_64_PLT = 0x70000000L;
    public static final long DT_X86_64_PLTSZ = 0x70000001L;
    public static final long DT_CREL = 0x40000026L;
    public static final long DT_ANDROID_REL = 0x6000000fL;
    public static final long DT_ANDROID_RELSZ = 0x60000010L;
    public static final long DT_ANDROID_RELA = 0x60000011L;
    public static final long DT_ANDROID_RELASZ = 0x60000012L;
    public static final long DT_ANDROID_RELR = 0x6fffe000L;
    public static final long DT_ANDROID_RELRSZ = 0x6fffe001L;
    public static final long DT_ANDROID_RELRENT = 0x6fffe003L;
    public static final long DT_GNU_CONFLICTSZ = 0x6ffffdf6L;
    public static final long DT_MOVESZ = 0x6ffffdfbL;
    public static final long DT_GNU_HASH = 0x6ffffef5L;
    public static final long DT_GNU_CONFLICT = 0x6ffffef8L;
    public static final long DT_MOVETAB = 0x6ffffefeL;
    public static final long DT_VERSYM = 0x6ffffff0L;
    public static final long DT_RELACOUNT = 0x6ffffff9L;
    public static final long DT_RELCOUNT = 0x6ffffffaL;
    public static final long DT_FLAGS_1 = 0x6ffffffbL;
    public static final long DT_VERDEF = 0x6ffffffcL;
    public static final long DT_VERDEFNUM = 0x6ffffffdL;
    public static final long DT_VERNEED = 0x6ffffffeL;
    public static final long DT_VERNEEDNUM = 0x6fffffffL;
    public static final long DT_AUXILIARY = 0x7ffffffdL;
    public static final long DT_FILTER = 0x7fffffffL;

    /** {@code DT_FLAGS}: relocations may change a segment that is not writable. */
    public static final long DF_TEXTREL = 4;

    /** {@code DT_FLAGS_1}: the program was linked as a PIE, whatever {@code e_type} says. */
    public static final long DF_1_PIE = 0x0800_0000L;

    // st_shndx: 16 bits; from SHN_LORESERVE on, an index has a meaning of its own.
    public static final int SHN_UNDEF = 0;
    public static final int SHN_LORESERVE = 0xff00;
    public static final int SHN_ABS = 0xfff1;

    /** The index does not fit here, and stands in a section of its own. */
    public static final int SHN_XINDEX = 0xffff;

    // st_info: binding in the upper 4 bits, type in the lower 4.
    public static final int STB_WEAK = 2;
    public static final int STT_TLS = 6;
    public static final int STT_GNU_IFUNC = 10;
}
