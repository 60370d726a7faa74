package io.github.reloc.check;

import static io.github.reloc.relocation.RelocationType.R_X86_64_32;
import static io.github.reloc.relocation.RelocationType.R_X86_64_32S;
import static io.github.reloc.relocation.RelocationType.R_X86_64_64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_COPY;
import static io.github.reloc.relocation.RelocationType.R_X86_64_DTPMOD64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_DTPOFF64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_GLOB_DAT;
import static io.github.reloc.relocation.RelocationType.R_X86_64_IRELATIVE;
import static io.github.reloc.relocation.RelocationType.R_X86_64_JUMP_SLOT;
import static io.github.reloc.relocation.RelocationType.R_X86_64_NONE;
import static io.github.reloc.relocation.RelocationType.R_X86_64_PC32;
import static io.github.reloc.relocation.RelocationType.R_X86_64_PC64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_RELATIVE;
import static io.github.reloc.relocation.RelocationType.R_X86_64_RELATIVE64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_SIZE32;
import static io.github.reloc.relocation.RelocationType.R_X86_64_SIZE64;
import static io.github.reloc.relocation.RelocationType.R_X86_64_TLSDESC;
import static io.github.reloc.relocation.RelocationType.R_X86_64_TPOFF64;

import io.github.reloc.check.Loader.Source;
import io.github.reloc.check.Reading.Counting;
import io.github.reloc.check.Reading.Trait;
import io.github.reloc.check.Reading.Undefined;
import io.github.reloc.elf.Elf;
import io.github.reloc.table.RelocationTable.Kind;
import java.util.List;

/**
 * The loaders that {@code check --loader} knows, a row each, as their sources have it at the commit that is named.
 *
 * <p>A row is about relocations alone: a loader may want a program to have other things, too, such as symbols or notes of
 * its own. {@code src/docs/loaders.md} shows the rows.
 */
