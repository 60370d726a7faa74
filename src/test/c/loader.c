/*
 * loader: runs a flat memory image at a fixed address.
 *
 *     loader [--read-only LOW,HIGH]... IMAGE BASE ENTRY SIZE PHDR PHNUM [ARGUMENT...]
 *
 * Maps SIZE bytes at BASE, reads IMAGE into them (the rest stays zero), builds the stack that a new
 * process finds, and jumps to ENTRY. It relocates nothing: what runs is what the file holds.
 *
 *     IMAGE      file; its first byte goes to BASE
 *     BASE       load address, a multiple of the page size
 *     ENTRY      load address of the first instruction
 *     SIZE       memory size of the image in bytes; may be larger than the file
 *     PHDR       load address of the program headers, for AT_PHDR
 *     PHNUM      number of program headers, for AT_PHNUM
 *     ARGUMENT   argv[1] and following; argv[0] is "image"
 *     LOW,HIGH   [LOW, HIGH) is not writable when the program starts; both multiples of the page size
 *
 * Numbers are hexadecimal with 0x. On an error of the loader itself: one line on standard error, exit 99.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -o loader loader.c
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
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

/* Command line, checked. */
struct request {
	const char *image;
	uint64_t base, entry, size, phdr, phnum;
	int argument_count;
	char **arguments;
};

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void fail(const char *format, ...)
{
	va_list values;

	fputs("loader: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(LOADER_ERROR);
}

/* A hexadecimal number with 0x that ends at the character given. */
static uint64_t number(const char *name, const char *text, char terminator, const char **rest)
{
	char *end = NULL;
	uint64_t value;

	if (strncmp(text, "0x", 2) != 0)
		fail("%s: not a hexadecimal number with 0x: %s", name, text);
	errno = 0;
	/* Skipping the 0x leaves no room for a sign or a blank: the next character must be a digit. */
	if (strspn(text + 2, "0123456789abcdefABCDEF") == 0)
		fail("%s: not a hexadecimal number with 0x: %s", name, text);
	value = strtoull(text + 2, &end, 16);
	if (errno != 0 || *end != terminator)
		fail("%s: not a 64-bit hexadecimal number: %s", name, text);
	if (rest != NULL)
		*rest = end + 1;
	return value;
}

static uint64_t page_multiple(const char *name, uint64_t value)
{
	if (value % PAGE_SIZE != 0)
		fail("%s: not a multiple of 0x%x: 0x%lx", name, PAGE_SIZE, value);
	return value;
}

/*
 * Maps the image's memory exactly at its base. All of it is readable, writable and executable: what the
 * segments ask for is not the point here, --read-only is the one protection that tests need.
 */
static void map_image(const struct request *request)
{
	uint64_t mapped_size = (request->size + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
	uint8_t *memory;
	uint64_t filled = 0;
	ssize_t count;
	char surplus;
	int file;

	if (request->size == 0 || mapped_size < request->size)
		fail("SIZE: not usable: 0x%lx", request->size);
	memory = mmap((void *)request->base, mapped_size, PROT_READ | PROT_WRITE | PROT_EXEC,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (memory == MAP_FAILED)
		fail("cannot map 0x%lx bytes at 0x%lx: %s", mapped_size, request->base, strerror(errno));
	/* A kernel without MAP_FIXED_NOREPLACE takes the address as a mere hint. */
	if ((uint64_t)memory != request->base)
		fail("0x%lx is not free", request->base);

	file = open(request->image, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		fail("%s: %s", request->image, strerror(errno));
	while (filled < request->size) {
		count = read(file, memory + filled, request->size - filled);
		if (count < 0)
			fail("%s: %s", request->image, strerror(errno));
		if (count == 0)
			break; /* the rest is zero, as .bss is */
		filled += (uint64_t)count;
	}
	if (filled == 0)
		fail("%s: empty", request->image);
	/* A file longer than SIZE means that the caller has mixed something up. */
	if (filled == request->size && read(file, &surplus, 1) != 0)
		fail("%s: longer than 0x%lx bytes", request->image, request->size);
	close(file);
}

/* Takes write permission away; it stays executable, for code may share the page with the data. */
static void protect(const char *range)
{
	const char *rest;
	uint64_t low = page_multiple("--read-only", number("--read-only", range, ',', &rest));
	uint64_t high = page_multiple("--read-only", number("--read-only", rest, '\0', NULL));

	if (low >= high)
		fail("--read-only: empty range: %s", range);
	if (mprotect((void *)low, high - low, PROT_READ | PROT_EXEC) != 0)
		fail("--read-only %s: %s", range, strerror(errno));
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
static uint64_t *build_stack(const struct request *request)
{
	static const char name[] = "image";
	uint8_t *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	uint64_t argument_count = 1 + (uint64_t)request->argument_count;
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
	for (int i = 0; i < request->argument_count; i++)
		strings_size += strlen(request->arguments[i]) + 1;
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
	AUXILIARY(AT_PHDR, request->phdr);
	AUXILIARY(AT_PHENT, sizeof(Elf64_Phdr)); /* 56 */
	AUXILIARY(AT_PHNUM, request->phnum);
	AUXILIARY(AT_PAGESZ, PAGE_SIZE);
	AUXILIARY(AT_BASE, 0); /* no interpreter */
	AUXILIARY(AT_FLAGS, 0);
	AUXILIARY(AT_ENTRY, request->entry);
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
	for (int i = 0; i < request->argument_count; i++) {
		*next++ = (uint64_t)strings;
		strings = stpcpy(strings, request->arguments[i]) + 1;
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

int main(int argc, char **argv)
{
	struct request request;
	int ranges = 0;
	int at;

	/* --read-only ranges come first; they are applied when the image is in place. */
	while (1 + 2 * ranges + 1 < argc && strcmp(argv[1 + 2 * ranges], "--read-only") == 0)
		ranges++;
	at = 1 + 2 * ranges;
	if (argc - at < 6)
		fail("usage: loader [--read-only LOW,HIGH]... IMAGE BASE ENTRY SIZE PHDR PHNUM [ARGUMENT...]");
	request.image = argv[at];
	request.base = page_multiple("BASE", number("BASE", argv[at + 1], '\0', NULL));
	request.entry = number("ENTRY", argv[at + 2], '\0', NULL);
	request.size = number("SIZE", argv[at + 3], '\0', NULL);
	request.phdr = number("PHDR", argv[at + 4], '\0', NULL);
	request.phnum = number("PHNUM", argv[at + 5], '\0', NULL);
	request.argument_count = argc - (at + 6);
	request.arguments = argv + at + 6;

	map_image(&request);
	for (int i = 0; i < ranges; i++)
		protect(argv[2 + 2 * i]);
	jump(build_stack(&request), request.entry);
}
