/*
 * harness-memory: what glibc's loader leaves in memory, before any constructor runs.
 *
 *     harness-memory [--preload LIBRARY] OBJECT START SIZE OUT PROGRAM
 *
 * Starts PROGRAM with all symbols bound at once, and stops it where the loader tells debuggers that all
 * objects are ready: they are relocated then. Copies SIZE bytes of OBJECT's memory to OUT, lists the objects
 * of the process, and ends it.
 *
 *     LIBRARY    comes after PROGRAM in the search for symbols, and before what PROGRAM needs
 *     OBJECT     file; one of the objects of the process
 *     START      virtual address in OBJECT at which the copy starts
 *     PROGRAM    file; its interpreter must be that of the harness
 *
 * Numbers are hexadecimal with 0x. On standard output a line for each object, in the order in which symbols
 * are searched: its bias, a blank, its path. Pages that are not mapped are zero in OUT.
 *
 * Exit code: 0; 97 if tracing is not permitted here; 98 if PROGRAM ended before it was ready, having said
 * why; 99 with one line on standard error for anything else.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -fPIE -pie -o harness-memory harness-memory.c
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	NOT_PERMITTED = 97,
	ENDED_EARLY = 98,
	HARNESS_ERROR = 99,
	BREAKPOINT = 0xcc, /* INT3, one byte */
};

/* The process that is looked at; its memory is the file /proc/PID/mem. */
static pid_t process;
static int memory;

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void fail(const char *format, ...)
{
	va_list values;

	fputs("harness-memory: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(HARNESS_ERROR);
}

static uint64_t number(const char *name, const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 16);

	if (strncmp(text, "0x", 2) != 0 || *end != '\0')
		fail("%s: not a hexadecimal number with 0x: %s", name, text);
	return value;
}

static void peek(void *to, uint64_t address, size_t size)
{
	if (pread(memory, to, size, (off_t)address) != (ssize_t)size)
		fail("cannot read 0x%zx bytes at 0x%lx: %s", size, address, strerror(errno));
}

/* Writes through any protection. */
static void poke_byte(uint64_t address, uint8_t byte)
{
	if (pwrite(memory, &byte, 1, (off_t)address) != 1)
		fail("cannot write at 0x%lx: %s", address, strerror(errno));
}

static struct user_regs_struct registers(void)
{
	struct user_regs_struct values;

	if (ptrace(PTRACE_GETREGS, process, NULL, &values) != 0)
		fail("cannot read registers: %s", strerror(errno));
	return values;
}

/* Lets the process run until it stops with SIGTRAP. Other signals are its own affair. */
static void resume(enum __ptrace_request how)
{
	int signal = 0;
	int status;

	for (;;) {
		if (ptrace(how, process, NULL, signal) != 0 || waitpid(process, &status, 0) != process)
			fail("cannot resume: %s", strerror(errno));
		if (!WIFSTOPPED(status))
			exit(ENDED_EARLY);
		if (WSTOPSIG(status) == SIGTRAP)
			return;
		signal = WSTOPSIG(status);
	}
}

static void start(const char *program, const char *library)
{
	char path[64];
	int status;

	process = fork();
	if (process < 0)
		fail("cannot fork: %s", strerror(errno));
	if (process == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(NOT_PERMITTED);
		setenv("LD_BIND_NOW", "1", 1);
		unsetenv("LD_DEBUG");
		unsetenv("LD_AUDIT");
		unsetenv("LD_PRELOAD");
		if (library != NULL)
			setenv("LD_PRELOAD", library, 1);
		execl(program, program, (char *)NULL);
		_exit(HARNESS_ERROR);
	}
	/* With PTRACE_TRACEME it stops with SIGTRAP when the program is in place, at its first instruction. */
	if (waitpid(process, &status, 0) != process)
		fail("cannot wait: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_PERMITTED)
		exit(NOT_PERMITTED);
	if (!WIFSTOPPED(status))
		fail("cannot start %s", program);
	if (ptrace(PTRACE_SETOPTIONS, process, NULL, PTRACE_O_EXITKILL) != 0)
		fail("cannot trace: %s", strerror(errno));
	snprintf(path, sizeof path, "/proc/%d/mem", process);
	memory = open(path, O_RDWR | O_CLOEXEC);
	if (memory < 0)
		exit(NOT_PERMITTED);
}

/* Where the kernel has put the interpreter of the process. */
static uint64_t interpreter_address(void)
{
	Elf64_auxv_t entry;
	char path[64];
	int file;

	snprintf(path, sizeof path, "/proc/%d/auxv", process);
	file = open(path, O_RDONLY | O_CLOEXEC);
	while (read(file, &entry, sizeof entry) == sizeof entry)
		if (entry.a_type == AT_BASE && entry.a_un.a_val != 0) {
			close(file);
			return entry.a_un.a_val;
		}
	fail("the program has no interpreter");
}

/* What the loader tells debuggers of this process; it is in the loader. Source: <link.h>. */
static const struct r_debug *own_debug(void)
{
	for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_DEBUG)
			return (const struct r_debug *)entry->d_un.d_ptr;
	fail("no DT_DEBUG");
}

