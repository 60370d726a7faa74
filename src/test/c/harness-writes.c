/*
 * harness-writes: which words of a range of memory a program writes, while the range is read-only.
 *
 *     harness-writes OUT LOW HIGH PROGRAM [ARGUMENT...]
 *
 * Runs PROGRAM, which takes write permission from [LOW, HIGH) itself. Each write to it is noted in OUT, one line
 * with the address of the word, and happens nevertheless.
 *
 * Numbers are hexadecimal with 0x. Exit code: that of PROGRAM, or 128 and the signal that ended it; 97 if tracing
 * is not permitted here; 98 with one line on standard error for an error of the harness.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -o harness-writes harness-writes.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NOT_PERMITTED = 97,
	HARNESS_ERROR = 98,
	WIDEST_WRITE_WORDS = 8, /* one AVX-512 register */
	SYSCALL = 0x050f,       /* the instruction's two bytes */
};

static pid_t process;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "harness-writes: %s: %s\n", what, strerror(errno));
	exit(HARNESS_ERROR);
}

static void require(long result, const char *what)
{
	if (result < 0)
		fail(what);
}

static int wait_for(void)
{
	int status;

	require(waitpid(process, &status, 0), "waitpid");
	return status;
}

/* One instruction, and not the signal that it stopped with. */
static int step(void)
{
	require(ptrace(PTRACE_SINGLESTEP, process, NULL, NULL), "PTRACE_SINGLESTEP");
	return wait_for();
}

/* Has the process call mprotect, with a system call in the place of its next instruction. */
static void protect(uint64_t low, uint64_t high, uint64_t protection)
{
	struct user_regs_struct saved, call;

	require(ptrace(PTRACE_GETREGS, process, NULL, &saved), "PTRACE_GETREGS");
	errno = 0;
	long text = ptrace(PTRACE_PEEKTEXT, process, saved.rip, NULL);
	if (errno != 0)
		fail("PTRACE_PEEKTEXT");

	call = saved;
	call.orig_rax = (uint64_t)-1; /* no system call to restart */
	call.rax = SYS_mprotect;
	call.rdi = low;
	call.rsi = high - low;
	call.rdx = protection;
	require(ptrace(PTRACE_POKETEXT, process, saved.rip, (text & ~0xffffL) | SYSCALL), "PTRACE_POKETEXT");
	require(ptrace(PTRACE_SETREGS, process, NULL, &call), "PTRACE_SETREGS");
	step();
	require(ptrace(PTRACE_GETREGS, process, NULL, &call), "PTRACE_GETREGS");
	if (call.rax != 0) {
		errno = -(int)call.rax;
		fail("mprotect");
	}
	require(ptrace(PTRACE_POKETEXT, process, saved.rip, text), "PTRACE_POKETEXT");
	saved.orig_rax = (uint64_t)-1;
	require(ptrace(PTRACE_SETREGS, process, NULL, &saved), "PTRACE_SETREGS");
}

static void peek_words(uint64_t address, uint64_t high, long words[WIDEST_WRITE_WORDS])
{
	for (int i = 0; i < WIDEST_WRITE_WORDS; i++) {
		errno = 0;
		words[i] = address + 8 * i < high ? ptrace(PTRACE_PEEKDATA, process, address + 8 * i, NULL) : 0;
		if (errno != 0)
			fail("PTRACE_PEEKDATA");
	}
}

/* Lets one write happen: the word at its address, and those behind it that it changes. */
static int let_write(FILE *out, uint64_t low, uint64_t high, uint64_t address)
{
	long before[WIDEST_WRITE_WORDS], after[WIDEST_WRITE_WORDS];
	uint64_t word = address & -8ul;
	int status;

	protect(low, high, PROT_READ | PROT_WRITE | PROT_EXEC);
	peek_words(word, high, before);
	status = step();
	if (!WIFSTOPPED(status))
		return status;
	peek_words(word, high, after);
	for (int i = 0; i < WIDEST_WRITE_WORDS; i++)
		if (i == 0 || before[i] != after[i])
			fprintf(out, "0x%lx\n", word + 8 * i);
	protect(low, high, PROT_READ | PROT_EXEC);
	return status;
}

int main(int argc, char **argv)
{
	uint64_t low, high;
	int signal;
	int status;
	FILE *out;

	if (argc < 5) {
		errno = EINVAL;
		fail("usage: harness-writes OUT LOW HIGH PROGRAM [ARGUMENT...]");
	}
	low = strtoull(argv[2], NULL, 16);
	high = strtoull(argv[3], NULL, 16);
	out = fopen(argv[1], "w");
	if (out == NULL)
		fail(argv[1]);

	process = fork();
	require(process, "fork");
	if (process == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(NOT_PERMITTED);
		execv(argv[4], argv + 4);
		_exit(HARNESS_ERROR);
	}
	status = wait_for();
	if (WIFSTOPPED(status))
		require(ptrace(PTRACE_SETOPTIONS, process, NULL, PTRACE_O_EXITKILL), "PTRACE_SETOPTIONS");

	while (WIFSTOPPED(status)) {
		siginfo_t info;

		require(ptrace(PTRACE_GETSIGINFO, process, NULL, &info), "PTRACE_GETSIGINFO");
		uint64_t address = (uint64_t)info.si_addr;
		/* SEGV_ACCERR: mapped, but not for that. */
		if (info.si_signo == SIGSEGV && info.si_code == SEGV_ACCERR && address >= low && address < high) {
			status = let_write(out, low, high, address);
			continue;
		}
		/* A SIGTRAP is the end of a step, or of execv; other signals are the program's own affair. */
		signal = info.si_signo == SIGTRAP ? 0 : info.si_signo;
		require(ptrace(PTRACE_CONT, process, NULL, signal), "PTRACE_CONT");
		status = wait_for();
	}
	if (fclose(out) != 0)
		fail(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
