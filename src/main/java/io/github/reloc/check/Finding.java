package io.github.reloc.check;

import org.jspecify.annotations.Nullable;

/**
 * Something about a program that a rule objects to.
 *
 * @param rule which rule; what to do about it is there
 * @param message what was found, in the file's own numbers and names: a clause without a full stop, safe to show
 * @param location the first byte that it is about, or null where it is about something that is not there
 */
public record Finding(Rule rule, String message, @Nullable Location location) {}
