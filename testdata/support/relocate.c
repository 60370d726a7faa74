/*
 * Relocates the program that it is part of, from its dynamic section alone: RELR, REL, RELA, JMPREL,
 * in the order of C libraries, and the packed tables of Android.
 *
 * It runs before anything is relocated, so it has no pointer table, no string table and no call that
 * goes through the GOT. A switch compiles to offsets relative to RIP in position-independent code.
 *
 * An entry that it does not know ends the program with a message: silence would hide a broken fixture.
 *
 * Letters in comments are those of the x86-64 psABI: A addend, B bias, P place, S symbol value.
 */
#include <stddef.h>
#include <stdint.h>

#include "program.h"
#include "relocate.h"

/* Tags of the bionic linker that <elf.h> does not have. */
enum {
	DT_ANDROID_REL = 0x6000000f,
	DT_ANDROID_RELSZ = 0x60000010,
	DT_ANDROID_RELA = 0x60000011,
	DT_ANDROID_RELASZ = 0x60000012,
	DT_ANDROID_RELR = 0x6fffe000,
	DT_ANDROID_RELRSZ = 0x6fffe001,
};

/* Group flags of the packed tables of Android. */
enum {
	GROUPED_BY_INFO = 1,
	GROUPED_BY_OFFSET_DELTA = 2,
	GROUPED_BY_ADDEND = 4,
	GROUP_HAS_ADDEND = 8,
};

/* A word of the program; a place need not be aligned. */
typedef uint64_t word __attribute__((aligned(1), may_alias));

/* A run of bytes in memory. */
struct table {
	uint64_t address;
	uint64_t size;
};

struct program {
	uint64_t bias;
	uint64_t tls_size; /* of PT_TLS, rounded up to its alignment */
	const Elf64_Ehdr *header;
	const Elf64_Sym *symbols;
	struct table relr, rel, rela, jmprel, android_rel, android_rela;
	int jmprel_is_rela;
	int writes_text;
};

enum pass { ALL_BUT_INDIRECT, ONLY_INDIRECT };

static void fail(const char *reason)
{
	print_line("relocate", reason);
	terminate(98);
}

static const Elf64_Phdr *first_segment(const Elf64_Ehdr *header)
{
	return (const Elf64_Phdr *)((uintptr_t)header + header->e_phoff);
}

static struct program describe(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header)
{
	struct program program = {.header = header};
	const Elf64_Phdr *segment = first_segment(header);

	/*
	 * B is where the dynamic section is, less where it was linked to be. The address of the ELF
	 * header would not do: a program need not be linked at 0.
	 */
	for (int i = 0; i < header->e_phnum; i++, segment++) {
		if (segment->p_type == PT_DYNAMIC)
			program.bias = (uintptr_t)dynamic - segment->p_vaddr;
		if (segment->p_type == PT_TLS)
			program.tls_size = (segment->p_memsz + segment->p_align - 1) & -segment->p_align;
	}

	/* A table of size 0 is absent, whatever its pointer says. */
	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		uint64_t value = dynamic->d_un.d_val;
		uint64_t address = program.bias + value;

		switch (dynamic->d_tag) {
		case DT_SYMTAB:
			program.symbols = (const Elf64_Sym *)address;
			break;
		case DT_RELR:
		case DT_ANDROID_RELR:
			program.relr.address = address;
			break;
		case DT_RELRSZ:
		case DT_ANDROID_RELRSZ:
			program.relr.size = value;
			break;
		case DT_REL:
			program.rel.address = address;
			break;
		case DT_RELSZ:
			program.rel.size = value;
			break;
		case DT_RELA:
			program.rela.address = address;
			break;
		case DT_RELASZ:
			program.rela.size = value;
			break;
		case DT_JMPREL:
			program.jmprel.address = address;
			break;
		case DT_PLTRELSZ:
			program.jmprel.size = value;
			break;
		case DT_PLTREL:
			program.jmprel_is_rela = value == DT_RELA;
			break;
		case DT_ANDROID_REL:
			program.android_rel.address = address;
			break;
		case DT_ANDROID_RELSZ:
			program.android_rel.size = value;
			break;
		case DT_ANDROID_RELA:
			program.android_rela.address = address;
			break;
		case DT_ANDROID_RELASZ:
			program.android_rela.size = value;
			break;
		case DT_TEXTREL:
			program.writes_text = 1;
			break;
		case DT_FLAGS:
			program.writes_text |= (value & DF_TEXTREL) != 0;
			break;
		}
	}
	return program;
}

