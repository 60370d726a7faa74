/*
 * map-loader: runs an image with nothing else at hand than its map.
 *
 *     map-loader [--relro] MAP IMAGE [ARGUMENT...]
 *
 * Maps each segment at its load address with the permissions that it has in the map, builds the stack
 * that a new process finds, and jumps to the entry point. What the image holds between segments is left
 * out, and pages that belong to none stay unmapped. It relocates nothing.
 *
 *     MAP        JSON, as reloc apply --map writes it
 *     IMAGE      the image that came with it
 *     ARGUMENT   argv[1] and following; argv[0] is "image"
 *     --relro    the pages of RELRO are read-only when the program starts
 *
 * On an error of the loader itself, and a map that contradicts itself is one: one line on standard error,
 * exit 99.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -o map-loader map-loader.c
 */
#define _GNU_SOURCE
#define PROGRAM "map-loader"
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "start.h"

enum {
	SCHEMA_VERSION = 2,
	MAP_SIZE_MAX = 64 << 20,
	SEGMENTS_MAX = 64,
	DEPTH_MAX = 16,
	TEXT_SIZE = 80, /* the longest string that is of interest is a SHA-256 of 64 digits */
};

/* A number that the map may have, once. */
struct value {
	bool is_known;
	uint64_t number;
};

struct segment {
	struct value load_address, image_offset, file_size, memory_size, permissions;
};

/* What this loader needs of a map. */
struct map {
	struct value schema_version, image_size, base, memory_size, entry;
	struct value phdr, phnum;
	struct value relro_address, relro_size;
	struct segment segments[SEGMENTS_MAX];
	int segment_count;
};

/*
 * JSON: a pointer that moves over the text, which a zero byte ends. Each function takes in one value or
 * punctuation mark, and the blanks before it; members are handed to a function by their names.
 */

static const char *text_start, *text;
static int depth;

static _Noreturn void fail_at(const char *what)
{
	int line = 1;

	for (const char *at = text_start; at < text; at++)
		line += *at == '\n';
	fail("map, line %d: %s expected", line, what);
}

static char peek(void)
{
	text += strspn(text, " \t\r\n");
	return *text;
}

static bool accept(char mark)
{
	if (peek() != mark)
		return false;
	text++;
	return true;
}

static void expect(char mark, const char *what)
{
	if (!accept(mark))
		fail_at(what);
}

/*
 * A string. Escapes that stand for other characters than themselves become '?': names may have them, and
 * nothing that is read here does. One that is longer than the room for it is cut.
 */
static void read_string(char target[TEXT_SIZE])
{
	int length = 0;

	expect('"', "a string");
	while (*text != '"') {
		char character = *text;

		if ((unsigned char)character < 0x20)
			fail_at("the end of a string");
		text++;
		if (character == '\\') {
			char escape = *text;

			if (escape == '\0' || strchr("\"\\/bfnrtu", escape) == NULL)
				fail_at("an escape");
			text++;
			if (escape == 'u') {
				if (strspn(text, "0123456789abcdefABCDEF") < 4)
					fail_at("four digits");
				text += 4;
			}
			character = strchr("\"\\/", escape) != NULL ? escape : '?';
		}
		if (length < TEXT_SIZE - 1)
			target[length++] = character;
	}
	text++;
	target[length] = '\0';
}

static void set(struct value *value, uint64_t number)
{
	if (value->is_known)
		fail_at("no second value of this name");
	value->is_known = true;
	value->number = number;
}

/* A count or size: decimal digits alone, and no 0 before others. */
static void read_number(struct value *value)
{
	char *end;
	unsigned long long number;

	if (peek() < '0' || *text > '9' || (*text == '0' && text[1] >= '0' && text[1] <= '9'))
		fail_at("a whole number");
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || *end == '.' || *end == 'e' || *end == 'E')
		fail_at("a whole number of 64 bits");
	text = end;
	set(value, number);
}

/* An address: a string, 0x and up to 16 lower-case hexadecimal digits, of which the first is no surplus 0. */
static void read_address(struct value *value)
{
	char digits[TEXT_SIZE];
	size_t length;

	read_string(digits);
	length = strlen(digits);
	if (length < 3 || length > 18 || strncmp(digits, "0x", 2) != 0 ||
	    strspn(digits + 2, "0123456789abcdef") != length - 2 || (digits[2] == '0' && length != 3))
		fail_at("an address");
	set(value, strtoull(digits + 2, NULL, 16));
}

