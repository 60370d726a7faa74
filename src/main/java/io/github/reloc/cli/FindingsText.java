package io.github.reloc.cli;

import io.github.reloc.check.Finding;
import io.github.reloc.check.Findings;
import io.github.reloc.elf.Escape;
import java.io.IOException;
import java.io.OutputStream;

/** For people: a line for each finding, as compilers write them. */
final class FindingsText {
    private FindingsText() {}

    static void write(Findings findings, String inName, OutputStream out) throws IOException {
        TextBuffer buffer = new TextBuffer(out);
        String file = Escape.text(inName);
        for (Finding finding : findings.list()) {
            buffer.text(file).text(": ");
            buffer.text(ChoiceConverter.name(finding.rule().severity())).text(": ");
            buffer.text(finding.rule().id()).text(": ");
            buffer.text(finding.message())
                    .text("; ")
                    .text(Remedies.of(finding.rule()))
                    .newLine();
        }
        buffer.flush();
    }
}
