/*
 * The relocator that the freestanding fixtures share.
 */
#ifndef RELOCATE_H
#define RELOCATE_H

#include <elf.h>

/* The linker's names for the dynamic section and the ELF header in memory. */
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

/* Applies every entry of every relocation table, except R_X86_64_IRELATIVE. */
void relocate(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header);

/* Applies the R_X86_64_IRELATIVE entries: code runs, so all other words must be right by now. */
void relocate_indirect(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header);

#endif
