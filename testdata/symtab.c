/*
 * Property: a program that is not stripped: section headers, .symtab, DWARF, and a build-id.
 *
 * Symbols of each kind that moves, or does not, with the program: functions, objects, sections, the source file,
 * absolute ones and a variable that is thread-local. Debuggers find "increase" by its name, and its line by DWARF.
 */
#include <stdint.h>

#include "support/program.h"

/* SHN_ABS, from the linker's --defsym. */
extern const char absolute[];

static __thread int offset_in_block __attribute__((used));

static int zeros[4];

__attribute__((noinline)) static int increase(int number)
{
	int sum = number + 1 + in_memory(zeros[0]);

	return sum; /* a line of its own to stop at */
}

static int (*const function)(int) = increase;
static int *const pointer = zeros + 2;
static void *self = &self;

int main(void)
{
	print_number("function", in_memory(function)(41));
	print_check("pointer", in_memory(pointer) == &zeros[2]);
	print_check("self", in_memory(self) == &self);
	return 0;
}
