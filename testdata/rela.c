/*
 * Property: RELA is the only relocation table.
 *
 * Every pointer in static data becomes one R_X86_64_RELATIVE entry with an explicit addend:
 * a table of strings, a table of structs with a string and a function, pointers into the middle of an
 * object, to its end and in front of it, and a word that holds its own address.
 */
#include "support/program.h"

static const char *const fruits[] = {"apple", "banana", "cherry"};

static int add(int left, int right)
{
	return left + right;
}

static int multiply(int left, int right)
{
	return left * right;
}

static const struct operation {
	const char *name;
	int (*apply)(int, int);
} operations[] = {{"add", add}, {"multiply", multiply}};

/* The addend need not be the address of a symbol. */
static const char sentence[] = "the middle";
static const char *const middle = sentence + 4;
static const char *const end = sentence + sizeof sentence;
static const char *const before = sentence - 0x100000; /* lies in front of the program: A < 0 */

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("fruit", opaque(fruits)[i]);
	for (int i = 0; i < 2; i++)
		print_number(opaque(operations)[i].name, opaque(operations)[i].apply(6, 7));
	print_line("middle", in_memory(middle));
	print_check("end", in_memory(end) == opaque(sentence) + sizeof sentence);
	print_check("before", in_memory(before) == opaque(sentence) - 0x100000);
	print_check("function", opaque(operations)[0].apply == add);
	print_check("self", in_memory(self) == &self);
	return 0;
}
