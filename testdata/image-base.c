/*
 * Property: the lowest address of the program is not 0.
 *
 * Linked at 0x200000, so the bias is the load base less 0x200000, and the addends are addresses of that
 * size. A relocator that adds the load base instead points every word 2 MiB too far.
 */
#include "support/program.h"

static const char *const colours[] = {"red", "green", "blue"};

static int increment(int number)
{
	return number + 1;
}

static int decrement(int number)
{
	return number - 1;
}

static int (*const functions[])(int) = {increment, decrement};

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("colour", opaque(colours)[i]);
	for (int i = 0; i < 2; i++)
		print_number("function", opaque(functions)[i](10));
	print_check("self", in_memory(self) == &self);
	return 0;
}