public final class Loaders {
    /** All of them, those for programs without a C library and of C libraries first. */
    public static final List<Loader> ALL = List.of(
            new Loader(
                    "rcrt1",
                    "Enarx's Rust crate; not the rcrt1.o of a C library, for which there are musl and glibc",
                    new Source("enarx/rcrt1", "ee79a306793cbd45c4f036a57ea40b1e73cfa9b9", "2022-05-05", "src/lib.rs"),
                    Reading.of(Kind.REL, Kind.RELA)),
            new Loader(
                    "musl",
                    "musl's start-up code of a static PIE, from 1.2.4 on",
                    new Source(
                            "bminor/musl", "6f3ead0ae16deb9f0004b275e29a276c9712ee3c", "2022-09-12", "ldso/dlstart.c"),
                    Reading.of(Kind.REL, Kind.RELA, Kind.RELR)),
            new Loader(
                    "musl-1.2.3",
                    "musl's start-up code of a static PIE, up to 1.2.3",
                    new Source(
                            "bminor/musl", "7a43f6fea9081bdd53d8a11cef9e9fab0348c53d", "2022-04-07", "ldso/dlstart.c"),
                    Reading.of(Kind.REL, Kind.RELA)),
            new Loader(
                    "glibc",
                    "glibc's start-up code of a static PIE, from 2.41 on",
                    glibcSource("66f3e9219d8f86b977d9be04ad469b5d72af0da2", "2026-01-01"),
                    glibc(Kind.RELA, Kind.JMPREL, Kind.RELR)),
            new Loader(
                    "glibc-2.36",
                    "glibc's start-up code of a static PIE, from 2.36 to 2.40",
                    glibcSource("c804cd1c00adde061ca51711f63068c103e94eef", "2022-07-29"),
                    glibc(Kind.RELA, Kind.JMPREL, Kind.RELR).is(Trait.BASE_IS_BIAS)),
            new Loader(
                    "glibc-2.35",
                    "glibc's start-up code of a static PIE, up to 2.35",
                    glibcSource("f94f6d8a3572840d3ba42ab9ace3ea522c99c0c2", "2022-02-03"),
                    glibc(Kind.RELA, Kind.JMPREL).is(Trait.BASE_IS_BIAS)),
            new Loader(
                    "openvmm",
                    "OpenVMM's minimal_rt_reloc, with which OpenHCL's boot shim relocates itself",
                    new Source(
                            "microsoft/openvmm",
                            "fd74ec6cfdfc7eb1913eee96659926eb37ed584e",
                            "2026-02-03",
                            "openhcl/minimal_rt_reloc/src/lib.rs",
                            "openhcl/openhcl_boot/src/arch/x86_64/entry.S"),
                    Reading.of(Kind.REL, Kind.RELA)
                            .counts(Counting.COUNT)
                            .applies(R_X86_64_RELATIVE)
                            .refusesOtherTypes()
                            .is(Trait.BASE_IS_BIAS)),
            new Loader(
                    "td-loader",
                    "td-shim's loader of payloads",
                    new Source(
                            "confidential-containers/td-shim",
                            "e197fddec0ccb09021f142894f4a5c6b4d18e388",
                            "2023-12-25",
                            "td-loader/src/elf.rs",
                            "td-loader/src/elf64.rs"),
                    Reading.of(Kind.RELA).counts(Counting.COUNT).is(Trait.BASE_IS_BIAS)),
            new Loader(
                    "elf2sgxs",
                    "Fortanix's ftxsgx-elf2sgxs",
                    new Source(
                            "fortanix/rust-sgx",
                            "d6c65dc1db188ebc3d8ce27f779aa46850b47611",
                            "2024-03-06",
                            "intel-sgx/fortanix-sgx-tools/src/bin/ftxsgx-elf2sgxs.rs"),
                    Reading.of(Kind.RELA)
                            .counts(Counting.EXACT)
                            .applies(R_X86_64_RELATIVE)
                            .refusesOtherTypes()
                            .refusesTags(
                                    Elf.DT_PLTRELSZ,
                                    Elf.DT_PLTREL,
                                    Elf.DT_JMPREL,
                                    Elf.DT_INIT,
                                    Elf.DT_INIT_ARRAY,
                                    Elf.DT_INIT_ARRAYSZ,
                                    Elf.DT_FINI,
                                    Elf.DT_FINI_ARRAY,
                                    Elf.DT_FINI_ARRAYSZ,
                                    Elf.DT_REL,
                                    Elf.DT_RELSZ,
                                    Elf.DT_RELENT,
                                    Elf.DT_RELCOUNT)
                            .is(Trait.COUNTS_SECTIONS, Trait.NEEDS_WRITABLE_TARGETS)),
            new Loader(
                    "sgx-sdk",
                    "Intel's SGX SDK for Linux: what its loader checks and the enclave then applies",
                    new Source(
                            "intel/linux-sgx",
                            "8e9ed532cc9b4dc4f86e6d2e1fef45e411892233",
                            "2025-05-30",
                            "psw/urts/parser/elfparser.cpp",
                            "sdk/trts/linux/elf_parser.c"),
                    Reading.of(Kind.RELA, Kind.JMPREL)
                            .refusesTables(Kind.REL)
                            .applies(
                                    R_X86_64_NONE,
                                    R_X86_64_RELATIVE,
                                    R_X86_64_GLOB_DAT,
                                    R_X86_64_JUMP_SLOT,
                                    R_X86_64_64,
                                    R_X86_64_DTPMOD64,
                                    R_X86_64_DTPOFF64,
                                    R_X86_64_TPOFF64)
                            .refusesOtherTypes()
                            .undefined(Undefined.REFUSED, Undefined.LEFT)
                            .is(
                                    Trait.MOVES_ET_DYN_ALONE,
                                    Trait.BASE_IS_BIAS,
                                    Trait.ADDS_GOT_ADDEND,
                                    Trait.MOVES_ABSOLUTE_SYMBOLS)),
            new Loader(
                    "open-enclave",
                    "Open Enclave: what its host checks and the enclave then applies",
                    new Source(
                            "openenclave/openenclave",
                            "4a507c5618bc6855b7889795c9a7a993a03a893b",
                            "2025-10-09",
                            "host/sgx/elf.c",
                            "enclave/core/sgx/reloc.c",
                            "enclave/core/sgx/threadlocal.c"),
                    Reading.of(Kind.RELA, Kind.JMPREL)
                            .inSections(".rela.dyn", ".rela.plt")
                            .applies(R_X86_64_RELATIVE, R_X86_64_TPOFF64)
                            .skips(R_X86_64_64, R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT)
                            .refusesOtherTypes()
                            .undefined(Undefined.LEFT, Undefined.LEFT)
                            .is(Trait.BASE_IS_BIAS, Trait.SKIPS_ADDEND_0, Trait.IGNORES_TLS_ADDEND)),
            new Loader(
                    "gramine",
                    "Gramine's PAL, which loads the library OS",
                    new Source(
                            "gramineproject/gramine",
                            "6167772ea50f734757a8c3d93481ac69276af675",
                            "2024-07-30",
                            "pal/src/pal_rtld.c"),
                    Reading.of(Kind.RELA, Kind.JMPREL)
                            .counts(Counting.EXACT)
                            .applies(R_X86_64_RELATIVE, R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT)
                            .refusesOtherTypes()
                            .undefined(Undefined.LOOKED_UP, Undefined.LOOKED_UP)
                            .knowsTags(
                                    Elf.DT_RELACOUNT,
                                    Elf.DT_RELA,
                                    Elf.DT_RELASZ,
                                    Elf.DT_RELAENT,
                                    Elf.DT_JMPREL,
                                    Elf.DT_PLTRELSZ,
                                    Elf.DT_PLTREL,
                                    Elf.DT_RELENT,
                                    Elf.DT_RELRENT,
                                    Elf.DT_SYMENT,
                                    Elf.DT_NEEDED,
                                    Elf.DT_BIND_NOW,
                                    Elf.DT_SONAME,
                                    Elf.DT_DEBUG,
                                    Elf.DT_PLTGOT,
                                    Elf.DT_FLAGS,
                                    Elf.DT_FLAGS_1,
                                    Elf.DT_VERDEF,
                                    Elf.DT_VERDEFNUM,
                                    Elf.DT_VERNEED,
                                    Elf.DT_VERNEEDNUM,
                                    Elf.DT_VERSYM,
                                    Elf.DT_INIT_ARRAY,
                                    Elf.DT_INIT_ARRAYSZ,
                                    Elf.DT_FINI_ARRAY,
                                    Elf.DT_FINI_ARRAYSZ,
                                    Elf.DT_STRTAB,
                                    Elf.DT_STRSZ,
                                    Elf.DT_HASH,
                                    Elf.DT_SYMTAB)
                            .needsTags(Elf.DT_STRTAB, Elf.DT_STRSZ, Elf.DT_SYMTAB, Elf.DT_HASH)
                            .is(
                                    Trait.ADDS_TO_WORD,
                                    Trait.ADDS_GOT_ADDEND,
                                    Trait.MOVES_ABSOLUTE_SYMBOLS,
                                    Trait.JUMP_SLOTS_IN_JMPREL_ALONE)),
            new Loader(
                    "svsm",
                    "COCONUT-SVSM's crate elf, with which it loads its kernel",
                    new Source(
                            "coconut-svsm/svsm",
                            "24be508279d32606cdff7e142a7f20f2cd850eb2",
                            "2026-07-08",
                            "elf/src/dynamic.rs",
                            "elf/src/relocation.rs"),
                    Reading.of(Kind.RELA)
                            .applies(
                                    R_X86_64_NONE,
                                    R_X86_64_64,
                                    R_X86_64_PC32,
                                    R_X86_64_RELATIVE,
                                    R_X86_64_32,
                                    R_X86_64_32S,
                                    R_X86_64_PC64)
                            .refusesOtherTypes()
                            .knowsTags(
                                    Elf.DT_RELA,
                                    Elf.DT_RELASZ,
                                    Elf.DT_RELAENT,
                                    Elf.DT_SYMTAB,
                                    Elf.DT_SYMENT,
                                    Elf.DT_SYMTAB_SHNDX,
                                    Elf.DT_FLAGS_1,
                                    Elf.DT_HASH,
                                    Elf.DT_STRTAB,
                                    Elf.DT_STRSZ,
                                    Elf.DT_DEBUG,
                                    Elf.DT_TEXTREL,
                                    Elf.DT_FLAGS,
                                    Elf.DT_GNU_HASH,
                                    Elf.DT_RELACOUNT)),
            new Loader(
                    "hermit",
                    "Hermit's crate hermit-entry, with which its loader and Uhyve load the unikernel",
                    new Source(
                            "hermit-os/hermit-entry",
                            "03387ead6eb6b351e5193d67c146c374c1ed3b61",
                            "2026-01-10",
                            "src/elf.rs"),
                    Reading.of(Kind.RELA)
                            .applies(R_X86_64_64, R_X86_64_RELATIVE, R_X86_64_GLOB_DAT)
                            .refusesOtherTypes()
                            .undefined(Undefined.BIAS, Undefined.LEFT)
                            .refusesTags(Elf.DT_NEEDED, Elf.DT_RELCOUNT)
                            .is(
                                    Trait.MOVES_ET_DYN_ALONE,
                                    Trait.BASE_IS_BIAS,
                                    Trait.ADDS_GOT_ADDEND,
                                    Trait.MOVES_ABSOLUTE_SYMBOLS)),
            new Loader(
                    "unikraft",
                    "Unikraft's mkukreloc.py, which makes a table of its own of what readelf shows",
                    new Source(
                            "unikraft/unikraft",
                            "abc6af55ed63b180edcafe2d4e7084eda8e3de9b",
                            "2024-01-18",
                            "support/scripts/mkukreloc.py"),
                    Reading.of(Kind.RELA, Kind.JMPREL)
                            .counts(Counting.EXACT)
                            .needsSections(".dynamic", ".rela.dyn", ".text", ".uk_reloc", ".bss")
                            .is(Trait.NEEDS_RELACOUNT, Trait.SKIPS_NEGATIVE_ADDENDS)),
            new Loader(
                    "elf2efi",
                    "systemd's elf2efi.py, which makes EFI programs of static PIEs",
                    new Source(
                            "systemd/systemd",
                            "9bbee0744b535e888ed8ca72d768456bcb1502b6",
                            "2024-04-23",
                            "tools/elf2efi.py"),
                    Reading.of(Kind.REL, Kind.RELA)
                            .refusesOtherTypes()
                            .refusesTags(Elf.DT_JMPREL, Elf.DT_RELR)
                            .needsSections(".dynamic")
                            .is(Trait.NEEDS_PIE_FLAG, Trait.REFUSES_IMAGE_BASE)),
            new Loader(
                    "acrn",
                    "ACRN's hypervisor, which relocates itself",
                    new Source(
                            "projectacrn/acrn-hypervisor",
                            "1c7e1a192bab706430540f43864f86d22ecdbba9",
                            "2025-08-19",
                            "hypervisor/boot/reloc.c"),
                    Reading.of(Kind.RELA).is(Trait.ADDS_TO_WORD)),
            new Loader(
                    "u-boot",
                    "U-Boot's relocate-rela, for AArch64, MicroBlaze and m68k",
                    new Source(
                            "u-boot/u-boot",
                            "bf10b9201c1ed198f76bc0a35fc64951de7583bc",
                            "2023-09-06",
                            "tools/relocate-rela.c"),
                    Reading.of().is(Trait.REFUSES_X86_64)));

