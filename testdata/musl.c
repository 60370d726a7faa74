/*
 * Property: a static PIE with a real C library.
 *
 * musl's rcrt1.o relocates the program at start-up, whatever its arguments: over an image that is
 * relocated already it must change nothing. Most of the pointers here are those of the C library.
 */
#include <stdio.h>
#include <string.h>

static const char *compare_lengths(const char *left, const char *right)
{
	return strlen(left) < strlen(right) ? left : right;
}

static const char *compare_letters(const char *left, const char *right)
{
	return strcmp(left, right) < 0 ? left : right;
}

/* Volatile, so that the pointers are read from memory. */
static const struct {
	const char *name;
	const char *(*choose)(const char *, const char *);
} volatile rules[] = {{"shorter", compare_lengths}, {"earlier", compare_letters}};

static void *volatile self = (void *)&self;

int main(void)
{
	for (int i = 0; i < 2; i++) {
		puts(rules[i].name);
		puts(rules[i].choose("alphabet", "zebra"));
	}
	puts(self == (void *)&self ? "ok" : "WRONG");
	return 0;
}
