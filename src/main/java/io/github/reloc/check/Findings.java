package io.github.reloc.check;

import java.util.List;

/**
 * What the rules have found in a program.
 *
 * @param list in the order of the rules, and those of one rule in the order of the file
 */
public record Findings(List<Finding> list) {
    public Findings {
        list = List.copyOf(list);
    }

    public long count(Severity severity) {
        return list.stream()
                .filter(finding -> finding.rule().severity() == severity)
                .count();
    }
}
