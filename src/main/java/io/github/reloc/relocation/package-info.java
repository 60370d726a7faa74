/**
 * The relocation tables, the formulas of their entries, and the engine that applies them. No input or output of its
 * own, no printing, no state that outlives a call.
 *
 * <p>The letters are those of the x86-64 psABI: <b>A</b> addend, <b>B</b> bias (load base minus link-time start).
 *
 * <table>
 *   <caption>What the engine computes</caption>
 *   <tr><th>type</th><th>number</th><th>field</th><th>value</th></tr>
 *   <tr><td>R_X86_64_NONE</td><td>0</td><td>none</td><td>nothing, whatever the place</td></tr>
 *   <tr><td>R_X86_64_RELATIVE</td><td>8</td><td>word64</td><td>B + A</td></tr>
 *   <tr><td>R_X86_64_RELATIVE64</td><td>38</td><td>word64</td><td>B + A</td></tr>
 * </table>
 *
 * <p>Any other type is an error: an entry that is skipped makes a wrong image. The addend of a RELA entry stands in the
 * entry, that of a REL or RELR entry in the word it relocates. Tables are applied in the order of loaders, RELR, REL,
 * RELA, JMPREL, so that of two entries for one word the later wins (RELA) or adds (REL, RELR).
 *
 * <p>Source: x86-64 psABI, "Relocation"; gABI, "Relocation" and "Relative Relocation Table".
 */
@NullMarked
package io.github.reloc.relocation;

import org.jspecify.annotations.NullMarked;
