package io.github.reloc.check;

import io.github.reloc.relocation.RelocationType;
import io.github.reloc.table.RelocationTable.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a loader reads a program's relocations and what it does about them, as far as loaders differ in it.
 *
 * @param tables that it reads; all others are not there for it
 * @param refusedTables that it takes for an error
 * @param sectionNames where it finds the tables: in sections of these names; empty where it goes by the dynamic section
 * @param counting how it knows the number of entries
 * @param applied the types that it applies, R_X86_64_NONE among them where that is no error
 * @param skipped the types that it passes over
 * @param refusesOtherTypes whether any other type is an error, or else passed over
 * @param undefinedSymbol what becomes of an entry whose symbol the program does not define
 * @param undefinedWeakSymbol the same of a weak symbol
 * @param knownTags the only dynamic tags that are no error; empty where it looks for none but its own
 * @param refusedTags dynamic tags that are an error
 * @param neededTags dynamic tags without which it gives up
 * @param neededSections names of sections without which it gives up
 * @param traits what else is peculiar to it
 */
public record Reading(
        Set<Kind> tables,
        Set<Kind> refusedTables,
        List<String> sectionNames,
        Counting counting,
        Set<RelocationType> applied,
        Set<RelocationType> skipped,
        boolean refusesOtherTypes,
        Undefined undefinedSymbol,
        Undefined undefinedWeakSymbol,
        Set<Long> knownTags,
        Set<Long> refusedTags,
        Set<Long> neededTags,
        List<String> neededSections,
        Set<Trait> traits) {

    /** How a loader knows the number of entries. */
    public enum Counting {
        /** By the size of the table. */
        SIZE("by the size of the table"),

        /** By DT_RELACOUNT (of REL, DT_RELCOUNT) alone: what stands behind is not there for it. */
        COUNT("by DT_RELACOUNT, of REL by DT_RELCOUNT, alone: entries behind that are not there for it"),

        /** By the size of the table; the first of them, as many as DT_RELACOUNT says, must be relative. */
        LEADING("by the size of the table; as many as DT_RELACOUNT says must be relative, and come first"),

        /** By the size of the table, and DT_RELACOUNT must be the number of the relative ones. */
        EXACT("by the size of the table; DT_RELACOUNT, 0 if absent, must be the number of the relative ones");

        private final String words;

        Counting(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** What becomes of an entry whose symbol the program does not define. */
    public enum Undefined {
        /** It is an error. */
        REFUSED("is an error"),

        /** The address of the symbol is taken for the bias, where it is 0 by the ABI. */
        BIAS("counts as one at the program's first address"),

        /** The word stays as it was linked. */
        LEFT("leaves the word as it was linked"),

        /** Another object is searched for the symbol, which nothing is known of here. */
        LOOKED_UP("is looked for in another object, which is not looked at here");

        private final String words;

        Undefined(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** What else is peculiar to a loader. */
    public enum Trait {
        REFUSES_X86_64("It is for other machines, and refuses x86-64."),
        MOVES_ET_DYN_ALONE("A program of type ET_EXEC it does not move."),
        BASE_IS_BIAS("It takes the load base for the bias, which is right for programs that are linked at 0 alone."),
        ADDS_TO_WORD("For R_X86_64_RELATIVE it adds to the word in place, also in RELA, where the addend is meant."),
        SKIPS_ADDEND_0("It passes over an R_X86_64_RELATIVE whose addend is 0."),
        SKIPS_NEGATIVE_ADDENDS("It passes over an R_X86_64_RELATIVE whose addend is negative."),
        IGNORES_TLS_ADDEND("It ignores the addend of R_X86_64_TPOFF64."),
        ADDS_GOT_ADDEND("It adds the addend of R_X86_64_GLOB_DAT and R_X86_64_JUMP_SLOT, or does not take one."),
        MOVES_ABSOLUTE_SYMBOLS("It adds the bias to the value of an absolute symbol."),
        JUMP_SLOTS_IN_JMPREL_ALONE("It takes R_X86_64_JUMP_SLOT in JMPREL, no other type there, and it nowhere else."),
        COUNTS_SECTIONS("It counts the entries of all sections of type SHT_RELA, loaded or not."),
        NEEDS_RELACOUNT("It refuses a program without DT_RELACOUNT."),
        NEEDS_WRITABLE_TARGETS("It refuses an entry whose target is not writable."),
        NEEDS_PIE_FLAG("It refuses a program without DF_1_PIE in DT_FLAGS_1."),
        REFUSES_IMAGE_BASE("It refuses a program whose symbol __executable_start is not 0.");

        private final String words;

        Trait(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public Reading {
        tables = Set.copyOf(tables);
        refusedTables = Set.copyOf(refusedTables);
        sectionNames = List.copyOf(sectionNames);
        applied = Set.copyOf(applied);
        skipped = Set.copyOf(skipped);
        knownTags = Set.copyOf(knownTags);
        refusedTags = Set.copyOf(refusedTags);
        neededTags = Set.copyOf(neededTags);
        neededSections = List.copyOf(neededSections);
        traits = Set.copyOf(traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** A loader that reads some tables, applies R_X86_64_RELATIVE by the book and passes over everything else. */
    static Builder of(Kind... tables) {
        return new Builder(tables);
    }

    /** A reading in the making. */
    static final class Builder {
        private final Set<Kind> tables;
        private Set<Kind> refusedTables = EnumSet.noneOf(Kind.class);
        private List<String> sectionNames = List.of();
        private Counting counting = Counting.SIZE;
        private Set<RelocationType> applied =
                EnumSet.of(RelocationType.R_X86_64_NONE, RelocationType.R_X86_64_RELATIVE);
        private Set<RelocationType> skipped = EnumSet.noneOf(RelocationType.class);
        private boolean refusesOtherTypes;
        private Undefined undefinedSymbol = Undefined.REFUSED;
        private Undefined undefinedWeakSymbol = Undefined.REFUSED;
        private Set<Long> knownTags = Set.of();
        private Set<Long> refusedTags = Set.of();
        private Set<Long> neededTags = Set.of();
        private List<String> neededSections = List.of();
        private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

        private Builder(Kind... tables) {
            this.tables = Set.of(tables);
        }

        Builder refusesTables(Kind... kinds) {
            refusedTables = Set.of(kinds);
            return this;
        }

        Builder inSections(String... names) {
            sectionNames = List.of(names);
            return this;
        }

        Builder counts(Counting newCounting) {
            counting = newCounting;
            return this;
        }

        /** Applies these types alone. */
        Builder applies(RelocationType... types) {
            applied = Set.of(types);
            return this;
        }

        Builder skips(RelocationType... types) {
            skipped = Set.of(types);
            return this;
        }

        Builder refusesOtherTypes() {
            refusesOtherTypes = true;
            return this;
        }

        Builder undefined(Undefined symbol, Undefined weakSymbol) {
            undefinedSymbol = symbol;
            undefinedWeakSymbol = weakSymbol;
            return this;
        }

        Builder knowsTags(Long... tags) {
            knownTags = Set.of(tags);
            return this;
        }

        Builder refusesTags(Long... tags) {
            refusedTags = Set.of(tags);
            return this;
        }

        Builder needsTags(Long... tags) {
            neededTags = Set.of(tags);
            return this;
        }

        Builder needsSections(String... names) {
            neededSections = List.of(names);
            return this;
        }

        Builder is(Trait... newTraits) {
            traits.addAll(List.of(newTraits));
            return this;
        }

        Reading build() {
            return new Reading(
                    tables,
                    refusedTables,
                    sectionNames,
                    counting,
                    applied,
                    skipped,
                    refusesOtherTypes,
                    undefinedSymbol,
                    undefinedWeakSymbol,
                    knownTags,
                    refusedTags,
                    neededTags,
                    neededSections,
                    traits);
        }
    }
}
