package io.github.reloc.check;

import java.util.List;

/**
 * Something that relocates programs: a loader, start-up code, or a tool that makes an image of a program.
 *
 * @param id what the command line calls it
 * @param title what it is: a clause
 * @param source where that was read
 * @param reading what it does
 */
public record Loader(String id, String title, Source source, Reading reading) {
    /**
     * Where it was read what a loader does.
     *
     * @param project on GitHub; for glibc and musl a mirror
     * @param commit the last that changed one of the files, when they were read
     * @param date of the commit
     * @param files by their paths in the project
     */
    public record Source(String project, String commit, String date, List<String> files) {
        public Source {
            files = List.copyOf(files);
        }

        Source(String project, String commit, String date, String... files) {
            this(project, commit, date, List.of(files));
        }
    }

    Loader(String id, String title, Source source, Reading.Builder reading) {
        this(id, title, source, reading.build());
    }
}
