package io.github.reloc.check;

import static io.github.reloc.check.Rule.EXECUTABLE_FIRST_PAGE;
import static io.github.reloc.check.Rule.NO_RELRO;
import static io.github.reloc.check.Rule.RUN_TIME_RELOCATION;
import static io.github.reloc.check.Rule.TABLE_NOT_IDEMPOTENT;
import static io.github.reloc.check.Rule.TEXT_RELOCATION;
import static io.github.reloc.check.Rule.UNALIGNED_RELR;
import static io.github.reloc.check.Rule.UNDEFINED_SYMBOL;
import static io.github.reloc.check.Rule.UNDEFINED_WEAK_SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.reloc.elf.InputFile;
import io.github.reloc.elf.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What real linkers make: each property of a fixture is found, and nothing that it does not have. */
final class FixturesTest {
    static Stream<Arguments> fixtures() {
        return Stream.of(
                // GNU ld links the fixtures with -z noseparate-code, so that the files are small.
                found("rela.c.ld", EXECUTABLE_FIRST_PAGE),
                found("rela.c.lld"),
                found("rela.c.mold"),
                found("musl.c.ld", EXECUTABLE_FIRST_PAGE),
                found("musl.c.lld"),
                found("adds.c.mold"),
                found("musl.c.mold"),
                found("jmprel.c.lld"),
                found("jmprel-tail.s.ld", EXECUTABLE_FIRST_PAGE, NO_RELRO),
                found("tls.c.lld"),
                found("bss.c.lld"),
                found("image-base.c.ld", EXECUTABLE_FIRST_PAGE),
                found("image-base.c.lld"),
                found("align2m.c.mold"),
                found("irelative.c.ld", RUN_TIME_RELOCATION, RUN_TIME_RELOCATION, EXECUTABLE_FIRST_PAGE),
                found("irelative.c.lld", RUN_TIME_RELOCATION),
                found("irelative.c.mold", RUN_TIME_RELOCATION),
                found("undefined.c.ld", UNDEFINED_SYMBOL, EXECUTABLE_FIRST_PAGE),
                found("undefined.c.lld", UNDEFINED_SYMBOL),
                found("undefined.c.mold", UNDEFINED_SYMBOL),
                found("weak.c.lld", UNDEFINED_WEAK_SYMBOL),
                found("symbolic.c.mold", UNDEFINED_WEAK_SYMBOL),
                found("no-sections.c.lld", UNDEFINED_WEAK_SYMBOL),
                found("textrel.c.ld", TEXT_RELOCATION, EXECUTABLE_FIRST_PAGE),
                found("textrel.c.lld", TEXT_RELOCATION),
                found("textrel.c.mold", TEXT_RELOCATION),
                found("relr.c.lld", TABLE_NOT_IDEMPOTENT),
                found("rel.c.lld", TABLE_NOT_IDEMPOTENT),
                found("jmprel-rel.c.lld", TABLE_NOT_IDEMPOTENT, TABLE_NOT_IDEMPOTENT),
                found("android.c.lld"),
                found("android-relr.c.lld", TABLE_NOT_IDEMPOTENT),
                found("symtab.c.lld"),
                found("enclave.c.lld", EXECUTABLE_FIRST_PAGE, TABLE_NOT_IDEMPOTENT, NO_RELRO),
                found("pie-at.c.ld", EXECUTABLE_FIRST_PAGE, TABLE_NOT_IDEMPOTENT),
                found("pvh.s.mold", TABLE_NOT_IDEMPOTENT),
                found("pvh-physical.s.lld", EXECUTABLE_FIRST_PAGE, TABLE_NOT_IDEMPOTENT, NO_RELRO),
                // Packed structures; mold keeps what is not aligned out of RELR.
                found("mixed.c.lld", TABLE_NOT_IDEMPOTENT, UNALIGNED_RELR),
                found("mixed.c.mold", TABLE_NOT_IDEMPOTENT));
    }

    private static Arguments found(String fixture, Rule... rules) {
        return Arguments.of(fixture, List.of(rules));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void finds(String fixture, List<Rule> rules) {
        try (Program program = new Program(InputFile.open(Path.of("testdata", fixture + ".elf")))) {
            assertThat(Check.run(program).list().stream().map(Finding::rule)).containsExactlyElementsOf(rules);
        }
    }
}
