/*
 * Entry point of the freestanding fixtures.
 *
 *     program              relocates itself, then runs main()
 *     program relocated    runs main() at once, over words that somebody else has relocated
 *
 * On entry RSP points to argc, then argv[0..argc-1], a null, the environment, a null and the
 * auxiliary vector (System V psABI for x86-64, "Process Initialization").
 */
	.section .rodata
already_relocated:
	.asciz	"relocated"
	.set	already_relocated_size, . - already_relocated

	/* The linker defines both; hidden, they are reached without a GOT and so without a relocation. */
	.hidden	_DYNAMIC
	.hidden	__ehdr_start

	.hidden	relocate
	.hidden	main

	.text
	.globl	_start
	.hidden	_start
	.type	_start, @function
_start:
	/* Mark the outermost frame, keep the initial stack, and align the stack for calls. */
	xor	%ebp, %ebp		/* the psABI asks for RBP = 0 in the deepest frame */
	mov	%rsp, %rbx		/* RBX survives calls */
	and	$-16, %rsp

	/* Relocate, unless argv[1] says that it is done. */
	cmpq	$2, (%rbx)		/* argc */
	jb	.Lrelocate
	mov	16(%rbx), %rdi		/* argv[1] */
	lea	already_relocated(%rip), %rsi
	mov	$already_relocated_size, %ecx	/* with its NUL: no prefix matches */
	repe cmpsb			/* stops at the first difference, so never past argv[1] */
	je	.Lrun

.Lrelocate:
	/* relocate(_DYNAMIC, __ehdr_start) */
	lea	_DYNAMIC(%rip), %rdi
	lea	__ehdr_start(%rip), %rsi
	call	relocate

.Lrun:
	/* exit(main()) */
	call	main
	mov	%eax, %edi		/* exit status */
	mov	$60, %eax		/* SYS_exit */
	syscall
	ud2				/* exit does not return */
	.size	_start, . - _start

	.section .note.GNU-stack, "", @progbits	/* no executable stack */