/* Permissions: "rwx", with - for those that are not there. */
static void read_permissions(struct value *value)
{
	char letters[TEXT_SIZE];

	read_string(letters);
	if (strlen(letters) != 3 || strchr("r-", letters[0]) == NULL || strchr("w-", letters[1]) == NULL ||
	    strchr("x-", letters[2]) == NULL)
		fail_at("permissions");
	set(value, (letters[0] == 'r' ? PROT_READ : 0) | (letters[1] == 'w' ? PROT_WRITE : 0) |
			   (letters[2] == 'x' ? PROT_EXEC : 0));
}

static void read_object(void *target, void (*member)(void *target, const char *name))
{
	char name[TEXT_SIZE];

	if (++depth > DEPTH_MAX)
		fail_at("less depth");
	expect('{', "an object");
	if (!accept('}')) {
		do {
			read_string(name);
			expect(':', "a colon");
			member(target, name);
		} while (accept(','));
		expect('}', "the end of an object");
	}
	depth--;
}

static void read_array(void *target, void (*element)(void *target))
{
	if (++depth > DEPTH_MAX)
		fail_at("less depth");
	expect('[', "an array");
	if (!accept(']')) {
		do {
			element(target);
		} while (accept(','));
		expect(']', "the end of an array");
	}
	depth--;
}

/* A value that is of no interest here. Maps have no null, and no numbers but counts and sizes. */
static void skip(void *target);

static void skip_member(void *target, const char *name)
{
	(void)name;
	skip(target);
}

static void skip(void *target)
{
	char string[TEXT_SIZE];
	struct value number = {0};

	switch (peek()) {
	case '{':
		read_object(target, skip_member);
		break;
	case '[':
		read_array(target, skip);
		break;
	case '"':
		read_string(string);
		break;
	case 't':
	case 'f':
		if (strncmp(text, "true", 4) != 0 && strncmp(text, "false", 5) != 0)
			fail_at("a value");
		text += *text == 't' ? 4 : 5;
		break;
	default:
		read_number(&number);
	}
}

/* The map, member by member. Those that this loader does not know mean nothing to it. */

static void read_image_member(void *target, const char *name)
{
	struct map *map = target;

	if (strcmp(name, "size") == 0)
		read_number(&map->image_size);
	else
		skip(NULL);
}

static void read_program_headers_member(void *target, const char *name)
{
	struct map *map = target;

	if (strcmp(name, "loadAddress") == 0)
		read_address(&map->phdr);
	else if (strcmp(name, "count") == 0)
		read_number(&map->phnum);
	else
		skip(NULL);
}

static void read_relro_member(void *target, const char *name)
{
	struct map *map = target;

	if (strcmp(name, "loadAddress") == 0)
		read_address(&map->relro_address);
	else if (strcmp(name, "size") == 0)
		read_number(&map->relro_size);
	else
		skip(NULL);
}

static void read_segment_member(void *target, const char *name)
{
	struct segment *segment = target;

	if (strcmp(name, "loadAddress") == 0)
		read_address(&segment->load_address);
	else if (strcmp(name, "imageOffset") == 0)
		read_address(&segment->image_offset);
	else if (strcmp(name, "fileSize") == 0)
		read_number(&segment->file_size);
	else if (strcmp(name, "memorySize") == 0)
		read_number(&segment->memory_size);
	else if (strcmp(name, "permissions") == 0)
		read_permissions(&segment->permissions);
	else
		skip(NULL);
}

static void read_segment(void *target)
{
	struct map *map = target;

	if (map->segment_count == SEGMENTS_MAX)
		fail("map: more than %d segments", SEGMENTS_MAX);
	read_object(&map->segments[map->segment_count++], read_segment_member);
}

static void read_map_member(void *target, const char *name)
{
	struct map *map = target;

	if (strcmp(name, "schemaVersion") == 0)
		read_number(&map->schema_version);
	else if (strcmp(name, "image") == 0)
		read_object(map, read_image_member);
	else if (strcmp(name, "base") == 0)
		read_address(&map->base);
	else if (strcmp(name, "memorySize") == 0)
		read_number(&map->memory_size);
	else if (strcmp(name, "entry") == 0)
		read_address(&map->entry);
	else if (strcmp(name, "programHeaders") == 0)
		read_object(map, read_program_headers_member);
	else if (strcmp(name, "relro") == 0)
		read_object(map, read_relro_member);
	else if (strcmp(name, "segments") == 0)
		read_array(map, read_segment);
	else
		skip(NULL);
}

static int open_file(const char *name, uint64_t *size)
{
	struct stat status;
	int file = open(name, O_RDONLY | O_CLOEXEC);

	if (file < 0 || fstat(file, &status) != 0)
		fail("%s: %s", name, strerror(errno));
	if (!S_ISREG(status.st_mode))
		fail("%s: not a regular file", name);
	*size = (uint64_t)status.st_size;
	return file;
}

