/*
 * Property: PT_LOAD with p_align of 2 MiB (-z max-page-size=0x200000).
 *
 * The segments lie 2 MiB apart in memory and close together in the file. A base that is a multiple of
 * 4096 but not of 2 MiB breaks the alignment that the file asks for; the program does not depend on it.
 */
#include "support/program.h"

static const char *const sizes[] = {"small", "large", "huge"};

static int shift(int number)
{
	return number << 1;
}

static int (*const function)(int) = shift;

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("size", opaque(sizes)[i]);
	print_number("function", in_memory(function)(21));
	print_check("self", in_memory(self) == &self);
	return 0;
}
