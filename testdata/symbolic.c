/*
 * Property: relocations that name a symbol, all of which the file can answer itself.
 *
 * Linked as a shared object with an entry point and a version script (symbolic.map), so that its own
 * exported definitions are bound through the dynamic symbol table, some with the default version of a
 * name and one with an old version of it:
 *
 *     R_X86_64_64          words, words + addend, twice, absolute, absent, absent_data + addend
 *     R_X86_64_GLOB_DAT    words, number, absolute, absent
 *     R_X86_64_JUMP_SLOT   twice, thrice
 *
 * "absent" and "absent_data" are weak and undefined: their value is 0, to which an addend still counts.
 * "absolute" has the section index SHN_ABS: its value does not move with the program.
 */
#include <stdint.h>

#include "support/program.h"

/* As on the command line of the linker. */
#define ABSOLUTE_VALUE 0x123456789abc

/* SHN_ABS, from the linker's --defsym: a number that has a name. */
extern const char absolute[] __attribute__((visibility("default")));

extern int absent(int) __attribute__((weak, visibility("default")));
extern const char absent_data[] __attribute__((weak, visibility("default")));

EXPORTED const char words[][8] = {"zero", "one", "two"};
EXPORTED int number = 42;

EXPORTED int twice(int value)
{
	return 2 * value;
}

EXPORTED int thrice(int value)
{
	return 3 * value;
}

/* The same name with an old version: "version_of@SYMBOLIC_1" and "version_of@@SYMBOLIC_2". */
EXPORTED int version_of_1(void)
{
	return 1;
}
EXPORTED int version_of_2(void)
{
	return 2;
}
__asm__(".symver version_of_1, version_of@SYMBOLIC_1\n"
	".symver version_of_2, version_of@@SYMBOLIC_2\n");

/* R_X86_64_64, with and without addend. */
static const char *const texts[] = {words[0], words[1], words[2]};
static int (*const functions[])(int) = {twice, thrice};
static int (*const versions[])(void) = {version_of_1, version_of_2};
static const char *const absolute_word = absolute;
static const char *const absolute_sum = absolute + 4;
static int (*const absent_function)(int) = absent;
static const char *const absent_sum = absent_data + 24;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("text", opaque(texts)[i]);
	for (int i = 0; i < 2; i++)
		print_number("function", opaque(functions)[i](21));
	for (int i = 0; i < 2; i++)
		print_number("version", opaque(versions)[i]());

	/* Through the GOT: data by GLOB_DAT, calls by JUMP_SLOT. */
	print_line("data", words[1]);
	print_number("number", number);
	print_number("call", twice(4) + thrice(4));

	print_check("absolute", (uintptr_t)in_memory(absolute_word) == ABSOLUTE_VALUE);
	print_check("absolute and addend", (uintptr_t)in_memory(absolute_sum) == ABSOLUTE_VALUE + 4);
	print_check("absolute in the GOT", (uintptr_t)opaque(absolute) == ABSOLUTE_VALUE);
	print_check("weak", in_memory(absent_function) == 0);
	print_check("weak and addend", (uintptr_t)in_memory(absent_sum) == 24);
	print_check("weak in the GOT", absent == 0);
	return 0;
}
