package io.github.reloc.elf;

/** Words of the program's memory, by virtual address: as linked, or as far as it is relocated. */
public interface Memory {
    /** The word of 8 or 4 bytes, the latter sign-extended, at an address whose whole range this memory has. */
    long word(long virtualAddress, int size);
}
