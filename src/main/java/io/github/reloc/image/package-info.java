/**
 * The program's memory as one range of addresses: where it will be loaded, what its bytes are, and the file that they
 * are written to, whole or not at all.
 *
 * <p>Two more address spaces begin here: {@code …LoadAddress} is an address at run time, {@code …ImageOffset} counts
 * from the first byte of the image.
 */
@NullMarked
package io.github.reloc.image;

import org.jspecify.annotations.NullMarked;
