/*
 * Property: start-up code that adds to the word of a RELA entry, where the psABI sets the word.
 *
 * gnu-efi 3.0.15 relocates so: for every R_X86_64_RELATIVE entry of RELA, word += B. It takes the addend
 * from the word, so the linker has to put it there as well: GNU ld and mold do, lld when it is asked to.
 *
 * Run over an image that is relocated already, it adds B a second time, unless its entries are gone from
 * the table. It wants DT_RELA and DT_RELAENT to be there all the same.
 */
#include <elf.h>
#include <stdint.h>

#include "support/program.h"
#include "support/relocate.h"

#ifndef ADDED
#define ADDED(bias, entry) (bias)
#endif

/* A word of the program. */
typedef uint64_t word __attribute__((may_alias));

/* In the place of support/relocate.c. The program is linked at 0, so its ELF header is at B. */
void relocate(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header)
{
	uint64_t bias = (uintptr_t)header, table = 0, size = 0, entry_size = 0;

	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		switch (dynamic->d_tag) {
		case DT_RELA:
			table = bias + dynamic->d_un.d_ptr;
			break;
		case DT_RELASZ:
			size = dynamic->d_un.d_val;
			break;
		case DT_RELAENT:
			entry_size = dynamic->d_un.d_val;
			break;
		}
	}
	if (table == 0 || entry_size == 0)
		terminate(97);

	for (uint64_t at = table; at < table + size; at += entry_size) {
		const Elf64_Rela *entry = (const Elf64_Rela *)at;

		if (ELF64_R_TYPE(entry->r_info) == R_X86_64_RELATIVE)
			*(word *)(bias + entry->r_offset) += ADDED(bias, entry);
	}
}

static int enter(int number)
{
	return number + 1;
}

static int leave(int number)
{
	return number - 1;
}

static const struct call {
	const char *name;
	int (*handle)(int);
} calls[] = {{"enter", enter}, {"leave", leave}};

static const char sentence[] = "the middle";
static const char *const middle = sentence + 4;

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 2; i++)
		print_number(opaque(calls)[i].name, opaque(calls)[i].handle(41));
	print_line("middle", in_memory(middle));
	print_check("self", in_memory(self) == &self);
	return 0;
}
