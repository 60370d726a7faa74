/*
 * Property: a PIE that the linker put at an address of its own: ET_EXEC with DF_1_PIE.
 *
 * GNU ld makes one of -pie (and gcc of -static-pie) with -Ttext-segment=0x600000. It runs as it is, for its
 * words are those of that address; its tables are whole, so it can be relocated to another like any PIE. All
 * addresses of the file, addends and the words in place include 0x600000.
 *
 * The pointer in the packed struct has an odd address, so that RELR is not the only table.
 */
#include "support/program.h"

static const char *const fruits[] = {"apple", "banana", "cherry"};

static int negate(int number)
{
	return -number;
}

static int (*const function)(int) = negate;

static const struct __attribute__((packed)) {
	char tag;
	const char *text;
} odd __attribute__((aligned(8))) = {'o', "at an odd address"};

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("fruit", opaque(fruits)[i]);
	print_number("function", in_memory(function)(-42));
	print_line("packed", in_memory(odd).text);
	print_check("self", in_memory(self) == &self);
	return 0;
}
