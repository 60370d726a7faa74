package io.github.reloc.cli;

import io.github.reloc.check.Finding;
import io.github.reloc.check.Findings;
import io.github.reloc.check.Rule;
import java.io.IOException;
import java.io.OutputStream;

/** For people: a line for each finding, as compilers write them. */
final class FindingsText {
    private FindingsText() {}

    static void write(Findings findings, String inName, OutputStream out) throws IOException {
        TextBuffer buffer = new TextBuffer(out);
        String file = Message.name(inName);
        for (Finding finding : findings.list()) {
            Rule rule = finding.rule();
            String opening = file + ": " + ChoiceConverter.name(rule.severity()) + ": " + rule.id() + ": ";
            buffer.text(Message.line(opening, finding.message(), "; " + Remedies.of(finding.advice())))
                    .newLine();
        }
        buffer.flush();
    }
}
