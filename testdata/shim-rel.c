/*
 * Property: the program of shim.c with REL in the place of RELA, beside RELR.
 *
 * Neither table is idempotent: run over an image that is relocated already, the shim's relocator adds
 * the bias a second time to every word, unless the sizes of both tables are 0.
 */
#include "shim.c"
