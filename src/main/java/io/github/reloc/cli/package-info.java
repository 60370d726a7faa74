/**
 * The command line: each command parses its options, calls one thing and returns an exit code.
 *
 * <p>Commands are built by hand, not from annotations, and only the one that was asked for: that is most of what a short
 * run costs.
 */
@NullMarked
package io.github.reloc.cli;

import org.jspecify.annotations.NullMarked;