/* Reads a whole range of a file, to memory that holds zeros. */
static void read_file(const char *name, int file, uint64_t offset, void *memory, uint64_t size)
{
	for (uint64_t done = 0; done < size;) {
		ssize_t count = pread(file, (uint8_t *)memory + done, size - done, (off_t)(offset + done));

		if (count <= 0)
			fail("%s: %s", name, count < 0 ? strerror(errno) : "ends too early");
		done += (uint64_t)count;
	}
}

static void read_map(const char *name, struct map *map)
{
	uint64_t size;
	int file = open_file(name, &size);
	char *content;

	if (size > MAP_SIZE_MAX)
		fail("%s: too large", name);
	content = calloc(size + 1, 1);
	if (content == NULL)
		fail("%s: no memory for it", name);
	read_file(name, file, 0, content, size);
	close(file);

	text_start = text = content;
	read_object(map, read_map_member);
	peek();
	if (text != content + size)
		fail_at("the end");
	free(content);
}

static uint64_t need(const char *name, const struct value *value)
{
	if (!value->is_known)
		fail("map: no %s", name);
	return value->number;
}

/* Checks everything that the rest of the loader relies on. */
static void check_map(const struct map *map, uint64_t image_size)
{
	uint64_t base, memory_size, free_from = 0;

	if (need("schemaVersion", &map->schema_version) != SCHEMA_VERSION)
		fail("map: schemaVersion %lu is not %d", map->schema_version.number, SCHEMA_VERSION);
	base = page_multiple("base", need("base", &map->base));
	memory_size = page_multiple("memorySize", need("memorySize", &map->memory_size));
	if (memory_size == 0 || base + memory_size < base)
		fail("map: memorySize: not usable: 0x%lx", memory_size);
	if (need("image.size", &map->image_size) != image_size)
		fail("map: the image has 0x%lx bytes, not 0x%lx", image_size, map->image_size.number);
	if (image_size > memory_size)
		fail("map: the image is larger than memorySize");
	if (map->segment_count == 0)
		fail("map: no segments");

	for (int i = 0; i < map->segment_count; i++) {
		const struct segment *segment = &map->segments[i];
		uint64_t offset = need("imageOffset", &segment->image_offset);
		uint64_t size = need("memorySize of a segment", &segment->memory_size);
		uint64_t file_size = need("fileSize", &segment->file_size);

		need("permissions", &segment->permissions);
		if (need("loadAddress", &segment->load_address) - base != offset)
			fail("map: segment %d: loadAddress and imageOffset disagree", i);
		if (offset < free_from || offset > memory_size || size == 0 || size > memory_size - offset)
			fail("map: segment %d: not above the one before it, or not in the memory", i);
		if (file_size > size || (file_size != 0 && offset + file_size > image_size))
			fail("map: segment %d: more bytes of the file than it has room for", i);
		free_from = offset + size;
	}
}

/* Whether a range of load addresses lies in one segment. */
static bool is_loaded(const struct map *map, uint64_t address, uint64_t size)
{
	for (int i = 0; i < map->segment_count; i++) {
		const struct segment *segment = &map->segments[i];
		uint64_t distance = address - segment->load_address.number;

		if (distance <= segment->memory_size.number && size <= segment->memory_size.number - distance)
			return true;
	}
	return false;
}

/* What each page of the memory allows: all that one of its segments does, and nothing if it has none. */
struct pages {
	uint64_t base, count;
	uint8_t *protections;
};

enum { UNMAPPED = 0xff };

static uint64_t page_of(const struct pages *pages, uint64_t address)
{
	return (address - pages->base) / PAGE_SIZE;
}

static struct pages plan_pages(const struct map *map)
{
	struct pages pages = {map->base.number, map->memory_size.number / PAGE_SIZE, NULL};

	pages.protections = malloc(pages.count);
	if (pages.protections == NULL)
		fail("no memory for %lu pages", pages.count);
	memset(pages.protections, UNMAPPED, pages.count);
	for (int i = 0; i < map->segment_count; i++) {
		const struct segment *segment = &map->segments[i];
		uint64_t address = segment->load_address.number;
		uint64_t last = page_of(&pages, address + segment->memory_size.number - 1);

		for (uint64_t page = page_of(&pages, address); page <= last; page++) {
			if (pages.protections[page] == UNMAPPED)
				pages.protections[page] = PROT_NONE;
			pages.protections[page] |= (uint8_t)segment->permissions.number;
		}
	}
	return pages;
}

