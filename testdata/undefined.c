/*
 * Property: strong undefined symbols, which only the user of the file can give a value.
 *
 * R_X86_64_64 with addend, R_X86_64_GLOB_DAT and R_X86_64_JUMP_SLOT against names that nobody defines.
 * The program's own relocator refuses them, so it has no expected output. Relocated with
 * host_number = 0x2a00, and any host_call, it prints "host: ok" twice.
 */
#include <stdint.h>

#include "support/program.h"

extern const char host_number[] __attribute__((visibility("default")));
extern int host_call(int) __attribute__((visibility("default")));

static const char *const number = host_number + 1;
static const char *const text = "host";

int main(void)
{
	print_check(in_memory(text), (uintptr_t)in_memory(number) == 0x2a01);
	print_check(in_memory(text), (uintptr_t)opaque(host_number) == 0x2a00);
	if ((uintptr_t)in_memory(number) == 0)
		return host_call(1);
	return 0;
}
