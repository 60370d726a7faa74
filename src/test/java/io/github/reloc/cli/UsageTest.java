package io.github.reloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.PieBuilder;
import io.github.reloc.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of each mistake in the arguments: one line, exit code 2; and nothing is written. */
final class UsageTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    @BeforeEach
    void writeInput() throws Exception {
        PieBuilder.pie().rela(PieBuilder.DATA, 8, 0, 0x1000).writeTo(folder.resolve("in.elf"));
    }

    /** IN and OUT stand for files, and '' for an empty argument. */
    private void assertLine(String arguments, String line) {
        List<String> list = new ArrayList<>();
        for (String argument : arguments.split(" ", -1)) {
            if (!argument.isEmpty()) {
                list.add(expand(argument.equals("''") ? "" : argument));
            }
        }
        Run run = Run.of(list.toArray(String[]::new));

        assertThat(run.errors()).isEqualTo("reloc: " + expand(line) + "\n");
        assertThat(run.exitCode()).isEqualTo(USAGE);
        assertThat(run.output()).isEmpty();
        assertThat(folder.toFile().list()).as("nothing but the input").containsExactly("in.elf");
    }

    private String expand(String text) {
        return text.replace("IN.ELF", folder.resolve("in.elf").toString())
                .replace("OUT.IMG", folder.resolve("out.img").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"         | no command (see 'reloc --help')",
                "''           | no command '' (see 'reloc --help')",
                "frob         | no command 'frob' (see 'reloc --help')",
                "frob IN.ELF  | no command 'frob' (see 'reloc --help')",
                "aply         | no command 'aply'; did you mean 'apply'?",
                "aply --base 0 IN.ELF OUT.IMG | no command 'aply'; did you mean 'apply'?",
                "Check        | no command 'Check'; did you mean 'check'?",
                "version      | no command 'version'; did you mean '--version'?",
                "IN.ELF       | no command before the file 'IN.ELF', as in 'reloc dump IN.ELF' (see 'reloc --help')",
                "-            | no command '-' (see 'reloc --help')",
                "/nowhere     | no command '/nowhere' (see 'reloc --help')",
                "help aply    | help: no command 'aply'; did you mean 'apply'?",
                "help frob    | help: no command 'frob' (see 'reloc help help')",
                "--frob       | no option '--frob' (see 'reloc --help')",
                "--vresion    | no option '--vresion'; did you mean '--version'?",
                "-v           | no option '-v'; did you mean '-V'?",
                "-q dump IN.ELF        | the command goes before '-q' (see 'reloc --help')",
                "--base=0 apply IN.ELF | the command goes before '--base=0' (see 'reloc --help')",
                "-- dump IN.ELF        | no option '--' (see 'reloc --help')",
                "--version=3           | --version takes no value, as in '--version=3' (see 'reloc --help')",
            })
    void command(String arguments, String line) {
        assertLine(arguments, line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "apply --bse 0x1000 IN.ELF OUT.IMG  | apply: no option '--bse'; did you mean '--base'?",
                "apply --bse=0x1000 IN.ELF OUT.IMG  | apply: no option '--bse'; did you mean '--base'?",
                "apply -base 0x1000 IN.ELF OUT.IMG  | apply: no option '-base'; did you mean '--base'?",
                "apply -base=0x1000 IN.ELF OUT.IMG  | apply: no option '-base'; did you mean '--base'?",
                "apply -bse 0x1000 IN.ELF OUT.IMG   | apply: no option '-bse'; did you mean '--base'?",
                "apply -B 0x1000 IN.ELF OUT.IMG     | apply: no option '-B'; did you mean '-b'?",
                "apply --base 0 --frob IN.ELF OUT.IMG | apply: no option '--frob' (see 'reloc help apply')",
                "apply --base 0 --omit IN.ELF OUT.IMG | apply: no option '--omit'; did you mean '--omit-bss'?",
                "dump -quiet IN.ELF      | dump: no option '-quiet'; did you mean '--quiet'?",
                "dump -qx IN.ELF         | dump: no option '-qx' (see 'reloc help dump')",
                "apply -b 0 --omit-bss -s IN.ELF OUT.IMG | apply: no option '-s' (see 'reloc help apply')",
                "dump -x IN.ELF          | dump: no option '-x' (see 'reloc help dump')",
                "dump IN.ELF --sumary    | dump: no option '--sumary'; did you mean '--summary'?",
                "check --Strict IN.ELF   | check: no option '--Strict'; did you mean '--strict'?",
                "diff --frob             | diff: no option '--frob' (see 'reloc help diff')",
                "verify -o OUT.IMG IN.ELF | verify: no option '-o' (see 'reloc help verify')",
                "apply -b 0 IN.ELF -o OUT.IMG | apply: no option '-o'; OUT is the second argument (see 'reloc help apply')",
                "apply -b 0 IN.ELF -oOUT.IMG  | apply: no option '-oOUT.IMG'; OUT is the second argument (see 'reloc help apply')",
                "apply -b 0 IN.ELF --output=OUT.IMG | apply: no option '--output'; OUT is the second argument (see 'reloc help apply')",
                "apply -b 0 --out OUT.IMG IN.ELF | apply: no option '--out'; OUT is the second argument (see 'reloc help apply')",
            })
    void option(String arguments, String line) {
        assertLine(arguments, line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "apply                      | apply: --base ADDR, IN and OUT are missing (see 'reloc help apply')",
                "apply IN.ELF               | apply: --base ADDR and OUT are missing (see 'reloc help apply')",
                "apply IN.ELF OUT.IMG       | apply: --base ADDR is missing (see 'reloc help apply')",
                "apply --base 0 IN.ELF      | apply: OUT is missing (see 'reloc help apply')",
                "apply --base 0             | apply: IN and OUT are missing (see 'reloc help apply')",
                "apply --base               | apply: --base needs a value, ADDR (see 'reloc help apply')",
                "apply -b                   | apply: --base needs a value, ADDR (see 'reloc help apply')",
                "apply --base -q IN.ELF OUT.IMG | apply: --base needs a value, ADDR (see 'reloc help apply')",
                "dump                       | dump: IN is missing (see 'reloc help dump')",
                "dump IN.ELF --type         | dump: --type needs a value, TYPE (see 'reloc help dump')",
                "verify IN.ELF              | verify: IMAGE is missing (see 'reloc help verify')",
                "diff a.json                | diff: NEW is missing (see 'reloc help diff')",
                "apply --base 0 IN.ELF OUT.IMG more less | apply: one argument too many, 'more': it takes IN and OUT (see 'reloc help apply')",
                "dump IN.ELF more           | dump: one argument too many, 'more': it takes IN (see 'reloc help dump')",
                "dump -- IN.ELF -x          | dump: one argument too many, '-x': it takes IN (see 'reloc help dump')",
                "apply --base 0x10000 --base 0 IN.ELF OUT.IMG | apply: --base is given twice (see 'reloc help apply')",
                "dump --summary=3 IN.ELF    | dump: --summary takes no value, as in '--summary=3' (see 'reloc help dump')",
            })
    void number(String arguments, String line) {
        assertLine(arguments, line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--base 7f0000    | --base: '7f0000' is not an address; did you mean '0x7f0000'?",
                "-b7f0000         | --base: '7f0000' is not an address; did you mean '0x7f0000'?",
                "--base 010       | --base: '010' has a leading zero; write hexadecimal with 0x and decimal without zeros before it (see 'reloc help apply')",
                "--base 0x        | --base: '0x' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "--base +4096     | --base: '+4096' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "--base -4096     | --base: '-4096' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "--base=          | --base: '' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "-b ''            | --base: '' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "--base 4096_     | --base: '4096_' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "--base 0x1_0000_0000_0000_0000 | --base: '0x1_0000_0000_0000_0000' does not fit 64 bits (see 'reloc help apply')",
                "--base 0x10001   | --base 0x10001 is not a multiple of 4096 (see 'reloc help apply')",
                "-b 0 --tables saf      | --tables: 'saf' is not one of safe, keep, trim; did you mean 'safe'?",
                "-b 0 --tables frob     | --tables: 'frob' is not one of safe, keep, trim (see 'reloc help apply')",
                "-b 0 --unresolved fial | --unresolved: 'fial' is not one of fail, keep; did you mean 'fail'?",
                "-b 0 --format el       | --format: 'el' is not one of raw, elf; did you mean 'elf'?",
                "-b 0 --format ihex     | --format: 'ihex' is not one of raw, elf (see 'reloc help apply')",
                "-b 0 --format elf --omit-bss | --omit-bss is for --format raw: an executable has no bytes of .bss (see 'reloc help apply')",
                "-b 0 --physical keep   | --physical is for --format elf: a raw image has no physical addresses (see 'reloc help apply')",
                "-b 0 --format elf --physical KEEP | --physical: 'KEEP' is neither an address nor keep; did you mean 'keep'?",
                "-b 0 --format elf --physical 7f0000 | --physical: '7f0000' is not an address; did you mean '0x7f0000'?",
                "-b 0 --format elf --physical 1 | --physical: 0x1 is not a multiple of 4096 (see 'reloc help apply')",
                "-b 0 --max-size 5X     | --max-size: '5X' is not a size, as 4096 or 512M would be (see 'reloc help apply')",
                "-b 0 --max-size 2T     | --max-size: '2T' is more than 1T (see 'reloc help apply')",
                "-b 0 --defsym foo      | --defsym: 'foo' is not NAME=ADDR, as puts=0x401000 would be (see 'reloc help apply')",
                "-b 0 --defsym =1       | --defsym: '=1' has no name before the = (see 'reloc help apply')",
                "-b 0 --defsym foo=7f0000 | --defsym: '7f0000' is not an address; did you mean '0x7f0000'?",
                "-b 0 --defsym foo=bar  | --defsym: 'bar' is not an address, as 0x7f0000 or 8323072 would be (see 'reloc help apply')",
                "-b 0 --defsym a=1 --defsym b=1 --defsym a=2 | --defsym: symbol a is given twice (see 'reloc help apply')",
                "-b 0 --defsym a=1 --defsym a=0x1 | --defsym: symbol a is given twice (see 'reloc help apply')",
                "-b 0 --defsym a=b=1    | --defsym: the program needs no symbol a=b (see 'reloc help apply')",
                "-b 0 --map OUT.IMG     | OUT and --map are the same file, OUT.IMG (see 'reloc help apply')",
                "-b 0 --map IN.ELF      | IN and --map are the same file, IN.ELF (see 'reloc help apply')",
                "-b 0 --map ''          | the name of a file is empty (see 'reloc help apply')",
            })
    void value(String options, String line) {
        assertLine("apply " + options + " IN.ELF OUT.IMG", "apply: " + line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "apply -b 0 IN.ELF IN.ELF    | apply: IN and OUT are the same file, IN.ELF (see 'reloc help apply')",
                "apply -b 0 '' OUT.IMG       | apply: the name of a file is empty (see 'reloc help apply')",
                "apply -b 0 --map - IN.ELF - | apply: OUT and --map cannot both be standard output (see 'reloc help apply')",
                "verify - -                  | verify: IN and IMAGE cannot both be standard input (see 'reloc help verify')",
                "diff - -                    | diff: OLD and NEW cannot both be standard input (see 'reloc help diff')",
                "verify --defsym a=1 --defsym a=2 IN.ELF OUT.IMG | verify: --defsym: symbol a is given twice (see 'reloc help verify')",
                "dump --base 0x10001 IN.ELF  | dump: --base 0x10001 is not a multiple of 4096 (see 'reloc help dump')",
                "dump --format jsn IN.ELF    | dump: --format: 'jsn' is not one of text, json, jsonl; did you mean 'json'?",
                "dump --format=xml IN.ELF    | dump: --format: 'xml' is not one of text, json, jsonl (see 'reloc help dump')",
                "check --format serif IN.ELF | check: --format: 'serif' is not one of text, json, sarif; did you mean 'sarif'?",
                "verify --format raw IN.ELF OUT.IMG | verify: --format: 'raw' is not one of text, json (see 'reloc help verify')",
                "dump --table jmprell IN.ELF | dump: --table: 'jmprell' is not one of relr, android_relr, android_rel, android_rela, rel, rela, jmprel; did you mean 'jmprel'?",
                "dump --table plt IN.ELF     | dump: --table: 'plt' is not one of relr, android_relr, android_rel, android_rela, rel, rela, jmprel (see 'reloc help dump')",
                "dump --type RELATIV IN.ELF  | dump: --type: 'RELATIV' is not a relocation type of x86-64; did you mean 'RELATIVE'?",
                "dump --type frob IN.ELF     | dump: --type: 'frob' is not a relocation type of x86-64 (see 'reloc help dump')",
                "dump --type 0x100000000 IN.ELF | dump: --type: '0x100000000' does not fit the 32 bits of a relocation type (see 'reloc help dump')",
            })
    void files(String arguments, String line) {
        assertLine(arguments, line);
    }
}
