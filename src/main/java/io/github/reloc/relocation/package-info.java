/**
 * The relocation tables, the formulas of their entries, and the engine that applies them. No input or output of its
 * own, no printing, no state that outlives a call.
 *
 * <p>The letters are those of the x86-64 psABI: <b>A</b> addend, <b>B</b> bias (load base minus link-time start),
 * <b>P</b> load address of the place, <b>S</b> load address of the symbol, <b>Z</b> size of the symbol. The st_value of
 * a thread-local symbol is its offset in the block that PT_TLS describes, and TLS size the size of that block; the image
 * is TLS module 1.
 *
 * <table>
 *   <caption>What the engine computes</caption>
 *   <tr><th>type</th><th>number</th><th>field</th><th>value</th></tr>
 *   <tr><td>R_X86_64_NONE</td><td>0</td><td>none</td><td>nothing</td></tr>
 *   <tr><td>R_X86_64_64</td><td>1</td><td>word64</td><td>S + A</td></tr>
 *   <tr><td>R_X86_64_PC32</td><td>2</td><td>word32, signed</td><td>S + A - P</td></tr>
 *   <tr><td>R_X86_64_COPY</td><td>5</td><td>Z bytes</td><td>at run time</td></tr>
 *   <tr><td>R_X86_64_GLOB_DAT</td><td>6</td><td>word64</td><td>S</td></tr>
 *   <tr><td>R_X86_64_JUMP_SLOT</td><td>7</td><td>word64</td><td>S</td></tr>
 *   <tr><td>R_X86_64_RELATIVE</td><td>8</td><td>word64</td><td>B + A</td></tr>
 *   <tr><td>R_X86_64_32</td><td>10</td><td>word32, unsigned</td><td>S + A</td></tr>
 *   <tr><td>R_X86_64_32S</td><td>11</td><td>word32, signed</td><td>S + A</td></tr>
 *   <tr><td>R_X86_64_DTPMOD64</td><td>16</td><td>word64</td><td>1</td></tr>
 *   <tr><td>R_X86_64_DTPOFF64</td><td>17</td><td>word64</td><td>st_value + A</td></tr>
 *   <tr><td>R_X86_64_TPOFF64</td><td>18</td><td>word64</td><td>st_value + A - TLS size</td></tr>
 *   <tr><td>R_X86_64_PC64</td><td>24</td><td>word64</td><td>S + A - P</td></tr>
 *   <tr><td>R_X86_64_SIZE32</td><td>32</td><td>word32, unsigned</td><td>Z + A</td></tr>
 *   <tr><td>R_X86_64_SIZE64</td><td>33</td><td>word64</td><td>Z + A</td></tr>
 *   <tr><td>R_X86_64_TLSDESC</td><td>36</td><td>two word64</td><td>at run time</td></tr>
 *   <tr><td>R_X86_64_IRELATIVE</td><td>37</td><td>word64</td><td>at run time</td></tr>
 *   <tr><td>R_X86_64_RELATIVE64</td><td>38</td><td>word64</td><td>B + A</td></tr>
 * </table>
 *
 * <p>What is computed at run time, and what needs a symbol that is an indirect function or that the file does not define,
 * is left for it, or is an error. Any other type is an error: an entry that is skipped makes a wrong image. A value that
 * does not fit its field is one too. Of an entry that has no field the place means nothing. S of an absolute symbol is its
 * value, of an undefined weak one 0, or what it was given from outside.
 *
 * <p>The addend of a RELA entry stands in the entry, that of a REL or RELR entry in the word it relocates. Tables are
 * applied in the order of loaders, so that of two entries for one word the later wins (RELA) or adds (REL, RELR).
 *
 * <p>Source: x86-64 psABI, "Relocation"; gABI, "Relocation" and "Relative Relocation Table";
 * "ELF Handling for Thread-Local Storage".
 */
@NullMarked
package io.github.reloc.relocation;

import org.jspecify.annotations.NullMarked;
