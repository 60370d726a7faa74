/**
 * The relocation tables that the dynamic section names, and what an entry of one is: a place, a type, a symbol and an
 * addend. What an entry comes to is for the relocation package to say.
 *
 * <p>A table is read front to back in batches of plain words, because there are millions of entries: nothing is allocated
 * for one. A malformed table is passed on as far as it can be read. Source: gABI, "Relocation" and "Relative Relocation
 * Table"; for Android's packed tables bionic and LLVM.
 */
@NullMarked
package io.github.reloc.table;

import org.jspecify.annotations.NullMarked;
