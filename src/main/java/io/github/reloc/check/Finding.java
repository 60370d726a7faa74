package io.github.reloc.check;

import org.jspecify.annotations.Nullable;

/**
 * Something about a program that a rule objects to.
 *
 * @param rule which rule
 * @param message what was found, in the file's own numbers and names: a clause without a full stop, safe to show
 * @param location the first byte that it is about, or null where it is about something that is not there
 * @param advice what to do about it
 */
public record Finding(Rule rule, String message, @Nullable Location location, Advice advice) {
    /** With the advice that the rule has for all that it finds. */
    Finding(Rule rule, String message, @Nullable Location location) {
        this(rule, message, location, rule.advice());
    }
}
