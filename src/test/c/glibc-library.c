/*
 * glibc-library: a library with relocations of every type that glibc's loader applies, but COPY.
 *
 * What is exported binds to itself by symbol (64, GLOB_DAT, JUMP_SLOT), what is not by address (RELATIVE).
 * It is never called; the loader's work on it is what matters. No function is indirect to it but one.
 *
 * Build: gcc -O1 -fPIC -shared -o glibc-library.so glibc-library.c
 */
#include <stddef.h>

int exported = 1;
static int internal = 2;

/* 64, with an addend and without; RELATIVE. */
void *const addresses[] = {&exported, (char *)&exported + 2, &internal, (char *)&internal + 1};

/* Odd addresses cannot be in RELR. */
struct __attribute__((packed)) {
	char filler;
	void *pointers[2];
} packed = {0, {&internal, &exported}};

/* Not defined anywhere: 0. Defined in the C library: weak makes no difference to a loader that has it. */
extern int absent __attribute__((weak));
extern void *malloc(size_t size) __attribute__((weak));
void *const weak[] = {&absent, (char *)&absent + 8, (void *)malloc};

/* Dynamic models: DTPMOD64 and DTPOFF64, by symbol and, of the module alone, without. */
_Thread_local int exported_thread_local = 3;
static _Thread_local char internal_thread_local[20] __attribute__((aligned(16)));
static _Thread_local char second_internal_thread_local[3];

/* Initial-exec model: TPOFF64. */
_Thread_local int exported_initial __attribute__((tls_model("initial-exec"))) = 4;
static _Thread_local int internal_initial __attribute__((tls_model("initial-exec"))) = 5;

/* Only the program's start-up can say which function it is. */
static int generic(void)
{
	return internal;
}

static int (*resolve(void))(void)
{
	return generic;
}

int indirect(void) __attribute__((ifunc("resolve")));

int called(int number)
{
	return number + exported; /* GLOB_DAT */
}

int calls(int number)
{
	internal_thread_local[number] = 1;
	second_internal_thread_local[1] = 1;
	exported_thread_local += number;
	exported_initial += number;
	internal_initial += number;
	return called(number) + called(number + 1) + indirect(); /* JUMP_SLOT */
}
