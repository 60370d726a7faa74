/*
 * Property: RELR and RELA side by side.
 *
 * RELR cannot express an odd address, because its lowest bit tells addresses from bitmaps. A packed
 * array of a byte and a pointer has pointers at odd addresses (RELA), and at even ones that are not
 * multiples of 8 (up to the linker); the table of functions is aligned (RELR).
 */
#include "support/program.h"

/* Nine bytes each; aligned to 8 as a whole, so that the pointers lie at 1, 10 and 19 modulo 8. */
static const struct __attribute__((packed)) entry {
	char tag;
	const char *text;
} packed[] __attribute__((aligned(8))) = {{'a', "odd"}, {'b', "even"}, {'c', "odd again"}};

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
	for (int i = 0; i < 3; i++) {
		char label[] = {opaque(packed)[i].tag, '\0'};

		print_line(label, opaque(packed)[i].text);
	}
	for (int i = 0; i < 2; i++)
		print_number("function", opaque(functions)[i](10));
	print_check("self", in_memory(self) == &self);
	return 0;
}
