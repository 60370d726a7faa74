/**
 * Second opinions: whether an image is what it should be, and whether a program is fit to be moved. No parsing of its
 * own, and no knowledge of output formats.
 */
@NullMarked
package io.github.reloc.check;

import org.jspecify.annotations.NullMarked;
