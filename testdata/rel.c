/*
 * Property: DT_REL, whose addends are the words in place (-z rel).
 *
 * Unusual on x86-64, but loaders take it. A second run over the same image adds the bias twice.
 */
#include "support/program.h"

static const char *const metals[] = {"iron", "copper", "tin"};

static int add(int left, int right)
{
	return left + right;
}

static int subtract(int left, int right)
{
	return left - right;
}

static int (*const functions[])(int, int) = {add, subtract};

/* An addend that is not the address of a symbol. */
static const char sentence[] = "addend in place";
static const char *const place = sentence + 10;

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 3; i++)
		print_line("metal", opaque(metals)[i]);
	for (int i = 0; i < 2; i++)
		print_number("function", opaque(functions)[i](50, 8));
	print_line("place", in_memory(place));
	print_check("self", in_memory(self) == &self);
	return 0;
}
