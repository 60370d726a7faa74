package io.github.reloc.cli;

import io.github.reloc.check.Advice;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;

/** What would help, in the options of the command line: those who find a fault do not know what these are called. */
final class Remedies {
    static final String MORE_MEMORY = "JDK_JAVA_OPTIONS=-Xmx… sets the limit of Java";

    private Remedies() {}

    /** What follows the message of a failure. */
    static String of(Failure failure) {
        StringBuilder text = new StringBuilder();
        for (Remedy remedy : failure.remedies()) {
            text.append(text.isEmpty() ? "; " : ", ")
                    .append(
                            switch (remedy) {
                                case KEEP_TABLES -> "--tables keep leaves it as it is";
                                case EMPTY_TABLES -> "--tables safe or trim takes out what is applied";
                                case KEEP_UNRESOLVED -> "--unresolved keep leaves them to the program's start-up";
                                case GIVE_SYMBOL_VALUES -> "--defsym NAME=ADDR gives a symbol a value";
                                case CHECK_RELOCATED -> "check --relocated says whether anything is left to relocate";
                                case GIVE_PHYSICAL_ADDRESS -> "--physical ADDR or keep says it";
                                case MAKE_EXECUTABLE -> "apply --format elf makes an executable of a static PIE";
                                case GIVE_BASE -> "--base ADDR says it";
                                case GIVE_STREAM ->
                                    failure.kind() == Failure.Kind.OUTPUT
                                            ? "give - for it: reloc … - | COMMAND"
                                            : "give - for it: COMMAND | reloc … -";
                                case MORE_MEMORY -> MORE_MEMORY;
                            });
        }
        return text.toString();
    }

    /** What to do about a finding. */
    static String of(Advice advice) {
        Remedy remedy = advice.remedy();
        if (remedy == null) {
            return advice.fix();
        }
        return advice.fix() + ", or "
                + switch (remedy) {
                    case KEEP_TABLES -> "apply --tables keep";
                    case EMPTY_TABLES -> "keep apply's --tables safe or trim";
                    case KEEP_UNRESOLVED -> "leave them to the program's start-up with apply --unresolved keep";
                    case GIVE_SYMBOL_VALUES -> "give them an address with apply --defsym";
                    case CHECK_RELOCATED -> "look with check --relocated";
                    case GIVE_PHYSICAL_ADDRESS -> "say what becomes of them with apply --physical";
                    case MAKE_EXECUTABLE -> "link a static PIE and let apply --format elf compute them";
                    case GIVE_BASE -> "give a base with --base";
                    case GIVE_STREAM -> "give - for it";
                    case MORE_MEMORY -> MORE_MEMORY;
                };
    }
}