/* Text relocations: what was linked read-only must be writable while it is relocated. */
static void make_text_writable(const struct program *program)
{
	const Elf64_Phdr *segment = first_segment(program->header);

	for (int i = 0; i < program->header->e_phnum; i++, segment++) {
		uint64_t first, end;

		if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0)
			continue;
		first = (program->bias + segment->p_vaddr) & -4096ul;
		end = program->bias + segment->p_vaddr + segment->p_memsz;
		/* 7 is PROT_READ | PROT_WRITE | PROT_EXEC: this function may be in that segment. */
		if (system_call(SYS_mprotect, (long)first, (long)(end - first), 7) != 0)
			fail("text cannot be made writable");
	}
}

/* S, or st_value alone where the symbol does not move with the program. */
static uint64_t symbol_value(const struct program *program, uint32_t index)
{
	const Elf64_Sym *symbol = program->symbols + index;

	if (symbol->st_shndx == SHN_UNDEF) {
		if (ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
			fail("undefined symbol");
		return 0;
	}
	if (symbol->st_shndx == SHN_ABS)
		return symbol->st_value;
	return program->bias + symbol->st_value;
}

/* For TLS types: the offset of the variable in the TLS block. Index 0 means the block itself. */
static uint64_t tls_offset(const struct program *program, uint32_t index)
{
	return index == 0 ? 0 : program->symbols[index].st_value;
}

static void apply(const struct program *program, enum pass pass, uint64_t info, uint64_t place,
		  uint64_t addend)
{
	word *target = (word *)(program->bias + place);
	uint32_t index = ELF64_R_SYM(info);
	uint32_t type = ELF64_R_TYPE(info);

	if (pass == ONLY_INDIRECT) {
		if (type == R_X86_64_IRELATIVE)
			*target = ((uint64_t(*)(void))(program->bias + addend))();
		return;
	}
	switch (type) {
	case R_X86_64_NONE:
	case R_X86_64_IRELATIVE: /* relocate_indirect() */
		break;
	case R_X86_64_RELATIVE: /* B + A */
		*target = program->bias + addend;
		break;
	case R_X86_64_64: /* S + A */
		*target = symbol_value(program, index) + addend;
		break;
	case R_X86_64_GLOB_DAT: /* S */
	case R_X86_64_JUMP_SLOT:
		*target = symbol_value(program, index);
		break;
	case R_X86_64_DTPMOD64: /* the program is TLS module 1 */
		*target = 1;
		break;
	case R_X86_64_DTPOFF64: /* offset from the start of the TLS block */
		*target = tls_offset(program, index) + addend;
		break;
	case R_X86_64_TPOFF64: /* offset from the thread pointer, which is the end of the block */
		*target = tls_offset(program, index) + addend - program->tls_size;
		break;
	default:
		fail("unknown relocation type");
	}
}

/*
 * Words. An even one is the address of a word to relocate. An odd one is a bitmap of the 63 words that
 * follow the last word described, from bit 1 on.
 */
static void apply_relr(const struct program *program)
{
	const uint64_t *entry = (const uint64_t *)program->relr.address;
	word *where = NULL;

	for (uint64_t count = program->relr.size / sizeof *entry; count > 0; count--, entry++) {
		if ((*entry & 1) == 0) {
			where = (word *)(program->bias + *entry);
			*where++ += program->bias;
		} else {
			for (int bit = 1; bit < 64; bit++)
				if ((*entry >> bit & 1) != 0)
					where[bit - 1] += program->bias;
			where += 63;
		}
	}
}

/* The addend of REL is the word in place. */
static void apply_rel(const struct program *program, enum pass pass, struct table table)
{
	const Elf64_Rel *entry = (const Elf64_Rel *)table.address;

	for (uint64_t count = table.size / sizeof *entry; count > 0; count--, entry++)
		apply(program, pass, entry->r_info, entry->r_offset, *(word *)(program->bias + entry->r_offset));
}

static void apply_rela(const struct program *program, enum pass pass, struct table table)
{
	const Elf64_Rela *entry = (const Elf64_Rela *)table.address;

	for (uint64_t count = table.size / sizeof *entry; count > 0; count--, entry++)
		apply(program, pass, entry->r_info, entry->r_offset, (uint64_t)entry->r_addend);
}

/* The next signed LEB128 number: seven bits a byte, lowest first, bit 6 of the last one is the sign. */
static uint64_t next_number(const uint8_t **cursor)
{
	uint64_t number = 0;
	int shift = 0;
	uint8_t byte;

	do {
		byte = *(*cursor)++;
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) != 0);
	if (shift < 64 && (byte & 0x40) != 0)
		number |= -1ul << shift;
	return number;
}

