/*
 * Property: DT_JMPREL is the tail of DT_RELA, so that both name the same entries.
 *
 * Some linkers and older ABIs lay tables out like this. An entry in both is one entry. The program is
 * that of jmprel-relative.S.
 */
#define JMPREL_IN_RELA
#include "jmprel-relative.S"
