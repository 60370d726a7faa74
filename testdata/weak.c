/*
 * Property: undefined weak symbols in a file that exports nothing, with a GNU hash table only.
 *
 * The hash table then says nothing about how many symbols there are, and there is no DT_HASH that
 * would. All values are 0, to which an addend still counts, and the bias does not.
 */
#include <stdint.h>

#include "support/program.h"

#define ABSENT __attribute__((weak, visibility("default")))

extern const char absent_first[] ABSENT;
extern const char absent_second[] ABSENT;
extern int absent_third(void) ABSENT;

/* R_X86_64_64 */
static const char *const texts[] = {absent_first, absent_second + 16};
static int (*const function)(void) = absent_third;

/* R_X86_64_RELATIVE */
static const char *const present = "present";
static void *self = &self;

int main(void)
{
	print_check("weak", opaque(texts)[0] == 0);
	print_check("weak and addend", (uintptr_t)opaque(texts)[1] == 16);
	print_check("weak function", in_memory(function) == 0);
	print_check("weak in the GOT", absent_third == 0); /* R_X86_64_GLOB_DAT */
	print_line("text", in_memory(present));
	print_check("self", in_memory(self) == &self);
	return 0;
}
