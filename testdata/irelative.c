/*
 * Property: R_X86_64_IRELATIVE, whose value only code of the program knows.
 *
 * One indirect function, which is called and whose address is in a table. Where its entries are differs:
 * in JMPREL or in RELA, among RELATIVE ones. A relocator has to leave them to the program, so this
 * program applies them itself after it was started, also when all other words were there already.
 */
#include "support/program.h"
#include "support/relocate.h"

static int generic(int number)
{
	return number + 1;
}

static int (*resolve(void))(int)
{
	return generic;
}

/* STT_GNU_IFUNC: calling resolve() says what calling indirect() means. */
int indirect(int number) __attribute__((ifunc("resolve")));

static int (*const functions[])(int) = {indirect, generic};
static const char *const names[] = {"indirect", "generic"};

int main(void)
{
	relocate_indirect(_DYNAMIC, &__ehdr_start);
	print_number("call", indirect(41));
	for (int i = 0; i < 2; i++)
		print_number(opaque(names)[i], opaque(functions)[i](9));
	return 0;
}
