package io.github.reloc.bench;

import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import io.github.reloc.executable.PhysicalAddresses;
import io.github.reloc.image.Image;
import io.github.reloc.image.OutputFile;
import io.github.reloc.relocation.ImageRequest;
import io.github.reloc.relocation.ImageRequest.Format;
import io.github.reloc.relocation.RelocatedImage;
import io.github.reloc.relocation.Relocator;
import io.github.reloc.relocation.TableRule;
import io.github.reloc.table.RelocationBatch;
import io.github.reloc.table.RelocationTable;
import io.github.reloc.table.RelocationTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Entries per second, and bytes allocated for each, of the decoders and of the engine, once all code is compiled. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(EntryBenchmark.COUNT)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EntryBenchmark {
    static final int COUNT = 1_000_000;

    @Param({"RELA", "RELR", "SHUFFLED", "SYMBOLIC"})
    private SyntheticProgram kind;

    private Path folder;
    private Program program;
    private RelocationTables tables;
    private Relocator relocator;
    private OutputFile output;
    private Image image;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("reloc-bench-");
        program = new Program(InputFile.open(kind.in(folder, COUNT)));
        tables = new RelocationTables(program);
        ImageRequest request = new ImageRequest(
                0x7f000000L, Format.MEMORY, TableRule.KEEP, false, PhysicalAddresses.DEFAULT, Map.of());
        relocator = new Relocator(program, request);
        output = OutputFile.scratch();
        image = new Image(program, request.layout(program), output);
    }

    @TearDown
    public void close() throws IOException {
        output.close();
        program.close();
        Files.delete(kind.in(folder, COUNT));
        Files.delete(folder);
    }

    /** Reads every entry of the table. */
    @Benchmark
    public void decode(Blackhole blackhole) {
        for (RelocationTable table : tables.list()) {
            table.forEachBatch(program, batch -> consume(batch, blackhole));
        }
    }

    private static void consume(RelocationBatch batch, Blackhole blackhole) {
        long sum = 0;
        for (int i = 0; i < batch.count(); i++) {
            sum += batch.place(i) ^ batch.info(i) ^ batch.addend(i);
        }
        blackhole.consume(sum);
    }

    /** Applies every entry, over and over, to an image whose blocks are all in memory. */
    @Benchmark
    public RelocatedImage apply() {
        return relocator.relocate(image);
    }
}
