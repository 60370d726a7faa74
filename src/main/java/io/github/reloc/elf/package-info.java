/**
 * Bytes to records: the file, its segments, its dynamic table and its symbols.
 *
 * <p>A program is understood the way a loader understands it, through {@code PT_LOAD} and {@code PT_DYNAMIC}, so a
 * stripped file means the same; {@link io.github.reloc.elf.SectionHeaders} are there for one check and nothing else.
 * Everything that a file claims is checked here, before it
 * is used, with the arithmetic of {@link io.github.reloc.elf.Unsigned}; what is wrong ends in one {@link
 * io.github.reloc.elf.Failure}.
 *
 * <p>Two address spaces meet here, told apart by name: {@code …FileOffset} counts from the first byte of the file,
 * {@code …VirtualAddress} is a link-time address. Load addresses and image offsets begin in the image package.
 */
@NullMarked
package io.github.reloc.elf;

import org.jspecify.annotations.NullMarked;