/* Maps the pages of segments and nothing else, and fills the segments in; all are writable until then. */
static void load(const struct map *map, const struct pages *pages, const char *name, int image)
{
	for (uint64_t page = 0; page < pages->count; page++) {
		uint64_t first = page;

		while (page < pages->count && pages->protections[page] != UNMAPPED)
			page++;
		if (page != first)
			map_zeros(pages->base + first * PAGE_SIZE, (page - first) * PAGE_SIZE, PROT_READ | PROT_WRITE);
	}
	for (int i = 0; i < map->segment_count; i++) {
		const struct segment *segment = &map->segments[i];
		uint64_t offset = segment->image_offset.number;
		uint64_t size = segment->memory_size.number;

		/* The image may end before the memory does. */
		if (offset >= map->image_size.number)
			continue;
		if (size > map->image_size.number - offset)
			size = map->image_size.number - offset;
		read_file(name, image, offset, (void *)segment->load_address.number, size);
	}
}

/* As loaders do it: whole pages, the last only if RELRO fills it. */
static void plan_relro(const struct map *map, const struct pages *pages)
{
	uint64_t low = need("relro", &map->relro_address) & -(uint64_t)PAGE_SIZE;
	uint64_t high = (map->relro_address.number + need("relro.size", &map->relro_size)) & -(uint64_t)PAGE_SIZE;

	if (low < pages->base || high < low || page_of(pages, high) > pages->count)
		fail("map: relro: not in the memory");
	for (uint64_t page = page_of(pages, low); page < page_of(pages, high); page++) {
		if (pages->protections[page] == UNMAPPED)
			fail("map: relro: not in a segment");
		pages->protections[page] = PROT_READ;
	}
}

static void protect(const struct pages *pages)
{
	for (uint64_t page = 0; page < pages->count; page++) {
		void *address = (void *)(pages->base + page * PAGE_SIZE);

		if (pages->protections[page] != UNMAPPED &&
		    mprotect(address, PAGE_SIZE, pages->protections[page]) != 0)
			fail("cannot protect %p: %s", address, strerror(errno));
	}
}

/* Asks the kernel, in /proc/self/maps, whether all of the memory is as planned, and nothing else is there. */
static void check_memory(const struct pages *pages)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uint64_t end = pages->base + pages->count * PAGE_SIZE;
	uint64_t next = 0; /* the first page that has not been seen */
	uint64_t low, high;
	char letters[5];

	if (maps == NULL)
		fail("/proc/self/maps: %s", strerror(errno));
	/* 00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/dbus-daemon */
	while (fscanf(maps, "%" SCNx64 "-%" SCNx64 " %4s%*[^\n]", &low, &high, letters) == 3) {
		int protection = (letters[0] == 'r' ? PROT_READ : 0) | (letters[1] == 'w' ? PROT_WRITE : 0) |
				 (letters[2] == 'x' ? PROT_EXEC : 0);

		if (high <= pages->base || low >= end)
			continue;
		low = low < pages->base ? 0 : page_of(pages, low);
		high = high > end ? pages->count : page_of(pages, high);
		for (; next < low; next++)
			if (pages->protections[next] != UNMAPPED)
				fail("page %lu is not there", next);
		for (; next < high; next++)
			if (pages->protections[next] != protection)
				fail("page %lu: %.3s, 0x%x planned", next, letters, pages->protections[next]);
	}
	for (; next < pages->count; next++)
		if (pages->protections[next] != UNMAPPED)
			fail("page %lu is not there", next);
	fclose(maps);
}

int main(int argc, char **argv)
{
	bool has_relro = argc > 1 && strcmp(argv[1], "--relro") == 0;
	int at = has_relro ? 2 : 1;
	struct map map = {0};
	struct start start = {0};
	struct pages pages;
	uint64_t image_size;
	int image;

	if (argc - at < 2)
		fail("usage: map-loader [--relro] MAP IMAGE [ARGUMENT...]");
	read_map(argv[at], &map);
	image = open_file(argv[at + 1], &image_size);
	check_map(&map, image_size);

	start.entry = need("entry", &map.entry);
	if (!is_loaded(&map, start.entry, 1))
		fail("map: entry: not in a segment");
	/* Without program headers in memory, AT_PHDR and AT_PHNUM are 0. */
	if (map.phdr.is_known || map.phnum.is_known) {
		start.phdr = need("programHeaders.loadAddress", &map.phdr);
		start.phnum = need("programHeaders.count", &map.phnum);
		if (start.phnum > UINT16_MAX || !is_loaded(&map, start.phdr, start.phnum * sizeof(Elf64_Phdr)))
			fail("map: programHeaders: not in a segment");
	}
	start.argument_count = argc - (at + 2);
	start.arguments = argv + at + 2;

	pages = plan_pages(&map);
	load(&map, &pages, argv[at + 1], image);
	close(image);
	if (has_relro)
		plan_relro(&map, &pages);
	protect(&pages);
	check_memory(&pages);
	jump(build_stack(&start), start.entry);
}
