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
#define PROGRAM "loader"
#include <fcntl.h>

#include "start.h"

/* Command line, checked. */
struct request {
	const char *image;
	uint64_t base, size;
	struct start start; /* the rest of the command line */
};

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
	memory = map_zeros(request->base, mapped_size, PROT_READ | PROT_WRITE | PROT_EXEC);

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
	request.start.entry = number("ENTRY", argv[at + 2], '\0', NULL);
	request.size = number("SIZE", argv[at + 3], '\0', NULL);
	request.start.phdr = number("PHDR", argv[at + 4], '\0', NULL);
	request.start.phnum = number("PHNUM", argv[at + 5], '\0', NULL);
	request.start.argument_count = argc - (at + 6);
	request.start.arguments = argv + at + 6;

	map_image(&request);
	for (int i = 0; i < ranges; i++)
		protect(argv[2 + 2 * i]);
	jump(build_stack(&request.start), request.start.entry);
}