    private Loaders() {}

    private static Source glibcSource(String commit, String date) {
        return new Source(
                "bminor/glibc",
                commit,
                date,
                "elf/dl-reloc-static-pie.c",
                "elf/get-dynamic-info.h",
                "elf/dynamic-link.h",
                "elf/do-rel.h",
                "sysdeps/x86_64/dl-machine.h");
    }

    /** What all rows of glibc have. RELR and the bias are what has changed. */
    private static Reading.Builder glibc(Kind... tables) {
        return Reading.of(tables)
                .counts(Counting.LEADING)
                .applies(
                        R_X86_64_NONE,
                        R_X86_64_RELATIVE,
                        R_X86_64_RELATIVE64,
                        R_X86_64_GLOB_DAT,
                        R_X86_64_JUMP_SLOT,
                        R_X86_64_64,
                        R_X86_64_32,
                        R_X86_64_PC32,
                        R_X86_64_SIZE32,
                        R_X86_64_SIZE64,
                        R_X86_64_DTPMOD64,
                        R_X86_64_DTPOFF64,
                        R_X86_64_TPOFF64,
                        R_X86_64_TLSDESC,
                        R_X86_64_COPY,
                        R_X86_64_IRELATIVE)
                .refusesOtherTypes()
                .undefined(Undefined.BIAS, Undefined.BIAS)
                .refusesTags(Elf.DT_RPATH, Elf.DT_RUNPATH);
    }
}
