/*
 * Property: RELR is the only relocation table.
 *
 * The pointers are all aligned. Their layout needs every form of the encoding: a run longer than one
 * bitmap holds, bitmaps with gaps, and a gap so wide that a new address is shorter than bitmaps.
 */
#include "support/program.h"

static const char letters[] = "abcdefghij";

/* 130 words in a row: wherever the run begins, it fills a bitmap of 63 and goes on into another. */
#define TEN_LETTERS                                                                                \
	letters, letters + 1, letters + 2, letters + 3, letters + 4, letters + 5, letters + 6,     \
		letters + 7, letters + 8, letters + 9
static const char *const run[] = {
	TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS,
	TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS, TEN_LETTERS,
};

static int twice(int number)
{
	return 2 * number;
}

static int square(int number)
{
	return number * number;
}

/* One pointer, one number, two pointers, two numbers: bitmaps with gaps. */
static const struct sparse {
	const char *name;
	long first;
	int (*apply)(int);
	const struct sparse *next;
	long second, third;
} sparse[] = {
	{"twice", -1, twice, sparse + 1, 1, 2},
	{"square", -1, square, sparse + 2, 3, 4},
	{"twice again", -1, twice, sparse, 5, 6},
};

/* Two pointers 200 words apart: the second one needs an address of its own. */
static const struct {
	const char *first;
	long nothing[200];
	const char *last;
} distant = {"near", {0}, "far"};

static void *self = &self;

int main(void)
{
	int matches = 0;

	for (int i = 0; i < 130; i++)
		matches += opaque(run)[i] == opaque(letters) + i % 10;
	print_number("run of 130", matches);
	print_line("last of run", opaque(run)[129]);
	for (const struct sparse *item = opaque(sparse);; item = item->next) {
		print_number(item->name, item->apply(5));
		print_check("numbers", item->first == -1 && item->third - item->second == 1);
		if (item->next == opaque(sparse))
			break;
	}
	print_line("first", in_memory(distant).first);
	print_line("last", in_memory(distant).last);
	print_check("self", in_memory(self) == &self);
	return 0;
}
