package io.github.reloc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Measures the built program as a whole, from its start to its end, against {@code cp}, {@code readelf} and the least
 * that a Java program takes, and prints a table in Markdown, which is in {@code target/benchmark.md} as well.
 *
 * <p>Options are system properties: {@code bench.folder}, where the files are, 1.1 GB of them and so best in memory; {@code
 * bench.runs}; {@code bench.older}, another reloc to measure in the same run; {@code bench.chromium} and {@code
 * bench.libLLVM}, where those are.
 */
public final class Benchmark {
    private static final int MILLION = 1_000_000;

    /** Large programs as Debian has them, where they are installed: another one of this kind will do. */
    private static final Map<String, List<String>> LARGE_PROGRAMS = Map.of(
            "chromium", List.of("/usr/lib/chromium/chromium"),
            "libLLVM",
                    List.of("/usr/lib/x86_64-linux-gnu/libLLVM-16.so.1", "/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1"));

    private final Path folder;
    private final Path program = Path.of("target/reloc").toAbsolutePath();
    private final @Nullable Path older;
    private final List<Comparison> comparisons = new ArrayList<>();

    private Benchmark(Path folder, @Nullable Path older) {
        this.folder = folder;
        this.older = older;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path shared = Path.of("/dev/shm");
        Path parent = Files.isWritable(shared) ? shared : Path.of("target");
        String older = System.getProperty("bench.older", "");
        Benchmark benchmark = new Benchmark(
                Files.createDirectories(Path.of(System.getProperty("bench.folder", parent + "/reloc-bench"))),
                older.isEmpty() ? null : Path.of(older).toAbsolutePath());
        benchmark.run(Integer.getInteger("bench.runs", 11));
    }

    private void run(int count) throws IOException, InterruptedException {
        Path measure = compile();
        addAll();
        List<String> lines = new ArrayList<>();
        print(lines, machine() + ", median of " + count + " runs in turn");
        print(lines, "");
        print(lines, Comparison.titles(older != null));
        for (Comparison comparison : comparisons) {
            comparison.measure(measure, count);
            print(lines, comparison.row());
        }
        Files.write(Path.of("target/benchmark.md"), lines);
    }

    /** Row by row, because each takes seconds. */
    private static void print(List<String> lines, String line) {
        System.out.println(line);
        lines.add(line);
    }

    private void addAll() throws IOException {
        Path small = Path.of("testdata/shim.c.ld.elf").toAbsolutePath();
        Command hello = Command.of("`java -jar hello.jar`", "java", "-jar", helloJar());
        add("`dump`, 5 KB", hello, "dump", small);

        Path chromium = large("chromium");
        Path llvm = large("libLLVM");
        if (chromium != null) {
            addApply("chromium" + megabytes(chromium), chromium);
        }
        if (llvm != null) {
            addApply("libLLVM" + megabytes(llvm), llvm);
        }
        Path rela = SyntheticProgram.RELA.in(folder, MILLION);
        Path rela10 = SyntheticProgram.RELA.in(folder, 10 * MILLION);
        addApply("1e5 RELA", SyntheticProgram.RELA.in(folder, MILLION / 10));
        addApply("1e6 RELA", rela);
        addApply("1e7 RELA", rela10);
        addApply("1e7 RELR", SyntheticProgram.RELR.in(folder, 10 * MILLION));
        add(
                "`apply`, 1e6 RELA in random order",
                of(program, "the same, sorted", apply(rela)),
                apply(SyntheticProgram.SHUFFLED.in(folder, MILLION)));

        String[] readelf = {"readelf", "-rW", "--use-dynamic"};
        addDump("1e6 RELA", rela, readelf);
        addDump("1e7 RELA", rela10, readelf);
        addDump("1e6 RELA, half of them symbolic", SyntheticProgram.SYMBOLIC.in(folder, MILLION), readelf);
        add(
                "`dump --format jsonl`, 1e6 RELA",
                Command.of("`dump`", program, "dump", rela),
                "dump",
                "--format",
                "jsonl",
                rela);
        if (chromium != null) {
            addDump("chromium", chromium, "readelf", "-rW");
            addDump("chromium", chromium, "llvm-readelf", "-r");
            addDump("chromium", chromium, "eu-readelf", "-r");
        }
    }

    private static String megabytes(Path file) throws IOException {
        return ", " + Math.round(Files.size(file) / 1e6) + " MB";
    }

    private void addApply(String what, Path file) {
        Command cp = Command.of("`cp`", "cp", file, folder.resolve("copy"));
        add("`apply`, " + what, cp, apply(file));
    }

    private Object[] apply(Path file) {
        // chromium and libLLVM need other libraries: what only those can resolve is left.
        Path image = folder.resolve("image");
        return new Object[] {"apply", "--base", "0x7f000000", "--unresolved", "keep", file, image};
    }

    private void addDump(String what, Path file, String... readelf) {
        if (isInstalled(readelf[0])) {
            List<Object> words = new ArrayList<>(List.of((Object[]) readelf));
            words.add(file);
            add("`dump`, " + what, Command.of("`" + String.join(" ", readelf) + "`", words.toArray()), "dump", file);
        }
    }

    private void add(String what, Command reference, Object... arguments) {
        comparisons.add(new Comparison(
                of(program, what, arguments), reference, older == null ? null : of(older, "older reloc", arguments)));
    }

    private static Command of(Path program, String name, Object... arguments) {
        List<Object> words = new ArrayList<>(List.of(arguments));
        words.add(0, program);
        return Command.of(name, words.toArray());
    }

    // What the table needs

    /** A large program, copied to where the others are, or null where none is installed. */
    private @Nullable Path large(String name) throws IOException {
        String property = System.getProperty("bench." + name, "");
        for (String place : property.isEmpty() ? LARGE_PROGRAMS.get(name) : List.of(property)) {
            if (Files.isReadable(Path.of(place))) {
                Path copy = folder.resolve(name);
                if (!Files.exists(copy)) {
                    Files.copy(Path.of(place), copy);
                }
                return copy;
            }
        }
        return null;
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
    }

    private Path compile() throws IOException, InterruptedException {
        Path measure = folder.resolve("measure");
        Process gcc = new ProcessBuilder("gcc", "-O2", "-o", measure.toString(), "src/bench/c/measure.c")
                .inheritIO()
                .start();
        if (gcc.waitFor() != 0) {
            throw new IllegalStateException("gcc failed");
        }
        return measure;
    }

    private Path helloJar() throws IOException {
        Path jar = folder.resolve("hello.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Hello.class.getName());
        String entry = Hello.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest);
                InputStream hello = Benchmark.class.getResourceAsStream("/" + entry)) {
            zip.putNextEntry(new ZipEntry(entry));
            hello.transferTo(zip);
        }
        return jar;
    }

    private String machine() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
        return LocalDate.now(ZoneOffset.UTC) + ", " + processor + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, "
                + "Java " + Runtime.version() + ", files on "
                + Files.getFileStore(folder).type();
    }
}
