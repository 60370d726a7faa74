package io.github.reloc.check;

import io.github.reloc.elf.Failure.Remedy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} looks for, in the order in which findings are listed. Scripts know a rule by its name, which is that
 * of the constant, and there is a section on each in {@code src/docs/check.md}.
 */
public enum Rule {
    RUN_TIME_RELOCATION(
            Severity.ERROR,
            "Relocations that need run time",
            "The value comes from code that has to run first, or from another object, so it cannot be part of an image"
                    + " that is measured before the program starts.",
            "link statically with a C library that has no indirect functions, such as musl",
            Remedy.KEEP_UNRESOLVED),
    UNDEFINED_SYMBOL(
            Severity.ERROR,
            "Symbols that the program does not define",
            "In an enclave nothing looks for them: the words that need them stay as they were linked.",
            "link what defines them (--no-undefined shows where they are used)",
            Remedy.GIVE_SYMBOL_VALUES),
    RELOCATION_LEFT(
            Severity.ERROR,
            "Relocations that are left to be done",
            "The program is at its address, and yet some of its words are not what they have to be: code of its own sets"
                    + " them at every start, or nothing does.",
            "link statically for a fixed address (-static -no-pie), with a C library that has no indirect functions, such"
                    + " as musl",
            Remedy.MAKE_EXECUTABLE),
    LOADER_SKIPS(
            Severity.ERROR,
            "Relocations that a loader passes over",
            "The loader says nothing, and the program runs with words that are as they were linked.",
            "link without such entries, or let the program have another loader"),
    LOADER_REFUSES(
            Severity.ERROR,
            "Relocations that a loader takes for an error",
            "The loader ends with an error, and the program does not run.",
            "link without what is refused, or let the program have another loader"),
    LOADER_MISCOMPUTES(
            Severity.ERROR,
            "Relocations that a loader gives other values than the ABI",
            "The loader says nothing, and the program runs with words that are wrong.",
            "link without such entries, or let the program have another loader"),
    INTERPRETER(
            Severity.WARNING,
            "A program that asks for an interpreter",
            "The kernel would start the interpreter in its place; in an enclave there is none, and the program may"
                    + " count on what it does.",
            "link with -static-pie, or with -pie --no-dynamic-linker where there is no C library"),
    NEEDED_LIBRARY(
            Severity.WARNING,
            "A program that needs shared libraries",
            "Nothing in an enclave loads them, and what is loaded later is not measured.",
            "link with -static-pie"),
    TEXT_RELOCATION(
            Severity.WARNING,
            "Relocations in memory that is not writable",
            "A program that relocates itself has to make its code writable first. An image that is relocated already"
                    + " is not concerned, but its code differs from one load base to the next.",
            "compile with -fPIE, assembly too, and link with -z text, which names the places"),
    WRITABLE_EXECUTABLE_SEGMENT(
            Severity.WARNING,
            "A segment that is both writable and executable",
            "Whoever can write to it once runs code of their own inside the enclave; some enclaves cannot take"
                    + " permissions back later.",
            "link without -N (--omagic), and give code and data segments of their own in a linker script"),
    EXECUTABLE_STACK(
            Severity.WARNING,
            "A stack that is executable, or may be",
            "A loader that follows the file makes the stack executable, and an overflow on it becomes code.",
            "link with -z noexecstack; with a linker script, list PT_GNU_STACK among its PHDRS"),
    MIXED_PAGE_PERMISSIONS(
            Severity.WARNING,
            "Different permissions on one page",
            "A page has one set of permissions, which an enclave measures with it: one of the segments gets more than"
                    + " it asked for, or less than it needs.",
            "link without -n (--nmagic) or -N, or align each segment to CONSTANT(MAXPAGESIZE) in the linker script"),
    EXECUTABLE_FIRST_PAGE(
            Severity.WARNING,
            "A first page that is executable",
            "The first page holds the ELF headers and often the tables too: bytes that were not written as code,"
                    + " which an attacker can run as such.",
            "link with -z separate-code (GNU ld), or without --no-rosegment (lld, mold)"),
    RELOCATION_OUTSIDE_TABLES(
            Severity.WARNING,
            "Relocations that no loader finds",
            "They are part of the program's memory and its dynamic section does not name them, so neither a loader nor"
                    + " reloc applies them.",
            "put all relocation sections into one output section of the linker script: .rela.dyn : { *(.rela.*) }"),
    NOTHING_TO_LOOK_AT(
            Severity.WARNING,
            "A program that says nothing of its relocations",
            "Without a dynamic section, symbols and section headers nothing shows where relocations are, so that none"
                    + " was found does not mean that there is none.",
            "check the file before it is stripped of its section headers"),
    TABLE_NOT_IDEMPOTENT(
            Severity.WARNING,
            "A table that must not be applied twice",
            "Its entries add to the words in place. A start-up code that relocates the image once more would add the"
                    + " load base a second time.",
            "link with -z nopack-relative-relocs (lld, mold: --pack-dyn-relocs=none) and without -z rel",
            Remedy.EMPTY_TABLES),
    OVERLAPPING_TARGETS(
            Severity.WARNING,
            "Entries that relocate the same bytes",
            "The result depends on the order of the entries, in which loaders may differ; linkers do not do this.",
            "look for a .reloc directive, or for a tool that changes tables after the linker"),
    UNALIGNED_RELR(
            Severity.WARNING,
            "RELR entries whose place is not aligned",
            "The format is meant for aligned words; a loader may take an odd or uneven place for something else, or"
                    + " fault on it.",
            "align pointers to 8 bytes (no packed structures), or link without RELR"),
    NARROW_FIELD(
            Severity.WARNING,
            "Fields of 32 bits that hold addresses",
            "They hold the addresses of a program at low load bases only, signed ones at the highest as well; at any other"
                    + " base the program is refused.",
            "compile with -fPIE, assembly too (.quad in place of .long), or keep to a base that suits"),
    WRONG_RELACOUNT(
            Severity.WARNING,
            "A DT_RELACOUNT that is too large",
            "Loaders, glibc among them, apply as many entries as relative ones without looking at their types: the"
                    + " others get wrong values.",
            "do not change the tables after the linker, or correct the count with them"),
    NO_RELRO(
            Severity.NOTE,
            "Relocated memory that stays writable",
            "Without PT_GNU_RELRO nothing says which of the memory that relocations write can be read-only once that is"
                    + " done: tables of functions are among it.",
            "link with -z relro, and with -z now, so that all of the global offset table belongs to it"),
    ADDRESS_IN_NOTE(
            Severity.NOTE,
            "A note that holds an address which no entry relocates",
            "A loader that reads it, as QEMU reads the entry point of a PVH kernel, gets the address as linked.",
            "let the note name the address by a symbol in a word of 8 bytes (.quad), so that the linker makes an entry"),
    UNDEFINED_WEAK_SYMBOL(
            Severity.NOTE,
            "Weak symbols that the program does not define",
            "They become 0 for good, where a dynamic loader might have found them elsewhere.",
            "nothing, if the program tests for 0; else link what defines them",
            Remedy.GIVE_SYMBOL_VALUES);

    private final String id;
    private final Severity severity;
    private final String title;
    private final String reason;
    private final String fix;
    private final @Nullable Remedy remedy;

    Rule(Severity severity, String title, String reason, String fix) {
        this(severity, title, reason, fix, null);
    }

    Rule(Severity severity, String title, String reason, String fix, @Nullable Remedy remedy) {
        this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.severity = severity;
        this.title = title;
        this.reason = reason;
        this.fix = fix;
        this.remedy = remedy;
    }

    /** The stable name, as in {@code executable-stack}. */
    public String id() {
        return id;
    }

    public Severity severity() {
        return severity;
    }

    /** What is found, as a heading. */
    public String title() {
        return title;
    }

    /** Why it matters, in whole sentences. */
    public String reason() {
        return reason;
    }

    /** What to do about it, where a finding does not know better. */
    public Advice advice() {
        return new Advice(fix, remedy);
    }
}
