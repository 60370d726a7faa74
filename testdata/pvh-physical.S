/*
 * Property: physical addresses (p_paddr) that are not the virtual ones (p_vaddr).
 *
 * The kernel of pvh.S, linked like a kernel that maps itself to the top of memory: virtual addresses are
 * those of a program for 0xffffffff80200000, physical ones begin at 0x200000 (pvh.ld). As it runs
 * at the physical ones, its note is right for this difference alone.
 */
#define DIFFERENCE 0xffffffff80000000
#include "pvh.S"
