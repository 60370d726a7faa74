/*
 * Property: a kernel for a virtual machine, entered at an address that a note holds.
 *
 * QEMU (-kernel) and other monitors start a PVH kernel in 32-bit mode, without paging, at the physical
 * address that the descriptor of the ELF note XEN_ELFNOTE_PHYS32_ENTRY holds, with the physical address of
 * the start information in EBX. They read the note from the file, so nobody can relocate it by then: its
 * descriptor has a R_X86_64_RELATIVE entry like any other word.
 *
 * The kernel compares each relocated word with an address that it computes from where it runs, and ends
 * the virtual machine through the debug exit port (-device isa-debug-exit,iobase=0xf4,iosize=0x04). QEMU's
 * exit status is then twice the number written, and 1:
 *
 *     85              all is as it should be
 *     3               not entered as a PVH kernel
 *     5               zero-filled memory is not zero
 *     33, 35, 37, …   the first word that is wrong: 0, 1, 2, …
 *
 * DIFFERENCE is what virtual addresses, which words hold, are above physical ones, at which the kernel
 * runs; for pvh-physical.S. The note needs a physical address, so its addend takes the difference away.
 */
#ifndef DIFFERENCE
#define DIFFERENCE 0
#endif

	.set	DEBUG_EXIT_PORT, 0xf4
	.set	ALL_IS_WELL, 42
	.set	NOT_PVH, 1
	.set	NOT_ZERO, 2
	.set	WRONG_WORD, 16		/* and the number of the word */
	.set	START_MAGIC, 0x336ec578	/* the first word of the start information */

	/*
	 * The note: sizes of name and descriptor, type, name, descriptor. QEMU rounds the size of the name up to
	 * the alignment of the segment, which therefore must not be more than 4. It is writable, so that it is no
	 * text relocation.
	 */
	.section .pvh_note, "aw", @note
	.balign	4
	.long	4, 8, 18		/* type 18: XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.quad	_start - DIFFERENCE

	/* The words to check: code, data, zero-filled memory, the middle of an object, and its own address. */
	.data
	.balign	8
words:
	.quad	_start
	.quad	expected
	.quad	zeros
	.quad	middle + 4
	.quad	words + 32

	/* One at an odd address, which no RELR table can hold. */
	.byte	0
odd_word:
	.quad	_start

	/* A target in the middle of the data. */
	.balign	8
middle:
	.quad	0

	.bss
	.balign	8
zeros:
	.zero	16

	/*
	 * What they should hold, and where they are: distances, each from the place where it stands, which the
	 * linker knows.
	 */
	.section .rodata
	.balign	4
expected:
	.long	words - .
	.long	_start - .
	.long	words + 8 - .
	.long	expected - .
	.long	words + 16 - .
	.long	zeros - .
	.long	words + 24 - .
	.long	middle + 4 - .
	.long	words + 32 - .
	.long	words + 32 - .
	.long	odd_word - .
	.long	_start - .
	.set	expected_count, (. - expected) / 8

	.text
	.code32
	.globl	_start
	.hidden	_start
	.type	_start, @function
_start:
	/* The state that PVH leaves open: no interrupts, and strings go up. */
	cli
	cld

	/* EBP = where .Lhere is. There is no stack yet: the word at EBX, kept in EDI, serves as one. */
	mov	(%ebx), %edi
	lea	4(%ebx), %esp		/* a call writes below ESP */
	call	.Lhere
.Lhere:
	pop	%ebp

	/* Somebody else's way to get here would make the rest meaningless. */
	mov	$NOT_PVH, %al
	cmp	$START_MAGIC, %edi
	jne	.Lexit

	/* Memory behind the file's bytes is zero: OR of four words. */
	lea	(zeros - .Lhere)(%ebp), %esi
	mov	(%esi), %edx
	or	4(%esi), %edx
	or	8(%esi), %edx
	or	12(%esi), %edx
	mov	$NOT_ZERO, %al
	jnz	.Lexit			/* MOV leaves the flags as they are */

	/* ESI goes over the pairs of distances; ECX counts them. */
	lea	(expected - .Lhere)(%ebp), %esi
	xor	%ecx, %ecx
.Lnext_word:
	/* EBX = address of the word; EDX:EAX = the virtual address that it should hold. */
	mov	(%esi), %ebx
	add	%esi, %ebx		/* the first distance is from ESI */
	lea	4(%esi), %eax
	add	4(%esi), %eax		/* the second one from the place behind */
	xor	%edx, %edx
	add	$(DIFFERENCE & 0xffffffff), %eax
	adc	$(DIFFERENCE >> 32), %edx	/* with the carry of ADD */

	/* Both halves must be right. */
	xor	(%ebx), %eax
	xor	4(%ebx), %edx
	or	%edx, %eax
	jnz	.Lwrong_word
	add	$8, %esi
	inc	%ecx
	cmp	$expected_count, %ecx
	jne	.Lnext_word
	mov	$ALL_IS_WELL, %al
	jmp	.Lexit

.Lwrong_word:
	lea	WRONG_WORD(%ecx), %eax

	/* AL is the result. Without a debug exit device nothing happens, and the processor stops for good. */
.Lexit:
	out	%al, $DEBUG_EXIT_PORT
.Lstop:
	hlt
	jmp	.Lstop			/* only a non-maskable interrupt gets here */
	.size	_start, . - _start

	.section .note.GNU-stack, "", @progbits	/* no executable stack */
