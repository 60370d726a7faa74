/*
 * harness-exec: the memory of a new process, before its first instruction.
 *
 *     harness-exec OUT PROGRAM ADDRESS,SIZE...
 *
 * Starts PROGRAM, lets the kernel put it in memory, and copies SIZE bytes at each ADDRESS to OUT, one range
 * after the other. Says on standard output where the first instruction is, and ends the process.
 *
 * Numbers are hexadecimal with 0x. Exit code: 0; 97 if tracing is not permitted here; 98 if the kernel did
 * not take PROGRAM; 99 with one line on standard error for anything else.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -fPIE -pie -o harness-exec harness-exec.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_PERMITTED = 97, NOT_STARTED = 98, HARNESS_ERROR = 99 };

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void fail(const char *format, ...)
{
	va_list values;

	fputs("harness-exec: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(HARNESS_ERROR);
}

static uint64_t number(const char *text, char terminator, const char **rest)
{
	char *end;
	uint64_t value = strtoull(text, &end, 16);

	if (strncmp(text, "0x", 2) != 0 || *end != terminator)
		fail("not a hexadecimal number with 0x: %s", text);
	*rest = end + 1;
	return value;
}

/* The process, stopped where the kernel has put the program in memory and runs none of it yet. */
static pid_t start(const char *program)
{
	pid_t process = fork();
	int status;

	if (process < 0)
		fail("cannot fork: %s", strerror(errno));
	if (process == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(NOT_PERMITTED);
		execl(program, program, (char *)NULL);
		_exit(NOT_STARTED);
	}
	if (waitpid(process, &status, 0) != process)
		fail("cannot wait: %s", strerror(errno));
	if (WIFEXITED(status))
		exit(WEXITSTATUS(status));
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
		exit(NOT_STARTED); /* ended by the kernel, half-way */
	return process;
}

static void copy(int memory, FILE *out, uint64_t address, uint64_t size)
{
	static uint8_t bytes[4096];

	while (size > 0) {
		size_t part = size < sizeof bytes ? size : sizeof bytes;

		if (pread(memory, bytes, part, (off_t)address) != (ssize_t)part)
			fail("cannot read 0x%zx bytes at 0x%lx: %s", part, address, strerror(errno));
		if (fwrite(bytes, part, 1, out) != 1)
			fail("cannot write: %s", strerror(errno));
		address += part;
		size -= part;
	}
}

int main(int argc, char **argv)
{
	struct user_regs_struct registers;
	char path[64];

	if (argc < 4)
		fail("usage: harness-exec OUT PROGRAM ADDRESS,SIZE...");
	FILE *out = fopen(argv[1], "wb");
	if (out == NULL)
		fail("%s: %s", argv[1], strerror(errno));
	pid_t process = start(argv[2]);

	snprintf(path, sizeof path, "/proc/%d/mem", process);
	int memory = open(path, O_RDONLY | O_CLOEXEC);
	if (memory < 0)
		exit(NOT_PERMITTED);
	for (int i = 3; i < argc; i++) {
		const char *rest;
		uint64_t address = number(argv[i], ',', &rest);

		copy(memory, out, address, number(rest, '\0', &rest));
	}
	if (ptrace(PTRACE_GETREGS, process, NULL, &registers) != 0)
		fail("cannot read registers: %s", strerror(errno));
	printf("0x%llx\n", registers.rip);
	if (fclose(out) != 0)
		fail("%s: %s", argv[1], strerror(errno));
	kill(process, SIGKILL);
	return 0;
}
