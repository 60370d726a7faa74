/*
 * Property: DT_TEXTREL, a relocation in a segment that is not writable (-z notext).
 *
 * The table is in .text, behind the code. Relocated before it is loaded, it costs nothing; otherwise
 * the program must make its own code writable first.
 */
#include "support/program.h"

static const char text[] __attribute__((used)) = "from .text";

static int answer(void) __attribute__((used));
static int answer(void)
{
	return 42;
}

__asm__(".text\n"
	".balign 8\n"
	".globl table\n"
	".hidden table\n"
	"table:\n"
	"	.quad text\n"
	"	.quad answer\n"
	"	.quad table\n");

extern const struct {
	const char *text;
	int (*function)(void);
	const void *self;
} table;

int main(void)
{
	print_line("text", in_memory(table).text);
	print_number("function", in_memory(table).function());
	print_check("self", in_memory(table).self == &table);
	return 0;
}
