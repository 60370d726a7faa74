/*
 * What a freestanding fixture needs to say something: two system calls, lines of text, and a way to
 * make the compiler read pointers from memory.
 *
 * Nothing here needs a relocation: strings and functions are reached relative to RIP.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

/*
 * Forgets where a pointer comes from. Without it the compiler would replace a read of a constant
 * table by what the table's initializer says, and the relocated word would never be looked at.
 */
#define opaque(pointer)                                                                            \
	({                                                                                         \
		__typeof__(&*(pointer)) forgotten_ = (pointer);                                    \
		__asm__ volatile("" : "+r"(forgotten_) : : "memory");                              \
		forgotten_;                                                                        \
	})

/* The word that an object holds, as it is in memory now. */
#define in_memory(object) (*opaque(&(object)))

/*
 * A symbol for the dynamic symbol table; everything else is hidden (-fvisibility). In a shared object
 * another one might take its place, so the compiler neither inlines it nor assumes its value.
 */
#define EXPORTED __attribute__((visibility("default")))

enum { SYS_write = 1, SYS_mprotect = 10, SYS_exit = 60, SYS_arch_prctl = 158 };

static inline long system_call(long number, long first, long second, long third)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(first), "S"(second), "d"(third)
			 : "rcx", "r11", "memory");
	return result;
}

static inline void terminate(int status)
{
	for (;;)
		system_call(SYS_exit, status, 0, 0);
}

static __attribute__((unused)) void print(const char *text)
{
	long length = 0;

	while (text[length] != '\0')
		length++;
	system_call(SYS_write, 1, (long)text, length);
}

/* "label: text" */
static __attribute__((unused)) void print_line(const char *label, const char *text)
{
	print(label);
	print(": ");
	print(text);
	print("\n");
}

/* "label: 42". Only for results: an address would make the output depend on the load base. */
static __attribute__((unused)) void print_number(const char *label, int number)
{
	char digits[12];
	char *first = digits + sizeof digits - 1;

	*first = '\0';
	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	print_line(label, first);
}

/* "label: ok", or "label: WRONG" for a word that is not what relocation should have made of it. */
static __attribute__((unused)) void print_check(const char *label, int holds)
{
	print_line(label, holds ? "ok" : "WRONG");
}

#endif
