package io.github.reloc.relocation;

import static io.github.reloc.PieBuilder.DATA;
import static io.github.reloc.PieBuilder.pie;
import static io.github.reloc.RelocationTypes.R_X86_64_64;
import static io.github.reloc.RelocationTypes.R_X86_64_COPY;
import static io.github.reloc.RelocationTypes.R_X86_64_DTPMOD64;
import static io.github.reloc.RelocationTypes.R_X86_64_GLOB_DAT;
import static io.github.reloc.RelocationTypes.R_X86_64_IRELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_JUMP_SLOT;
import static io.github.reloc.RelocationTypes.R_X86_64_RELATIVE;
import static io.github.reloc.RelocationTypes.R_X86_64_SIZE64;
import static io.github.reloc.RelocationTypes.R_X86_64_TLSDESC;
import static io.github.reloc.RelocationTypes.R_X86_64_TPOFF64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.PieBuilder;
import io.github.reloc.Relocated;
import io.github.reloc.elf.Failure;
import io.github.reloc.elf.Failure.Remedy;
import org.junit.jupiter.api.Test;

final class UnresolvedTest {

    private static final long DT_NEEDED = 1;
    private static final int GLOBAL = 0x10;
    private static final int GLOBAL_IFUNC = 0x1a;

    /** Symbols: 1 is chosen at run time, 2 and 3 are not defined, 4 is. */
    private static PieBuilder symbols() {
        return pie().symbol("chosen", GLOBAL_IFUNC, 1, 0x180, 0)
                .symbol("gone", GLOBAL, 0, 0, 0)
                .symbol("", GLOBAL, 0, 0, 0)
                .symbol("copied", GLOBAL, 1, 0x180, 8);
    }

