/*
 * Property: a program with a relocator of its own, as the shim of an enclave has.
 *
 * Nothing but this file is in it. Nobody prepares anything for a shim: it has its own stack, finds its
 * tables from _DYNAMIC, and relocates itself through RELR, REL and RELA of RELATIVE entries only. It is
 * linked at 0, so the address of its ELF header is the bias.
 *
 * The pointer in the packed struct has an odd address, so that RELR is not the only table.
 *
 * Like the other fixtures it leaves relocation out if argv[1] is "relocated".
 */
#include <elf.h>
#include <stdint.h>

#include "support/program.h"

extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

/* A word of the program; its address may be odd. */
typedef uint64_t word __attribute__((aligned(1), may_alias));

/* The stack of the shim: in .bss, so it also shows whether the zero-filled memory is there. */
char shim_stack[8192] __attribute__((aligned(16)));

/* Called by name from assembly only. */
void shim_main(const uint64_t *arguments) __attribute__((used));

/* Hands the initial stack, where argc and argv are, to shim_main() on the shim's own stack. */
__asm__(".text\n"
	".globl _start\n"
	".hidden _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	mov %rsp, %rdi\n"                    /* its argument */
	"	lea shim_stack+8192(%rip), %rsp\n"   /* stacks grow down, from the end */
	"	xor %ebp, %ebp\n"                    /* outermost frame */
	"	call shim_main\n"
	"	ud2\n"                               /* shim_main() does not return */
	".size _start, . - _start\n");

/* Relocates every word that the dynamic section names; ends the program on what it does not know. */
static void relocate_shim(uint64_t bias)
{
	uint64_t relr = 0, relr_size = 0, rel = 0, rel_size = 0, rela = 0, rela_size = 0;

	for (const Elf64_Dyn *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
		switch (entry->d_tag) {
		case DT_RELR:
			relr = entry->d_un.d_ptr;
			break;
		case DT_RELRSZ:
			relr_size = entry->d_un.d_val;
			break;
		case DT_REL:
			rel = entry->d_un.d_ptr;
			break;
		case DT_RELSZ:
			rel_size = entry->d_un.d_val;
			break;
		case DT_RELA:
			rela = entry->d_un.d_ptr;
			break;
		case DT_RELASZ:
			rela_size = entry->d_un.d_val;
			break;
		case DT_PLTRELSZ:
			if (entry->d_un.d_val != 0)
				terminate(97);
			break;
		}
	}

	/* RELR: an address, or a bitmap of the 63 words after the last one described. */
	word *where = 0;
	for (uint64_t at = relr; at < relr + relr_size; at += sizeof(uint64_t)) {
		uint64_t entry = *(const uint64_t *)(bias + at);

		if ((entry & 1) == 0) {
			where = (word *)(bias + entry);
			*where++ += bias;
			continue;
		}
		for (int bit = 1; bit < 64; bit++)
			if ((entry >> bit & 1) != 0)
				where[bit - 1] += bias;
		where += 63;
	}

	/* REL: the addend is the word in place. */
	for (uint64_t at = rel; at < rel + rel_size; at += sizeof(Elf64_Rel)) {
		const Elf64_Rel *entry = (const Elf64_Rel *)(bias + at);

		if (ELF64_R_TYPE(entry->r_info) != R_X86_64_RELATIVE)
			terminate(97);
		*(word *)(bias + entry->r_offset) += bias;
	}

	/* RELA: the addend is in the entry, and the word in place means nothing. */
	for (uint64_t at = rela; at < rela + rela_size; at += sizeof(Elf64_Rela)) {
		const Elf64_Rela *entry = (const Elf64_Rela *)(bias + at);

		if (ELF64_R_TYPE(entry->r_info) != R_X86_64_RELATIVE)
			terminate(97);
		*(word *)(bias + entry->r_offset) = bias + (uint64_t)entry->r_addend;
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

static const struct __attribute__((packed)) {
	char tag;
	const char *text;
} odd __attribute__((aligned(8))) = {'o', "at an odd address"};

static void *self = &self;

/* A pointer to zero-filled memory. */
static char *const stack_start = shim_stack;

void shim_main(const uint64_t *arguments)
{
	static const char already_relocated[] = "relocated";
	int relocated = 0;

	/* arguments: argc, argv[0], argv[1] */
	if (arguments[0] >= 2) {
		const char *argument = (const char *)arguments[2];
		unsigned i = 0;

		while (i < sizeof already_relocated && argument[i] == already_relocated[i])
			i++;
		relocated = i == sizeof already_relocated; /* with its NUL */
	}
	if (!relocated)
		relocate_shim((uintptr_t)&__ehdr_start);

	for (int i = 0; i < 2; i++)
		print_number(opaque(calls)[i].name, opaque(calls)[i].handle(41));
	print_line("packed", in_memory(odd).text);
	print_check("stack", in_memory(stack_start) == shim_stack && shim_stack[0] == '\0');
	print_check("self", in_memory(self) == &self);
	terminate(0);
}
