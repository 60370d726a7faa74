/*
 * Property: relocated words in the zero-filled part of a segment.
 *
 * A compiler never asks for this: a pointer with an initial value is not in .bss. The .reloc directive
 * does. The words lie behind the last byte that the file has, one of them across the boundary of two
 * pages, so that the program's memory must be extended before it is relocated.
 */
#include "support/program.h"

static const char first_text[] __attribute__((used)) = "in .bss";
static const char crossing_text[] __attribute__((used)) = "across two pages";

static int answer(void) __attribute__((used));
static int answer(void)
{
	return 42;
}

/* The first two words are aligned; the third begins four bytes before the end of a page. */
__asm__(".bss\n"
	".globl table, crossing\n"
	".hidden table, crossing\n"
	".balign 4096\n"
	"table:\n"
	"	.zero 8\n"
	"	.reloc table, R_X86_64_64, first_text\n"
	"second:\n"
	"	.zero 8\n"
	"	.reloc second, R_X86_64_64, answer\n"
	"	.zero 4096 - 16 - 4\n"
	"crossing:\n"
	"	.zero 8\n"
	"	.reloc crossing, R_X86_64_64, crossing_text\n"
	".text\n");

/* In .data, so that the segment has bytes in the file, too. */
static void *self = &self;

extern const struct {
	const char *text;
	int (*function)(void);
} table;

/* Packed, because it is not aligned. */
extern const struct __attribute__((packed)) {
	const char *text;
} crossing;

int main(void)
{
	print_line("first", in_memory(table).text);
	print_number("function", in_memory(table).function());
	print_line("crossing", in_memory(crossing).text);
	print_check("first", in_memory(table).text == first_text);
	print_check("crossing", in_memory(crossing).text == crossing_text);
	print_check("self", in_memory(self) == &self);
	return 0;
}
