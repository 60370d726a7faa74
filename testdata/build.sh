#!/usr/bin/env bash
#
# Rebuilds the fixtures in this directory, and runs them against their expected output.
#
# Needs Linux on x86-64 and the packages gcc, lld, llvm, mold and musl-tools. The files in the repository come
# from Debian 12: GCC 12.2, GNU ld 2.40, LLD 14.0.6, mold 1.10.1, musl 1.2.3. The same versions give the
# same bytes; others may lay files out differently and still have the properties.
#
#     ./build.sh            all
#     ./build.sh relr rel   those properties only

set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C

musl=${MUSL:-/usr/lib/x86_64-linux-musl} # where musl-tools has rcrt1.o and libc.a

missing=
for tool in gcc ld ld.lld llvm-objcopy mold musl-gcc; do
	command -v "$tool" >/dev/null || missing+=" $tool"
done
if [[ -n $missing ]]; then
	echo "build.sh: not found:$missing" >&2
	echo "build.sh: on Debian: apt install gcc lld llvm mold musl-tools" >&2
	exit 1
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# No libc, no unwind tables, no stack protector, no notes; everything hidden unless exported.
cflags=(-std=gnu11 -Os -Wall -Wextra -Werror -I. -ffreestanding -fvisibility=hidden -fno-stack-protector
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fcf-protection=none -fno-ident)

# 4 KiB pages keep files small. RELA only is said to GNU ld, for some distributions default to RELR.
common=(-s --build-id=none -z max-page-size=0x1000)
pie=("${common[@]}" -pie --no-dynamic-linker)
shared=("${common[@]}" -shared -e _start)
unstripped=(--build-id=sha1 -z max-page-size=0x1000 -pie --no-dynamic-linker)
declare -A linker=(
	[ld]="ld -z noseparate-code -z nopack-relative-relocs"
	[lld]="ld.lld"
	[mold]="mold"
)

wanted=" $* "
is_wanted() {
	[[ $wanted == "  " || $wanted == *" $1 "* ]]
}

debug=() # more options for the compiler

# compile OPTION SOURCE: an object file, named after the source; the option is -fPIE or -fPIC.
compile() {
	gcc "${cflags[@]}" "${debug[@]}" "$1" -c "$2" -o "$objects/$(basename "${2%.*}").o"
}

# link LINKER PROPERTY OPTIONS...: <property>.<language>.<linker>.elf
link() {
	local name=$1 property=$2
	shift 2
	local source
	source=$(ls "$property".[cS])
	local language=${source##*.}
	local output=$property.${language,}.$name.elf

	# The two lists are meant to be split.
	# shellcheck disable=SC2086
	${linker[$name]} "$@" -o "$output"
	built+=("$output")
}

# fixture PROPERTY KIND LINKERS OPTIONS...: a freestanding program with the shared start-up code; KIND is
# pie, unstripped (a PIE as well), or shared for properties that need exported symbols. Options that differ by
# linker: LINKER:OPTION.
fixture() {
	local property=$1 kind=$2 linkers=$3 name option
	shift 3
	is_wanted "$property" || return 0
	local -n kind_options=$kind
	compile "$([[ $kind == shared ]] && echo -fPIC || echo -fPIE)" "$(ls "$property".[cS])"
	for name in $linkers; do
		local options=()
		for option; do
			case $option in
			ld:* | lld:* | mold:*) [[ ${option%%:*} != "$name" ]] || options+=("${option#*:}") ;;
			*) options+=("$option") ;;
			esac
		done
		link "$name" "$property" "${kind_options[@]}" "${options[@]}" "${runtime[@]}" "$objects/$property.o"
	done
}

built=()
compile -fPIE support/start.S
compile -fPIE support/relocate.c
runtime=("$objects/start.o" "$objects/relocate.o")
all="ld lld mold"
relr=(ld:-zpack-relative-relocs lld:--pack-dyn-relocs=relr mold:--pack-dyn-relocs=relr)

