/*
 * Property: the program of jmprel.c with DT_PLTREL = DT_REL: JMPREL has entries without addends, and
 * so has the other table.
 *
 * The word in place of a JUMP_SLOT is the address of code in the PLT. It is no addend: the value is S.
 */
#include "jmprel.c"
