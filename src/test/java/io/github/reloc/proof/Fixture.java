package io.github.reloc.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program in {@code testdata}.
 *
 * @param name that of the file without {@code .elf}: property, language, linker
 */
record Fixture(String name) {
    static final Path FOLDER = Path.of("testdata");
    private static final String SUFFIX = ".elf";

    enum Trait {
        /** Its own relocator adds to the words, as it must where the addend is in place; some do for RELA as well. */
        ADDS,
        /** Relocates itself whatever its arguments, so it shows nothing about an image that needs no more of it. */
        ALWAYS_RELOCATES_ITSELF,
        /** Takes the address of its first byte for the bias, whatever its program headers say. */
        BIAS_IS_FIRST_BYTE,
        /** Its own relocator ends with an error. */
        CANNOT_RELOCATE_ITSELF,
        /** Runs on a machine of its own, not as a process. */
        IS_KERNEL
    }

    /** What is peculiar to a property; the others are applied without options and have no trait. */
    private record Row(String property, List<Trait> traits, List<String> options) {}

    private static final Row[] TABLE = {
        new Row("adds", List.of(Trait.ADDS, Trait.BIAS_IS_FIRST_BYTE), List.of()),
        new Row("adds-addend", List.of(Trait.ADDS, Trait.BIAS_IS_FIRST_BYTE), List.of()),
        new Row("android-relr", List.of(Trait.ADDS), List.of()),
        new Row("enclave", List.of(Trait.ADDS), List.of()),
        new Row("irelative", List.of(), List.of("--unresolved", "keep")),
        new Row("jmprel-rel", List.of(Trait.ADDS), List.of()),
        new Row("mixed", List.of(Trait.ADDS), List.of()),
        new Row("musl", List.of(Trait.ALWAYS_RELOCATES_ITSELF), List.of()),
        new Row("pie-at", List.of(Trait.ADDS), List.of()),
        new Row("pvh", List.of(Trait.IS_KERNEL), List.of()),
        new Row("pvh-physical", List.of(Trait.IS_KERNEL), List.of()),
        new Row("rel", List.of(Trait.ADDS), List.of()),
        new Row("relr", List.of(Trait.ADDS), List.of()),
        new Row("shim", List.of(Trait.ADDS, Trait.BIAS_IS_FIRST_BYTE), List.of()),
        new Row("shim-rel", List.of(Trait.ADDS, Trait.BIAS_IS_FIRST_BYTE), List.of()),
        new Row(
                "undefined",
                List.of(Trait.CANNOT_RELOCATE_ITSELF),
                List.of("--defsym", "host_number=0x2a00", "--defsym", "host_call=0x2b00")),
    };

    static List<Fixture> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> new Fixture(name.substring(0, name.length() - SUFFIX.length())))
                    .sorted((left, right) -> left.name().compareTo(right.name()))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("no fixtures", e);
        }
    }

    /** Those that have a trait. */
    static List<Fixture> with(Trait trait) {
        return all().stream().filter(fixture -> fixture.has(trait)).toList();
    }

    /** Those that do not have a trait. */
    static List<Fixture> without(Trait trait) {
        return all().stream().filter(fixture -> !fixture.has(trait)).toList();
    }

    /** Those that Linux runs. */
    static List<Fixture> programs() {
        return without(Trait.IS_KERNEL);
    }

    Path file() {
        return FOLDER.resolve(name + SUFFIX);
    }

    String property() {
        return name.substring(0, name.indexOf('.'));
    }

    boolean has(Trait trait) {
        return row().traits().contains(trait);
    }

    private Row row() {
        return Arrays.stream(TABLE)
                .filter(row -> row.property().equals(property()))
                .findFirst()
                .orElse(new Row(property(), List.of(), List.of()));
    }

    /** What it prints; its source says so where there is no file for it. */
    String expectedOutput() throws IOException {
        if (property().equals("undefined")) {
            return "host: ok\nhost: ok\n";
        }
        return Files.readString(FOLDER.resolve(name.substring(0, name.lastIndexOf('.')) + ".out"));
    }

    /** The arguments that apply it. */
    String[] apply(long base, Path image, String... options) {
        List<String> arguments = new ArrayList<>(List.of("apply", "--base", "0x" + Long.toHexString(base)));
        arguments.addAll(row().options());
        arguments.addAll(List.of(options));
        arguments.add(file().toString());
        arguments.add(image.toString());
        return arguments.toArray(new String[0]);
    }

    @Override
    public String toString() {
        return name;
    }
}
