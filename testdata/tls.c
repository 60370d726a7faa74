/*
 * Property: thread-local storage: PT_TLS, and the relocation types that ask about it.
 *
 * Linked as a shared object with an entry point, because an executable has the answers at link time:
 *
 *     R_X86_64_DTPMOD64   module of "exported" (with symbol) and of "local" (symbol 0)
 *     R_X86_64_DTPOFF64   offset of "exported" in the module's TLS block
 *     R_X86_64_TPOFF64    offset of "initial" from the thread pointer
 *
 * The program sets up its one thread itself, as module 1, and so shows that the answers fit.
 */
#include <stdint.h>

#include "support/program.h"
#include "support/relocate.h"

EXPORTED __thread int exported = 11;
EXPORTED __thread int initial __attribute__((tls_model("initial-exec"))) = 22;
static __thread int local __attribute__((tls_model("local-dynamic"))) = 33;
static __thread int zero __attribute__((tls_model("local-dynamic")));

/* What a thread control block must have: its own address, for %fs:0. */
struct thread {
	struct thread *self;
};

/* The TLS block ends where the thread control block starts. */
static struct {
	uint8_t block[128];
	struct thread thread;
} storage __attribute__((aligned(64)));

static uint8_t *block_start;

struct variable {
	uint64_t module; /* DTPMOD64 */
	uint64_t offset; /* DTPOFF64 */
};

/* Called by the code that the compiler makes for a variable of a dynamic TLS model. */
EXPORTED void *__tls_get_addr(const struct variable *variable)
{
	if (variable->module != 1) {
		print("WRONG module\n");
		terminate(96);
	}
	return block_start + variable->offset;
}

static void set_up_thread(void)
{
	const Elf64_Phdr *segment = (const Elf64_Phdr *)((uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);

	/* Where the dynamic section is, less where its header says, is what p_vaddr lacks. */
	while (segment->p_type != PT_DYNAMIC)
		segment++;
	const uint8_t *bias = (const uint8_t *)_DYNAMIC - segment->p_vaddr;

	segment = (const Elf64_Phdr *)((uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
	while (segment->p_type != PT_TLS)
		segment++;
	block_start = (uint8_t *)&storage.thread - ((segment->p_memsz + segment->p_align - 1) & -segment->p_align);
	for (uint64_t i = 0; i < segment->p_filesz; i++)
		block_start[i] = bias[segment->p_vaddr + i];
	storage.thread.self = &storage.thread;
	system_call(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, (long)&storage.thread, 0);
}

int main(void)
{
	set_up_thread();
	print_number("exported", exported);
	print_number("initial", initial);
	print_number("local", local);
	print_number("zero", zero);
	exported += 1;
	initial += 1;
	local += 1;
	print_number("sum", exported + initial + local);
	return 0;
}
