package io.github.reloc.cli;

import static io.github.reloc.PieBuilder.BSS;
import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.FileField.E_PHOFF;
import static io.github.reloc.PieBuilder.PF_R;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import io.github.reloc.elf.Elf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The map of a small program, value by value. */
final class ImageMapTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static final int PT_TLS = 7;
    private static final int PT_GNU_RELRO = 0x6474e552;

    @TempDir
    Path folder;

    private MapFolder files;
    private Path in;
    private Path out;
    private Path map;

    @BeforeEach
    void nameFiles() throws IOException {
        files = MapFolder.in(folder);
        in = files.in();
        out = files.out();
        map = files.map();
    }

    private Run apply(Path image, Path description, String... options) {
        return files.apply(image, description, options);
    }

    /** The map of a program. */
    private JsonNode describe(PieBuilder program, String... options) throws IOException {
        program.writeTo(in);
        Run run = apply(out, map, options);
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return JSON.readTree(map.toFile());
    }

    private static String sha256(byte[] bytes, int from, int to) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(bytes, from, to)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Linked at 0x200000, with words on two pages that are neighbours, and one further up that stays. */
    @Test
    void mapOfASmallProgram() throws IOException {
        byte[] file = pie().linkedAt(0x200000)
                .data(0x210000, 0x2010, 0x4000)
                .entry(0x200180)
                .symbol("host", 0x10, 0, 0, 0)
                .rela(0x210008, R_X86_64_RELATIVE, 0, 0x1234)
                .rela(0x210ffc, R_X86_64_RELATIVE, 0, 0x1234)
                .rela(0x212000, 1, 1, 4)
                .rela(0x212008, R_X86_64_IRELATIVE, 0, 0x200180)
                .relr(0x210010)
                .header(Elf.PT_GNU_RELRO, PF_R, 0x1000, 0x210000, 0x800, 0x1000, 1)
                .header(Elf.PT_TLS, PF_R, 0x1100, 0x210100, 0x10, 0x28, 0x40)
                .build();
        Files.write(in, file);
        Run run = apply(out, map, "--tables", "trim", "--unresolved", "keep", "--defsym", "host=0x1000", "--omit-bss");
        assertThat(run.exitCode()).as(run.errors()).isZero();

        byte[] image = Files.readAllBytes(out);
        assertThat(image).hasSize(0x12010);
        // p_memsz of program header 0
        int headersSize = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(Elf.EHDR_SIZE + 40);
        int dynamicSize =
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(Elf.EHDR_SIZE + 2 * Elf.PHDR_SIZE + 40);
        byte[] memory = Arrays.copyOf(image, 0x14000);
        assertThat(Files.readString(map)).isEqualTo("""
                {
                  "schemaVersion" : 2,
                  "input" : {
                    "name" : "in.elf",
                    "size" : %d,
                    "sha256" : "%s"
                  },
                  "image" : {
                    "name" : "out.img",
                    "size" : 73744,
                    "sha256" : "%s"
                  },
                  "base" : "0x7f0000",
                  "bias" : "0x5f0000",
                  "memorySize" : 81920,
                  "entry" : "0x7f0180",
                  "programHeaders" : {
                    "loadAddress" : "0x7f0040",
                    "count" : 5
                  },
                  "segments" : [
                    {
                      "loadAddress" : "0x7f0000",
                      "physicalAddress" : "0x7f0000",
                      "imageOffset" : "0x0",
                      "fileSize" : %d,
                      "memorySize" : %d,
                      "permissions" : "r--",
                      "flags" : "0x4",
                      "alignment" : "0x1000",
                      "sha256" : "%s"
                    },
                    {
                      "loadAddress" : "0x800000",
                      "physicalAddress" : "0x800000",
                      "imageOffset" : "0x10000",
                      "fileSize" : 8208,
                      "memorySize" : 16384,
                      "permissions" : "rw-",
                      "flags" : "0x6",
                      "alignment" : "0x1000",
                      "sha256" : "%s"
                    }
                  ],
                  "otherProgramHeaders" : [
                    {
                      "type" : "PT_DYNAMIC",
                      "flags" : "0x4",
                      "loadAddress" : "0x7f0200",
                      "size" : %d
                    },
                    {
                      "type" : "PT_GNU_RELRO",
                      "flags" : "0x4",
                      "loadAddress" : "0x800000",
                      "size" : 4096
                    },
                    {
                      "type" : "PT_TLS",
                      "flags" : "0x4",
                      "loadAddress" : "0x800100",
                      "size" : 40
                    }
                  ],
                  "relro" : {
                    "loadAddress" : "0x800000",
                    "size" : 4096
                  },
                  "tls" : {
                    "loadAddress" : "0x800100",
                    "fileSize" : 16,
                    "memorySize" : 40,
                    "alignment" : "0x40"
                  },
                  "counts" : [
                    {
                      "table" : "RELR",
                      "type" : "R_X86_64_RELATIVE",
                      "applied" : 1,
                      "withoutEffect" : 0,
                      "left" : 0
                    },
                    {
                      "table" : "RELA",
                      "type" : "R_X86_64_64",
                      "applied" : 1,
                      "withoutEffect" : 0,
                      "left" : 0
                    },
                    {
                      "table" : "RELA",
                      "type" : "R_X86_64_RELATIVE",
                      "applied" : 2,
                      "withoutEffect" : 0,
                      "left" : 0
                    },
                    {
                      "table" : "RELA",
                      "type" : "R_X86_64_IRELATIVE",
                      "applied" : 0,
                      "withoutEffect" : 0,
                      "left" : 1
                    }
                  ],
                  "basePages" : [
                    {
                      "loadAddress" : "0x800000",
                      "imageOffset" : "0x10000",
                      "count" : 2
                    }
                  ],
                  "options" : {
                    "format" : "raw",
                    "tables" : "trim",
                    "unresolved" : "keep",
                    "omitBss" : true,
                    "defsym" : {
                      "host" : "0x1000"
                    }
                  }
                }
                """.formatted(
                        file.length,
                        sha256(file, 0, file.length),
                        sha256(image, 0, image.length),
                        headersSize,
                        headersSize,
                        sha256(memory, 0, headersSize),
                        sha256(memory, 0x10000, 0x14000),
                        dynamicSize));
    }

    @Test
    void whatIsNotThereIsAbsent() throws IOException {
        // The program headers are copied behind all segments, where nothing is loaded.
        byte[] file = pie().set(E_PHOFF, 0x2000).build();
        byte[] longer = Arrays.copyOf(file, 0x2000 + 3 * Elf.PHDR_SIZE);
        System.arraycopy(file, Elf.EHDR_SIZE, longer, 0x2000, 3 * Elf.PHDR_SIZE);
        Files.write(in, longer);
        assertThat(apply(out, map).exitCode()).isZero();
        JsonNode tree = JSON.readTree(map.toFile());

        for (String field : new String[] {"entry", "programHeaders", "relro", "tls"}) {
            assertThat(tree.has(field)).as(field).isFalse();
        }
        assertThat(tree.get("counts")).isEmpty();
        assertThat(tree.get("basePages")).isEmpty();
        assertThat(tree.at("/options/defsym")).isEmpty();
    }

    @Test
    void runsOfPagesAreJoined() throws IOException {
        PieBuilder program = pie().data(DATA, 0x8000, 0x8000);
        for (int page : new int[] {7, 0, 2, 3, 1, 5}) {
            program.rela(DATA + page * 0x1000L, R_X86_64_RELATIVE, 0, 0);
        }

        assertThat(describe(program).get("basePages").toString())
                .isEqualTo("[{\"loadAddress\":\"0x800000\",\"imageOffset\":\"0x10000\",\"count\":4},"
                        + "{\"loadAddress\":\"0x805000\",\"imageOffset\":\"0x15000\",\"count\":1},"
                        + "{\"loadAddress\":\"0x807000\",\"imageOffset\":\"0x17000\",\"count\":1}]");
    }

    /** A difference of two addresses, a size, and what does not come from the program: no base changes them. */
    @Test
    void pagesOfWordsThatStayAreNotListed() throws IOException {
        PieBuilder program = pie().symbol("foo", 0x11, 1, 0x180, 0x20)
                .symbol("absolute", 0x11, 0xfff1, 0x1234, 0)
                .rela(DATA, 24, 1, 0) // R_X86_64_PC64
                .rela(DATA + 8, 33, 1, 0) // R_X86_64_SIZE64
                .rela(DATA + 16, 1, 2, 0);

        assertThat(describe(program).get("basePages")).isEmpty();
        // The distance from something that stays to a place that moves.
        assertThat(describe(program.rela(DATA + 24, 24, 2, 0)).get("basePages").toString())
                .isEqualTo("[{\"loadAddress\":\"0x800000\",\"imageOffset\":\"0x10000\",\"count\":1}]");
    }

    @Test
    void namesAreEscaped() throws IOException {
        Path odd = folder.resolve("a\"b\nc\u202e.img");
        assertThat(apply(odd, map).exitCode()).isZero();

        assertThat(Files.readString(map)).doesNotContain("\u202e", "b\n");
        assertThat(JSON.readTree(map.toFile()).at("/image/name").textValue()).isEqualTo("a\"b\\u{a}c\\u{202e}.img");
    }

    /** README and schema name the fields that there are. */
    @Test
    void fieldsAreDocumented() throws IOException {
        Set<String> inSchema = new TreeSet<>();
        collectProperties(
                JSON.readTree(Path.of("src/docs/image-map.schema.json").toFile()), inSchema);

        Set<String> inReadme = new TreeSet<>();
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("\n**The map.**"), readme.indexOf("\n### dump\n"));
        Pattern name = Pattern.compile("`(\\w+)`");
        section.lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(row ->
                        name.matcher(row).results().map(field -> field.group(1)).forEach(inReadme::add));
        assertThat(inReadme).isEqualTo(inSchema);
    }

    private static void collectProperties(JsonNode schema, Set<String> names) {
        if (schema.has("properties")) {
            schema.get("properties").fieldNames().forEachRemaining(names::add);
        }
        schema.forEach(part -> collectProperties(part, names));
    }

    @Test
    void sizesAreUnsigned() throws IOException {
        JsonNode tree = describe(pie().header(PT_GNU_RELRO, PF_R, 0, DATA, 0, 0x8000000000000000L, 1)
                .header(PT_TLS, PF_R, 0, DATA, -2, -1, 1));

        assertThat(tree.at("/relro/size").toString()).isEqualTo("9223372036854775808");
        assertThat(tree.at("/tls/fileSize").toString()).isEqualTo("18446744073709551614");
        assertThat(tree.at("/tls/memorySize").toString()).isEqualTo("18446744073709551615");
    }

    /** Of two, some loaders take the first and others the last; a program has one of each. The listing needs neither. */
    @ParameterizedTest
    @CsvSource({"0x6474e552, PT_GNU_RELRO", "7, PT_TLS"})
    void headerOfWhichThereIsOneStandsTwice(int type, String name) throws IOException {
        pie().header(type, PF_R, 0, DATA, 0, 8, 1)
                .header(type, PF_R, 0, DATA, 0, 16, 1)
                .writeTo(in);

        Run run = apply(out, map);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors())
                .isEqualTo("reloc: " + in + ": malformed ELF: program headers 3 and 4 are both " + name
                        + " (file offset 0x120)\n");
        assertThat(out).doesNotExist();
        assertThat(map).doesNotExist();
        assertThat(Run.of("dump", in.toString()).exitCode()).isZero();
    }

    /** A digest of 2^62 zeros would take for ever. */
    @Test
    void memoryThatIsMostlyLeftOutMayNotBeLargerThanAnImage() throws IOException {
        pie().data(DATA, 0x1000, 1L << 62).writeTo(in);

        Run run = apply(out, map, "--omit-bss");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors())
                .contains("unsupported: the memory that --map describes has 4611686018427453440 bytes, more than"
                        + " --max-size 4294967296");
    }

    /** What is left out of the image is memory all the same. */
    @Test
    void sizesAreThoseOfTheImageAndOfMemory() throws IOException {
        JsonNode tree = describe(pie(), "--omit-bss");

        assertThat(tree.at("/image/size").longValue()).isEqualTo(BSS);
        assertThat(tree.at("/memorySize").longValue()).isEqualTo(0x12000);
    }
}
