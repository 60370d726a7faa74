package io.github.reloc.check;

import io.github.reloc.elf.Failure.Remedy;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a finding.
 *
 * @param fix a clause that can follow a message
 * @param remedy what else would help, as a choice of how the image is made; or null
 */
public record Advice(String fix, @Nullable Remedy remedy) {}
