#!/bin/sh
# The rest of this file, after the script, is a jar: java finds it from the end.

if [ -n "${JAVA_HOME-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
command -v "$java" >/dev/null || {
    echo 'reloc: no java found: install a Java 17 runtime or set JAVA_HOME' >&2
    exit 5
}

# A colon would end the path in -Xbootclasspath/a (and in -jar).
case $0 in
*:*) exec 9<"$0"; jar=/dev/fd/9 ;;
*) jar=$0 ;;
esac

# In the C locale java opens no file with a name that is not ASCII.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
C | POSIX) LC_ALL=C.UTF-8; export LC_ALL ;;
esac

# One area for what Java allocates in C, given back soon: up to 5 MB less memory.
MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX-1}
MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_-65536}
export MALLOC_ARENA_MAX MALLOC_TRIM_THRESHOLD_

# -XX:-UsePerfData: no file in /tmp, 2 ms.
# -Xbootclasspath/a: no verification and no Java code to read the jar, 50 to 60 ms.
set -- -XX:-UsePerfData -Xbootclasspath/a:"$jar" io.github.reloc.cli.Main "$@"

# -XX:ArchiveRelocationMode=0: the classes that come with Java at the address they were made for, 4 ms. A diagnostic
# option, which a later Java may not know.
set -- -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 "$@"

# Where standard error is a terminal, which Java cannot tell, long work shows there how far it is. Work that writes data
# meanwhile does so only if that goes to a file: a pager has the terminal for itself.
if [ -t 2 ]; then
    if [ -f /dev/stdout ]; then progress=always; else progress=unless-data; fi
    set -- -Dreloc.progress=$progress "$@"
fi

exec "$java" "$@"
