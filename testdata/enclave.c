/*
 * Property: program headers as the shim of an enclave has them (enclave.ld).
 *
 * Bits 20 to 24 of p_flags, which the gABI leaves to operating systems, say what a page is for: PF_MASKOS. One
 * segment is loaded with them, one has no bytes in the file, and a header of a type of its own, 0x63400000,
 * says where the program for the enclave goes.
 */
#include <stdint.h>

#include "support/program.h"

/* The slot for the program, from enclave.ld. */
extern const char slot_start[], slot_end[];

/* The control page: its last word is where to enter, as in the TCS of SGX. */
static int answer(void)
{
	return 42;
}

static const struct {
	uint64_t counts[2];
	int (*enter)(void);
} control __attribute__((section(".control"))) = {{0, 4}, answer};

static char stack[16] __attribute__((section(".reserved")));

static const char *const slot[] = {slot_start, slot_end};
static char *const top = stack + sizeof stack;

int main(void)
{
	print_number("enter", in_memory(control).enter());
	print_check("slot", opaque(slot)[1] - opaque(slot)[0] == 0x2000);
	print_check("slot", opaque(slot)[0] == slot_start);
	print_check("stack", in_memory(top) == &stack[16] && in_memory(stack[0]) == 0);
	return 0;
}
