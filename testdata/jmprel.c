/*
 * Property: a DT_JMPREL table beside DT_RELA.
 *
 * Linked as a shared object with an entry point, so that calls of the program's own exported functions
 * go through the PLT: R_X86_64_JUMP_SLOT against symbols that the file itself defines. The table of
 * functions that are not exported is R_X86_64_RELATIVE.
 */
#include "support/program.h"

EXPORTED int twice(int number)
{
	return 2 * number;
}

EXPORTED int thrice(int number)
{
	return 3 * number;
}

static int negate(int number)
{
	return 100 - number;
}

static int halve(int number)
{
	return number / 2;
}

static int (*const functions[])(int) = {negate, halve};

static void *self = &self;

int main(void)
{
	print_number("twice", twice(21));
	print_number("thrice", thrice(21));
	for (int i = 0; i < 2; i++)
		print_number("function", opaque(functions)[i](42));
	print_check("self", in_memory(self) == &self);
	return 0;
}
