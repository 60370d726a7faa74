/*
 * glibc-static-pie: a program that needs of start-up what glibc's static start-up code does: functions and
 * strings by tables, thread-local variables, the heap, formatted output, and string functions, which are
 * indirect (STT_GNU_IFUNC).
 *
 *     glibc-static-pie WORD        exits with 42
 *
 * Build: gcc -O1 -static-pie -fPIE -o glibc-static-pie glibc-static-pie.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local int counter = 40;
static _Thread_local char text[24];

static int increase(int number)
{
	return number + 1;
}

static int twice(int number)
{
	return number * 2;
}

static int (*const functions[])(int) = {increase, twice};
static const char *const names[] = {"increase", "twice"};
int (*volatile function)(int) = twice; /* in .data, which stays writable */

int main(int argc, char **argv)
{
	const char *word = argv[argc - 1];
	char *copy = malloc(strlen(word) + 1);

	strcpy(copy, word);
	memcpy(text, "thread", 7);
	counter += argc;
	for (int i = 0; i < 2; i++)
		printf("%s %d\n", names[i], functions[i](20));
	printf("%s %d %zu %s\n", text, counter, strlen(copy), strchr(copy, 'e'));
	free(copy);
	return function(21);
}