/* "APS2", then signed LEB128: count, first offset, and groups that say what their entries share. */
static void apply_android(const struct program *program, enum pass pass, struct table table, int rela)
{
	const uint8_t *cursor = (const uint8_t *)table.address;
	uint64_t remaining, place, addend = 0;

	if (table.size == 0)
		return;
	if (cursor[0] != 'A' || cursor[1] != 'P' || cursor[2] != 'S' || cursor[3] != '2')
		fail("not a packed table");
	cursor += 4;
	remaining = next_number(&cursor);
	place = next_number(&cursor);
	while (remaining > 0) {
		uint64_t size = next_number(&cursor);
		uint64_t flags = next_number(&cursor);
		uint64_t delta = 0, info = 0;

		if (size == 0 || size > remaining)
			fail("bad group in a packed table");
		remaining -= size;
		if (flags & GROUPED_BY_OFFSET_DELTA)
			delta = next_number(&cursor);
		if (flags & GROUPED_BY_INFO)
			info = next_number(&cursor);
		if (!(flags & GROUP_HAS_ADDEND))
			addend = 0;
		else if (flags & GROUPED_BY_ADDEND)
			addend += next_number(&cursor);
		for (; size > 0; size--) {
			place += flags & GROUPED_BY_OFFSET_DELTA ? delta : next_number(&cursor);
			if (!(flags & GROUPED_BY_INFO))
				info = next_number(&cursor);
			if ((flags & GROUP_HAS_ADDEND) && !(flags & GROUPED_BY_ADDEND))
				addend += next_number(&cursor);
			apply(program, pass, info, place, rela ? addend : *(word *)(program->bias + place));
		}
	}
}

static void apply_tables(const struct program *program, enum pass pass)
{
	if (pass == ALL_BUT_INDIRECT)
		apply_relr(program);
	apply_rel(program, pass, program->rel);
	apply_android(program, pass, program->android_rel, 0);
	apply_rela(program, pass, program->rela);
	apply_android(program, pass, program->android_rela, 1);
	if (program->jmprel_is_rela)
		apply_rela(program, pass, program->jmprel);
	else
		apply_rel(program, pass, program->jmprel);
}

void relocate(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header)
{
	struct program program = describe(dynamic, header);

	if (program.writes_text)
		make_text_writable(&program);
	apply_tables(&program, ALL_BUT_INDIRECT);
}

void relocate_indirect(const Elf64_Dyn *dynamic, const Elf64_Ehdr *header)
{
	struct program program = describe(dynamic, header);

	apply_tables(&program, ONLY_INDIRECT);
}
