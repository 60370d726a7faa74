/*
 * Property: the packed relocation table of Android, DT_ANDROID_RELA ("APS2").
 *
 * Signed LEB128 numbers in groups: a table of pointers at equal distances is a group with a common
 * distance, the others are a group where each entry has its own. RELATIVE entries share their r_info.
 * The exported symbols, for the file is linked as a shared object, give entries with other r_info.
 */
#include "support/program.h"

EXPORTED const char shared_text[] = "exported";

EXPORTED int shared_function(int number)
{
	return number * 10;
}

static int increment(int number)
{
	return number + 1;
}

/* Equal distances of 8, long enough for a group of its own. */
static const char *const planets[] = {
	"Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune", "Ceres", "Pluto",
};

/* Unequal distances. */
static const struct {
	const char *name;
	long numbers[3];
	int (*apply)(int);
	const char *const *first;
} record = {"record", {1, 2, 3}, increment, planets};

/* Entries with a symbol. */
static const char *const texts[] = {shared_text, shared_text + 2};
static int (*const function)(int) = shared_function;

static void *self = &self;

int main(void)
{
	for (int i = 0; i < 10; i++)
		print_line("planet", opaque(planets)[i]);
	print_number(in_memory(record).name, in_memory(record).apply(6));
	print_line("first", in_memory(record).first[0]);
	print_line("text", opaque(texts)[0]);
	print_line("text", opaque(texts)[1]);
	print_number("function", in_memory(function)(7));
	print_check("self", in_memory(self) == &self);
	return 0;
}
