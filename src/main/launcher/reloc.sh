#!/bin/sh
# The rest of this file, after the script, is a jar: java finds it from the end. To a shell that only checks the script it
# is a here-document.

no_java() {
    printf 'reloc: no java found: %s\n' "$1" >&2
    exit 5
}

if [ -n "${JAVA_HOME-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
if ! command -v "$java" >/dev/null; then
    if [ -z "${JAVA_HOME-}" ]; then no_java 'install a Java 17 runtime or set JAVA_HOME'; fi
    home="JAVA_HOME is $JAVA_HOME, which"
    # No control character reaches a terminal, and no line of a thousand characters.
    case $JAVA_HOME in *[![:print:]]*) home=JAVA_HOME ;; esac
    if [ ${#JAVA_HOME} -gt 240 ]; then home=JAVA_HOME; fi
    if command -v java >/dev/null; then
        no_java "$home has no bin/java; correct it, or unset it to use the java of the PATH"
    fi
    no_java "$home has no bin/java; correct it, or install a Java 17 runtime"
fi

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

# Nothing of the current folder takes part. Without a class path java takes classes from there, and from Java 21 on it
# looks for some whenever the exit code is not 0. It warns of .hotspotrc and .hotspot_compiler there, which it would not
# read, and by a file .attach_pid… there a SIGQUIT means something else.
set -- -cp /dev/null -XX:Flags=/dev/null -XX:CompileCommandFile=/dev/null -XX:+DisableAttachMechanism "$@"

# Standard output is for data: what the virtual machine has to say goes to standard error, but for the report of its own
# end, which knows no other place than standard output, and is left out. (Without a core that end is 1, as others are.)
set -- -XX:+DisplayVMOutputToStderr -Xlog:all=off:stdout -Xlog:all=warning:stderr "$@"
set -- -XX:+SuppressFatalErrorMessage -XX:-CreateCoredumpOnCrash "$@"
# Read after those given here, it could take that back.
unset _JAVA_OPTIONS

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
: <<'The jar'
