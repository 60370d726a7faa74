/*
 * start: how the loaders beside this file hand over to a program that is in memory already.
 *
 * Builds the stack that a new process finds, and jumps to the entry point. To be included once, after
 * _GNU_SOURCE and PROGRAM, the name that opens messages, are defined.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000 /* Linux 4.17 */
#endif

enum {
	PAGE_SIZE = 4096,
	STACK_SIZE = 1 << 20,
	AUXILIARY_ENTRIES_MAX = 32,
	LOADER_ERROR = 99,
};

/* What a program is told when it starts, and where. */
struct start {
	uint64_t entry;	      /* load address of the first instruction */
	uint64_t phdr, phnum; /* load address and number of the program headers, for AT_PHDR and AT_PHNUM */
	int argument_count;   /* argv[1] and following; argv[0] is "image" */
	char **arguments;
};

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An error of the loader itself, as opposed to one of the program. */
static _Noreturn void fail(const char *format, ...)
{
	va_list values;

	fputs(PROGRAM ": ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(LOADER_ERROR);
}

static uint64_t page_multiple(const char *name, uint64_t value)
{
	if (value % PAGE_SIZE != 0)
		fail("%s: not a multiple of 0x%x: 0x%lx", name, PAGE_SIZE, value);
	return value;
}

/* Maps zeros exactly at an address, where nothing may be yet. */
static uint8_t *map_zeros(uint64_t address, uint64_t size, int protection)
{
	uint8_t *memory = mmap((void *)address, size, protection,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (memory == MAP_FAILED)
		fail("cannot map 0x%lx bytes at 0x%lx: %s", size, address, strerror(errno));
	/* A kernel without MAP_FIXED_NOREPLACE takes the address as a mere hint. */
	if ((uint64_t)memory != address)
		fail("0x%lx is not free", address);
	return memory;
}

/*
 * Builds the stack of a new process (System V psABI for x86-64, "Process Initialization"), from low
 * to high addresses:
 *
 *     RSP ->  argc                       one word
 *             argv[0..argc-1], null      pointers
 *             envp[0..], null            pointers; here there are none
 *             auxiliary vector           pairs of words (type, value), ended by AT_NULL
 *             strings, 16 random bytes   what the pointers above point to
 *
 * RSP is a multiple of 16. Returns its value.
 */
static uint64_t *build_stack(const struct start *start)
{
	static const char name[] = "image";
	uint8_t *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	uint64_t argument_count = 1 + (uint64_t)start->argument_count;
	uint64_t auxiliary[2 * AUXILIARY_ENTRIES_MAX];
	uint64_t auxiliary_words = 0;
	uint64_t strings_size = sizeof name;
	uint64_t words;
	uint64_t *top;
	uint8_t *random;
	char *strings;

	if (stack == MAP_FAILED)
		fail("no stack: %s", strerror(errno));

	/* From the end down: strings, then random bytes. */
	for (int i = 0; i < start->argument_count; i++)
		strings_size += strlen(start->arguments[i]) + 1;
	if (strings_size + 8 * argument_count > STACK_SIZE / 2)
		fail("arguments too long");
	strings = (char *)stack + STACK_SIZE - strings_size;
	random = (uint8_t *)strings - 16;
	/* Any bytes do, and fixed ones make a run repeatable. */
	for (int i = 0; i < 16; i++)
		random[i] = (uint8_t)(i * 17 + 1);

	/* What C libraries read at start-up. There is no AT_SYSINFO_EHDR: without vDSO they use system calls. */
#define AUXILIARY(type, value)                                                                     \
	(auxiliary[auxiliary_words++] = (type), auxiliary[auxiliary_words++] = (uint64_t)(value))
	AUXILIARY(AT_PHDR, start->phdr);
	AUXILIARY(AT_PHENT, sizeof(Elf64_Phdr)); /* 56 */
	AUXILIARY(AT_PHNUM, start->phnum);
	AUXILIARY(AT_PAGESZ, PAGE_SIZE);
	AUXILIARY(AT_BASE, 0); /* no interpreter */
	AUXILIARY(AT_FLAGS, 0);
	AUXILIARY(AT_ENTRY, start->entry);
	AUXILIARY(AT_UID, getuid());
	AUXILIARY(AT_EUID, geteuid());
	AUXILIARY(AT_GID, getgid());
	AUXILIARY(AT_EGID, getegid());
	AUXILIARY(AT_SECURE, 0);
	AUXILIARY(AT_HWCAP, getauxval(AT_HWCAP));
	AUXILIARY(AT_HWCAP2, getauxval(AT_HWCAP2));
	AUXILIARY(AT_CLKTCK, getauxval(AT_CLKTCK));
	AUXILIARY(AT_RANDOM, random);
	AUXILIARY(AT_EXECFN, strings);
	AUXILIARY(AT_NULL, 0);
#undef AUXILIARY

	/* argc, argv, its null, envp's null, auxiliary vector; the start aligned to 16, downwards. */
	words = 1 + argument_count + 1 + 1 + auxiliary_words;
	top = (uint64_t *)(((uint64_t)random - 8 * words) & -16ul);

	uint64_t *next = top;
	*next++ = argument_count;
	*next++ = (uint64_t)strings;
	strings = stpcpy(strings, name) + 1;
	for (int i = 0; i < start->argument_count; i++) {
		*next++ = (uint64_t)strings;
		strings = stpcpy(strings, start->arguments[i]) + 1;
	}
	*next++ = 0; /* end of argv */
	*next++ = 0; /* end of envp */
	memcpy(next, auxiliary, auxiliary_words * sizeof *auxiliary);
	return top;
}

/*
 * Hands over. RDX = 0: no function to register with atexit. RBP = 0: outermost frame. The other
 * registers are unspecified; zeros keep addresses of the loader out of the program. The flags are those
 * of a function call, which have DF clear, as the psABI asks.
 */
static _Noreturn void jump(const uint64_t *stack, uint64_t entry)
{
	__asm__ volatile("mov %[stack], %%rsp\n\t"
			 "push %[entry]\n\t" /* RET takes it off again: RSP is as built */
			 "xor %%eax, %%eax\n\t"
			 "xor %%ebx, %%ebx\n\t"
			 "xor %%ecx, %%ecx\n\t"
			 "xor %%edx, %%edx\n\t"
			 "xor %%esi, %%esi\n\t"
			 "xor %%edi, %%edi\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "xor %%r8d, %%r8d\n\t"
			 "xor %%r9d, %%r9d\n\t"
			 "xor %%r10d, %%r10d\n\t"
			 "xor %%r11d, %%r11d\n\t"
			 "xor %%r12d, %%r12d\n\t"
			 "xor %%r13d, %%r13d\n\t"
			 "xor %%r14d, %%r14d\n\t"
			 "xor %%r15d, %%r15d\n\t"
			 "ret"
			 :
			 : [stack] "r"(stack), [entry] "r"(entry)
			 : "memory");
	__builtin_unreachable();
}
