/*
 * Property: no section headers.
 *
 * Everything must be found through the program headers and the dynamic section: the tables, and the
 * names and versions (no-sections.map) of the symbols that R_X86_64_64 entries refer to.
 */
#include "support/program.h"

extern const char absent[] __attribute__((weak, visibility("default")));

EXPORTED const char greeting[] = "hello";

EXPORTED int count(void)
{
	return 3;
}

static const char *const texts[] = {greeting, greeting + 1, absent};
static int (*const function)(void) = count;
static void *self = &self;

int main(void)
{
	print_line("text", opaque(texts)[0]);
	print_line("text", opaque(texts)[1]);
	print_check("weak", opaque(texts)[2] == 0);
	print_number("function", in_memory(function)());
	print_check("self", in_memory(self) == &self);
	return 0;
}