    private static void assertUnresolved(String message, PieBuilder pie, Remedy... remedies) {
        Failure failure = catchThrowableOfType(Failure.class, () -> Relocated.at(0x7f0000, pie));
        assertThat(failure).as("a Failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(Failure.Kind.UNRESOLVED);
        assertThat(failure.getMessage()).isEqualTo(message);
        assertThat(failure.remedies()).containsExactly(remedies);
    }

    @Test
    void oneEntry() {
        assertUnresolved(
                "1 entry needs run time (1 R_X86_64_IRELATIVE): RELA entry 1 at 0x10008 R_X86_64_IRELATIVE",
                pie().rela(DATA, R_X86_64_RELATIVE, 0, 0).rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0x180),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void twoEntries() {
        assertUnresolved(
                "2 entries need run time (2 R_X86_64_IRELATIVE):"
                        + " REL entry 0 at 0x10008 R_X86_64_IRELATIVE, RELA entry 0 at 0x10000 R_X86_64_IRELATIVE",
                pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180).rel(DATA + 8, R_X86_64_IRELATIVE, 0),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void threeEntriesAreAllNamed() {
        assertUnresolved(
                "3 entries need run time (3 R_X86_64_IRELATIVE): RELA entry 0 at 0x10000 R_X86_64_IRELATIVE,"
                        + " RELA entry 1 at 0x10008 R_X86_64_IRELATIVE, JMPREL entry 0 at 0x10010 R_X86_64_IRELATIVE",
                pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180)
                        .rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0x180)
                        .jmprel(DATA + 16, R_X86_64_IRELATIVE, 0, 0x180),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void ofFourEntriesTheFirstThreeAreNamed() {
        PieBuilder pie = symbols();
        pie.rela(DATA, R_X86_64_IRELATIVE, 0, 0x180).rela(DATA + 0x20, R_X86_64_TLSDESC, 0, 0);
        pie.rela(DATA + 0x40, R_X86_64_COPY, 4, 0).rela(DATA + 0x60, R_X86_64_64, 2, 0);

        assertUnresolved(
                "4 entries need run time"
                        + " (1 R_X86_64_64, 1 R_X86_64_COPY, 1 R_X86_64_TLSDESC, 1 R_X86_64_IRELATIVE):"
                        + " RELA entry 0 at 0x10000 R_X86_64_IRELATIVE, RELA entry 1 at 0x10020 R_X86_64_TLSDESC,"
                        + " RELA entry 2 at 0x10040 copied, …",
                pie,
                Remedy.KEEP_UNRESOLVED,
                Remedy.GIVE_SYMBOL_VALUES);
    }

    @Test
    void aTypeThatDoesNotUseItsSymbolIsNotCalledByIt() {
        assertUnresolved(
                "1 entry needs run time (1 R_X86_64_IRELATIVE): RELA entry 0 at 0x10000 R_X86_64_IRELATIVE",
                symbols().rela(DATA, R_X86_64_IRELATIVE, 2, 0x180),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void aDescriptorIsCalledByItsSymbol() {
        assertUnresolved(
                "1 entry needs run time (1 R_X86_64_TLSDESC): RELA entry 0 at 0x10000 gone",
                symbols().rela(DATA, R_X86_64_TLSDESC, 2, 0),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void aSymbolThatIsDefinedIsNoUndefinedOne() {
        assertUnresolved(
                "1 entry needs run time (1 R_X86_64_JUMP_SLOT): JMPREL entry 0 at 0x10000 chosen",
                symbols().jmprel(DATA, R_X86_64_JUMP_SLOT, 1, 0),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void undefinedSymbolsCanBeGivenValues() {
        assertUnresolved(
                "2 entries need run time (2 R_X86_64_GLOB_DAT): RELA entry 0 at 0x10000 gone,"
                        + " RELA entry 1 at 0x10008 <symbol 3>",
                symbols().rela(DATA, R_X86_64_GLOB_DAT, 2, 0).rela(DATA + 8, R_X86_64_GLOB_DAT, 3, 0),
                Remedy.KEEP_UNRESOLVED,
                Remedy.GIVE_SYMBOL_VALUES);
    }

    @Test
    void oneUndefinedSymbolAmongOthersIsEnough() {
        assertUnresolved(
                "2 entries need run time (1 R_X86_64_GLOB_DAT, 1 R_X86_64_IRELATIVE):"
                        + " RELA entry 0 at 0x10000 gone, RELA entry 1 at 0x10008 R_X86_64_IRELATIVE",
                symbols().rela(DATA, R_X86_64_GLOB_DAT, 2, 0).rela(DATA + 8, R_X86_64_IRELATIVE, 0, 0x180),
                Remedy.KEEP_UNRESOLVED,
                Remedy.GIVE_SYMBOL_VALUES);
    }

    /** What is given is an address: neither a size nor an offset in the TLS block. */
    @Test
    void symbolsOfWhichNoAddressIsNeededCannotBeGivenValues() {
        assertUnresolved(
                "3 entries need run time (1 R_X86_64_DTPMOD64, 1 R_X86_64_TPOFF64, 1 R_X86_64_SIZE64):"
                        + " RELA entry 0 at 0x10000 gone, RELA entry 1 at 0x10008 gone, RELA entry 2 at 0x10010 gone",
                symbols()
                        .rela(DATA, R_X86_64_SIZE64, 2, 0)
                        .rela(DATA + 8, R_X86_64_TPOFF64, 2, 0)
                        .rela(DATA + 16, R_X86_64_DTPMOD64, 2, 0),
                Remedy.KEEP_UNRESOLVED);
        assertUnresolved(
                "2 entries need run time (1 R_X86_64_64, 1 R_X86_64_SIZE64):"
                        + " RELA entry 0 at 0x10000 gone, RELA entry 1 at 0x10008 gone",
                symbols().rela(DATA, R_X86_64_SIZE64, 2, 0).rela(DATA + 8, R_X86_64_64, 2, 0),
                Remedy.KEEP_UNRESOLVED,
                Remedy.GIVE_SYMBOL_VALUES);
    }

    /** Nothing of reloc's helps there: neither start-up code nor a value for each function of a library. */
    @Test
    void aProgramThatNeedsSharedLibrariesHasToBeLinkedAnew() {
        assertUnresolved(
                "a program that needs shared libraries: link it with -static-pie; 1 entry needs run time"
                        + " (1 R_X86_64_GLOB_DAT): RELA entry 0 at 0x10000 gone",
                symbols().tag(DT_NEEDED, 1).rela(DATA, R_X86_64_GLOB_DAT, 2, 0));
    }

    @Test
    void sharedLibrariesDoNotMatterWhereNothingIsNeededOfThem() {
        Relocated image = Relocated.at(0x7f0000, symbols().tag(DT_NEEDED, 1).rela(DATA, R_X86_64_RELATIVE, 0, 1));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0001);
    }

    @Test
    void typesAreListedByTheirNumbers() {
        assertUnresolved(
                "3 entries need run time (2 R_X86_64_TLSDESC, 1 R_X86_64_IRELATIVE):"
                        + " RELA entry 0 at 0x10000 R_X86_64_IRELATIVE, RELA entry 1 at 0x10010 R_X86_64_TLSDESC,"
                        + " RELA entry 2 at 0x10020 R_X86_64_TLSDESC",
                pie().rela(DATA, R_X86_64_IRELATIVE, 0, 0x180)
                        .rela(DATA + 0x10, R_X86_64_TLSDESC, 0, 0)
                        .rela(DATA + 0x20, R_X86_64_TLSDESC, 0, 8),
                Remedy.KEEP_UNRESOLVED);
    }

    @Test
    void noneIsFine() {
        Relocated image = Relocated.at(0x7f0000, symbols().rela(DATA, R_X86_64_RELATIVE, 0, 1));

        assertThat(image.word64(0x10000)).isEqualTo(0x7f0001);
    }
}
