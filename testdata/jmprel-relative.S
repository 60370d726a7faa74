/*
 * Property: a DT_JMPREL table whose entries are all R_X86_64_RELATIVE and R_X86_64_NONE.
 *
 * No linker lays a file out like this, so the ELF header, the program headers, the dynamic section and
 * the tables are written out here; support/by-hand.ld puts them at address 0 and the linker writes
 * memory as it is, without adding anything. So there are no section headers either.
 *
 *     DT_RELA     texts[0]
 *     DT_JMPREL   texts[1], nothing (with a place outside the program), function, self
 *
 * With JMPREL_IN_RELA, for jmprel-tail.S, DT_RELASZ includes the entries of DT_JMPREL, as its tail.
 */

	/* ELF header (64 bytes). The bias is computed from its address. */
	.section .headers, "a"
	.globl	__ehdr_start
	.hidden	__ehdr_start
__ehdr_start:
	.byte	0x7f, 'E', 'L', 'F'	/* e_ident: magic */
	.byte	2, 1, 1, 0		/* ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_NONE */
	.quad	0			/* padding of e_ident */
	.short	3			/* e_type: ET_DYN */
	.short	62			/* e_machine: EM_X86_64 */
	.long	1			/* e_version: EV_CURRENT */
	.quad	_start			/* e_entry */
	.quad	program_headers		/* e_phoff: the file starts at address 0 */
	.quad	0			/* e_shoff: no section headers */
	.long	0			/* e_flags */
	.short	64			/* e_ehsize */
	.short	56			/* e_phentsize */
	.short	4			/* e_phnum */
	.short	0			/* e_shentsize */
	.short	0			/* e_shnum */
	.short	0			/* e_shstrndx */

	/* Program headers (56 bytes each): what is read and executed, from the first byte of the file. */
program_headers:
	.long	1, 5			/* p_type: PT_LOAD; p_flags: PF_R | PF_X */
	.quad	0			/* p_offset */
	.quad	0, 0			/* p_vaddr, p_paddr */
	.quad	text_end, text_end	/* p_filesz, p_memsz */
	.quad	0x1000			/* p_align */

	/* What is relocated: file offset and address are the same here. */
	.long	1, 6			/* p_type: PT_LOAD; p_flags: PF_R | PF_W */
	.quad	data_start		/* p_offset */
	.quad	data_start, data_start	/* p_vaddr, p_paddr */
	.quad	data_size, data_size	/* p_filesz, p_memsz */
	.quad	0x1000			/* p_align */

	/* The dynamic section, inside the segment before. */
	.long	2, 6			/* p_type: PT_DYNAMIC; p_flags: PF_R | PF_W */
	.quad	_DYNAMIC		/* p_offset */
	.quad	_DYNAMIC, _DYNAMIC	/* p_vaddr, p_paddr */
	.quad	dynamic_size, dynamic_size	/* p_filesz, p_memsz */
	.quad	8			/* p_align */

	/* No executable stack. */
	.long	0x6474e551, 6		/* p_type: PT_GNU_STACK; p_flags: PF_R | PF_W */
	.quad	0, 0, 0, 0, 0		/* p_offset, p_vaddr, p_paddr, p_filesz, p_memsz */
	.quad	16			/* p_align */

	/* DT_RELA: r_offset, r_info (symbol 0, type 8: R_X86_64_RELATIVE), r_addend. */
	.balign	8
rela:
	.quad	texts, 8, first_text
	.set	rela_size, . - rela

	/* DT_JMPREL: as above. The NONE entry must be left alone, whatever its place is. */
jmprel:
	.quad	texts + 8, 8, second_text
	.quad	0x7ffffff8, 0, 0	/* type 0: R_X86_64_NONE; nothing is there */
	.quad	function, 8, print_answer
	.quad	self, 8, self
	.set	jmprel_size, . - jmprel

	/* The symbol table that a dynamic section must have: only the null symbol, and no name. */
symbols:
	.zero	24
strings:
	.byte	0
	.set	strings_size, . - strings

	/* DT_HASH: one bucket, one chain entry, both of symbol 0. The chain gives the number of symbols. */
	.balign	8
hash:
	.long	1, 1			/* nbucket, nchain */
	.long	0, 0			/* bucket[0], chain[0] */

	/* Dynamic section: pairs of d_tag and value. */
	.data
	.balign	8
	.globl	_DYNAMIC
	.hidden	_DYNAMIC
_DYNAMIC:
	.quad	4, hash			/* DT_HASH */
	.quad	5, strings		/* DT_STRTAB */
	.quad	10, strings_size	/* DT_STRSZ */
	.quad	6, symbols		/* DT_SYMTAB */
	.quad	11, 24			/* DT_SYMENT */
	.quad	7, rela			/* DT_RELA */
#ifdef JMPREL_IN_RELA
	.quad	8, rela_size + jmprel_size	/* DT_RELASZ: up to the end of JMPREL */
#else
	.quad	8, rela_size		/* DT_RELASZ */
#endif
	.quad	9, 24			/* DT_RELAENT */
	.quad	23, jmprel		/* DT_JMPREL */
	.quad	2, jmprel_size		/* DT_PLTRELSZ */
	.quad	20, 7			/* DT_PLTREL: DT_RELA */
	.quad	0, 0			/* DT_NULL */
	.set	dynamic_size, . - _DYNAMIC

	/* The words to relocate. What is in place means nothing, so it is nothing that would work. */
texts:
	.quad	-1, -1
function:
	.quad	-1
self:
	.quad	-1

	.section .rodata
first_text:
	.asciz	"text: by RELA\n"
second_text:
	.asciz	"text: by JMPREL\n"
answer_text:
	.asciz	"function: by JMPREL\n"
self_ok_text:
	.asciz	"self: ok\n"
self_wrong_text:
	.asciz	"self: WRONG\n"

	/* int main(void): prints what the four words lead to, and returns 0. */
	.text
	.globl	main
	.hidden	main
	.type	main, @function
main:
	/* The two texts and the function, each through its word. */
	mov	texts(%rip), %rsi
	call	print
	mov	texts + 8(%rip), %rsi
	call	print
	call	*function(%rip)

	/* The word that holds its own address. */
	lea	self_wrong_text(%rip), %rsi
	lea	self(%rip), %rax
	cmp	%rax, self(%rip)
	jne	.Lprint_self
	lea	self_ok_text(%rip), %rsi
.Lprint_self:
	call	print
	xor	%eax, %eax		/* exit status 0 */
	ret
	.size	main, . - main

	/* Reached through the relocated word "function" only. */
	.type	print_answer, @function
print_answer:
	lea	answer_text(%rip), %rsi
	jmp	print			/* returns to the caller */
	.size	print_answer, . - print_answer

	/* Writes the string at RSI, which ends with a NUL, to standard output. */
	.type	print, @function
print:
	/* RDX = its length */
	xor	%edx, %edx
.Lnext_character:
	cmpb	$0, (%rsi, %rdx)
	je	.Lwrite
	inc	%rdx
	jmp	.Lnext_character

	/* write(1, RSI, RDX) */
.Lwrite:
	mov	$1, %eax		/* SYS_write */
	mov	$1, %edi		/* standard output */
	syscall				/* changes RCX and R11, too */
	ret
	.size	print, . - print

	.section .note.GNU-stack, "", @progbits	/* no executable stack */
