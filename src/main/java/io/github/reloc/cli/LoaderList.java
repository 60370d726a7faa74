package io.github.reloc.cli;

import io.github.reloc.check.Loader;
import io.github.reloc.check.Loaders;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The loaders that {@code check} knows, for its help alone: other runs do not load the rows. */
final class LoaderList implements IHelpSectionRenderer {
    private static final int COMMIT_LENGTH = 12;

    @Override
    public String render(Help help) {
        StringBuilder text = new StringBuilder();
        text.append(System.lineSeparator())
                .append("Loaders; each was read in a project on GitHub, in a file at a commit:");
        text.append(System.lineSeparator());
        for (Loader loader : Loaders.ALL) {
            Loader.Source source = loader.source();
            String indent = System.lineSeparator() + "      ";
            text.append("  ").append(loader.id()).append(indent).append(loader.title());
            text.append(indent)
                    .append(source.project())
                    .append(' ')
                    .append(lastName(source.files().get(0)));
            text.append(' ')
                    .append(source.commit(), 0, COMMIT_LENGTH)
                    .append(" of ")
                    .append(source.date());
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String lastName(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }
}
