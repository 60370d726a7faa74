/**
 * What an executable says of itself, and of which a flat image has none: addresses in its headers and symbols move with
 * the program. Its tables and its dynamic section are edited with the relocations, in the package above.
 */
@NullMarked
package io.github.reloc.executable;

import org.jspecify.annotations.NullMarked;