# Tables.
fixture rela pie "$all"
fixture relr pie "$all" "${relr[@]}"
fixture mixed pie "$all" "${relr[@]}"
fixture rel pie lld -zrel
fixture jmprel shared "$all"
fixture jmprel-rel shared lld -zrel
fixture android shared lld --pack-dyn-relocs=android
fixture android-relr shared lld --pack-dyn-relocs=android+relr --use-android-relr-tags

# Types.
fixture symbolic shared "$all" --version-script=symbolic.map --defsym=absolute=0x123456789abc
fixture weak shared "$all" --hash-style=gnu
fixture undefined shared "$all"
fixture tls shared "$all"
fixture irelative pie "$all"

# Layout. GNU ld makes a PIE ET_EXEC when it is not linked at 0, so there it is a shared object; mold has no
# such option for position-independent files. With RELRO, GNU ld would pad the file of align2m to 2 MiB. Both
# replace relocations in .bss by R_X86_64_NONE.
fixture image-base pie lld --image-base=0x200000
fixture image-base shared ld -Ttext-segment=0x200000
fixture align2m pie "$all" -zmax-page-size=0x200000 ld:-znorelro
fixture bss pie lld
fixture textrel pie "$all" -znotext
fixture no-sections shared "$all" --version-script=no-sections.map --hash-style=gnu
if is_wanted no-sections; then
	for name in $all; do
		llvm-objcopy --strip-sections "no-sections.c.$name.elf"
	done
fi
fixture enclave pie "ld lld" "${relr[@]}" -Tenclave.ld
fixture pie-at pie ld "${relr[@]}" -Ttext-segment=0x600000

# With all that debuggers look for, and without the name of this folder.
debug=(-g "-fdebug-prefix-map=$PWD=.")
fixture symtab unstripped "$all" --defsym=absolute=0x123456789abc
debug=()

# Programs with a relocator of their own. What it finds in the words is the linker's choice.
runtime=("$objects/start.o")
fixture adds pie "$all" lld:--apply-dynamic-relocs
fixture adds-addend pie "lld mold" mold:--no-apply-dynamic-relocs

# Programs with start-up code of their own.
runtime=()
fixture pvh pie "$all" lld:--pack-dyn-relocs=relr mold:--pack-dyn-relocs=relr ld:-Tpvh.ld ld:--defsym=physical=0
fixture pvh-physical pie "ld lld" "${relr[@]}" -Tpvh.ld --defsym=physical=0x200000
fixture shim pie "$all" "${relr[@]}"
fixture shim-rel pie lld -zrel "${relr[@]}"
if is_wanted musl; then
	musl-gcc -Os -Wall -Wextra -Werror -fPIE -fno-asynchronous-unwind-tables -fcf-protection=none -fno-ident \
		-c musl.c -o "$objects/musl.o"
	for name in $all; do
		link "$name" musl "${pie[@]}" -static --gc-sections "$musl/rcrt1.o" "$musl/crti.o" \
			"$objects/musl.o" "$musl/libc.a" "$musl/crtn.o"
	done
fi

# Files whose headers are written by hand.
for property in jmprel-relative jmprel-tail; do
	is_wanted "$property" || continue
	compile -fPIE "$property.S"
	link ld "$property" -static -T support/by-hand.ld --oformat=binary \
		"$objects/start.o" "$objects/relocate.o" "$objects/$property.o"
	chmod +x "$property.s.ld.elf"
done

# Each one relocates itself and says what is expected, if anything is.
for file in "${built[@]}"; do
	printf '%7d  %s\n' "$(stat -c %s "$file")" "$file"
	[[ -e ${file%.*.elf}.out ]] || continue
	if ! "./$file" | cmp -s - "${file%.*.elf}.out"; then
		echo "build.sh: $file: not the output in ${file%.*.elf}.out" >&2
		exit 1
	fi
done