/*
 * Lets the process run until everything is relocated: the loader then sets r_state to RT_CONSISTENT and calls
 * r_brk, an empty function. Both are as far into the loader there as they are here.
 */
static struct r_debug run_until_relocated(void)
{
	const struct r_debug *own = own_debug();
	uint64_t loader = interpreter_address();
	uint64_t stop = own->r_brk - own->r_ldbase + loader;
	struct r_debug debug;
	uint8_t instruction;

	peek(&instruction, stop, 1);
	for (;;) {
		poke_byte(stop, BREAKPOINT);
		resume(PTRACE_CONT);

		struct user_regs_struct values = registers();
		if (values.rip != stop + 1)
			fail("stopped at 0x%llx, not at 0x%lx", values.rip, stop);
		peek(&debug, (uint64_t)own - own->r_ldbase + loader, sizeof debug);
		if (debug.r_state == RT_CONSISTENT)
			return debug;

		poke_byte(stop, instruction);
		values.rip = stop;
		if (ptrace(PTRACE_SETREGS, process, NULL, &values) != 0)
			fail("cannot write registers: %s", strerror(errno));
		resume(PTRACE_SINGLESTEP);
	}
}

static void copy(uint64_t address, uint64_t size, const char *name)
{
	static uint8_t page[PAGE];
	FILE *out = fopen(name, "wb");

	if (out == NULL)
		fail("%s: %s", name, strerror(errno));
	for (uint64_t done = 0; done < size; done += PAGE) {
		if (pread(memory, page, PAGE, (off_t)(address + done)) != PAGE)
			memset(page, 0, PAGE);
		if (fwrite(page, PAGE, 1, out) != 1)
			fail("%s: %s", name, strerror(errno));
	}
	if (fclose(out) != 0)
		fail("%s: %s", name, strerror(errno));
}

int main(int argc, char **argv)
{
	const char *library = NULL;
	struct stat wanted, status;
	int is_found = 0;

	if (argc > 2 && strcmp(argv[1], "--preload") == 0) {
		library = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc != 6)
		fail("usage: harness-memory [--preload LIBRARY] OBJECT START SIZE OUT PROGRAM");
	if (stat(argv[1], &wanted) != 0)
		fail("%s: %s", argv[1], strerror(errno));
	uint64_t first = number("START", argv[2]);
	uint64_t size = number("SIZE", argv[3]);

	start(argv[5], library);
	struct r_debug debug = run_until_relocated();

	struct link_map map;
	for (uint64_t at = (uint64_t)debug.r_map; at != 0; at = (uint64_t)map.l_next) {
		char name[PATH_MAX] = "";

		peek(&map, at, sizeof map);
		for (size_t i = 0; i < sizeof name - 1; i++) {
			peek(&name[i], (uint64_t)map.l_name + i, 1);
			if (name[i] == '\0')
				break;
		}
		/* The program itself has no name. The kernel's vDSO has no file, and is not searched. */
		const char *path = name[0] == '\0' ? argv[5] : name;
		if (stat(path, &status) != 0)
			continue;
		printf("0x%lx %s\n", map.l_addr, path);
		if (!is_found && status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino) {
			is_found = 1;
			copy(map.l_addr + first, size, argv[4]);
		}
	}
	if (!is_found)
		fail("%s is no object of the process", argv[1]);
	kill(process, SIGKILL);
	return 0;
}
