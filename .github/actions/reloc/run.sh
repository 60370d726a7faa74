#!/usr/bin/env bash
# The work of action.yml, which tells what the variables RELOC_… are.
set -euo pipefail
unset CDPATH

fail() {
    printf '::error::%s\n' "$1" >&2
    exit 2
}

# install VERSION: unpacks a published reloc, and sets program.
install() {
    local name=reloc-$1 folder
    folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/reloc.XXXXXX")
    local url=${GITHUB_SERVER_URL:-https://github.com}/$RELOC_REPOSITORY/releases/download/v$1
    curl --silent --show-error --fail --location --retry 3 --output "$folder/$name.tar.gz" "$url/$name.tar.gz"
    curl --silent --show-error --fail --location --retry 3 --output "$folder/SHA256SUMS" "$url/SHA256SUMS"
    # Read as a list first: nothing that is not in it may pass.
    grep -E "^[0-9a-f]{64}  $name\.tar\.gz\$" "$folder/SHA256SUMS" >"$folder/expected" ||
        fail "reloc $1: SHA256SUMS does not name $name.tar.gz"
    (cd "$folder" && sha256sum --check --quiet expected) >&2 || fail "reloc $1: $name.tar.gz is not what SHA256SUMS says"
    tar -xzf "$folder/$name.tar.gz" -C "$folder"
    program=$folder/$name/bin/reloc
}

for variable in RELOC_IN RELOC_OUT RELOC_IMAGE RELOC_MAP; do
    case ${!variable-} in *$'\n'*) fail "a name of a file has more than one line: ${variable#RELOC_}" ;; esac
done

# On GitHub's machines there are several Javas; any from 17 on will do.
java_home=${JAVA_HOME_25_X64:-${JAVA_HOME_21_X64:-${JAVA_HOME_17_X64:-}}}
if [ -n "$java_home" ]; then export JAVA_HOME=$java_home; fi

program=${RELOC_PROGRAM-}
if [ -z "$program" ]; then
    version=${RELOC_VERSION-}
    if [ -z "$version" ]; then
        # The first version in it is that of the project.
        version=$(sed -n 's|.*<version>\(.*\)</version>.*|\1|p' "$GITHUB_ACTION_PATH/../../../pom.xml" | head -n 1)
    fi
    [[ $version =~ ^[0-9][0-9A-Za-z.-]*$ ]] || fail "not a version of reloc: $version"
    install "$version"
elif [[ $program != */* ]]; then
    program=./$program
fi

arguments=("$RELOC_COMMAND")
if [ -n "${RELOC_BASE-}" ]; then arguments+=(--base "$RELOC_BASE"); fi
if [ -n "${RELOC_FORMAT-}" ]; then arguments+=(--format "$RELOC_FORMAT"); fi
if [ -n "${RELOC_TABLES-}" ]; then arguments+=(--tables "$RELOC_TABLES"); fi
while IFS= read -r line; do
    if [ -n "$line" ]; then arguments+=("$line"); fi
done <<<"${RELOC_ARGS-}"

if [ "$RELOC_COMMAND" != apply ]; then
    if [ -n "${RELOC_MAP-}" ]; then fail 'map is for the command apply'; fi
    arguments+=(-- "$RELOC_IN")
    if [ -n "${RELOC_IMAGE-}" ]; then arguments+=("$RELOC_IMAGE"); fi
    # What it prints is kept also where the answer is no, which then is the end of this step.
    if [ -n "${RELOC_OUT-}" ]; then exec >"$RELOC_OUT"; fi
    exec "$program" "${arguments[@]}"
fi

if [ -z "${RELOC_OUT-}" ] || [ "$RELOC_OUT" = - ]; then fail 'apply needs out, the name of the image'; fi
map=${RELOC_MAP:-$(mktemp -d "${RUNNER_TEMP:-/tmp}/reloc.XXXXXX")/map.json}
if [ "$map" = - ]; then fail 'map is the name of a file'; fi
"$program" "${arguments[@]}" --map "$map" -- "$RELOC_IN" "$RELOC_OUT"
base=$(sed -n 's/^  "base" : "\(0x[0-9a-f]*\)",$/\1/p' "$map")
sha256=$(sha256sum <"$RELOC_OUT")
{
    printf 'image=%s\n' "$RELOC_OUT"
    printf 'map=%s\n' "$map"
    printf 'base=%s\n' "$base"
    printf 'sha256=%s\n' "${sha256%% *}"
} >>"$GITHUB_OUTPUT"
