/*
 * Property: the program of adds.c, with start-up code that adds the addend as well.
 *
 * Zig 0.11 relocates so (std/start_pie.zig): for every R_X86_64_RELATIVE entry of RELA, word += B + A. That
 * is right where the linker leaves 0 in the word, as lld does, and mold when it is asked to.
 *
 * Run over an image that is relocated already, it makes 2 * (B + A) of each word: wrong at every base, 0
 * included.
 */
#define ADDED(bias, entry) ((bias) + (uint64_t)(entry)->r_addend)
#include "adds.c"
