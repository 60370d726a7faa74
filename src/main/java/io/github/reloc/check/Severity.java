package io.github.reloc.check;

/** How much a finding matters. */
public enum Severity {
    /** The program cannot be relocated in full before it runs. */
    ERROR,

    /** It can, and the result is weaker or more fragile than it need be. */
    WARNING,

    /** Nothing is wrong, but the author may not know. */
    NOTE
}
