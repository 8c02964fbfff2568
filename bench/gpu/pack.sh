#!/usr/bin/env bash
# Packs the files that a machine with a GPU and without .NET needs beside a copy of this checkout. Runs on a machine with .NET.
#
#   bench/gpu/pack.sh [CORPUS]
#
# Writes bench/gpu/packed/runtime.tar.xz (the .NET runtime), reprise.tar.xz (the command line and the tests, for x86-64 Linux) and, with a
# folder that `reprise prepare` made, corpus.tar.xz. Unpacked by bench/gpu/card.sh.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packed=$root/bench/gpu/packed
corpus=${1:-}
limit_mib=55
[[ -z "$corpus" || -f "$corpus/corpus.json" ]] || {
  echo "pack.sh: $corpus: no corpus.json; expected a folder that \`reprise prepare\` made" >&2
  exit 2
}

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
mkdir -p "$packed"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

pack() { # NAME FOLDER FILES...: the same bytes for the same files
  local name=$1 folder=$2
  shift 2
  tar --create --directory "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$@" \
    | xz -6 -T0 > "$packed/$name.tar.xz.tmp"
  mv "$packed/$name.tar.xz.tmp" "$packed/$name.tar.xz"
}

# The tests refer to the command line, so that publishing them publishes both.
dotnet publish "$root/tests/Reprise.Tests" --configuration Release --runtime linux-x64 --self-contained false \
  --output "$temporary/reprise" --verbosity quiet
for program in Reprise.Cli Reprise.Tests; do
  for file in "$program.dll" "$program.runtimeconfig.json"; do
    [[ -f "$temporary/reprise/$file" ]] || { echo "pack.sh: publishing gave no $file" >&2; exit 1; }
  done
done
rm -f "$temporary"/reprise/*.xml
git -C "$root" describe --always --dirty > "$temporary/reprise/version.txt" 2> /dev/null || echo unknown > "$temporary/reprise/version.txt"
pack reprise "$temporary" reprise

# The newest patch of the runtime that they need.
wanted=$(sed -n 's/.*"version": "\([0-9]*\.[0-9]*\)\..*/\1/p' "$temporary/reprise/Reprise.Cli.runtimeconfig.json" | head -n 1)
read -r version folder < <(dotnet --list-runtimes \
  | sed -n "s/^Microsoft\.NETCore\.App \($wanted\.[^ ]*\) \[\(.*\)\]$/\1 \2/p" | sort -V | tail -n 1) \
  || { echo "pack.sh: no Microsoft.NETCore.App $wanted: see dotnet --list-runtimes" >&2; exit 1; }
home=$(cd "$folder/../.." && pwd)
fxr=$(find "$home/host/fxr" -mindepth 1 -maxdepth 1 -name "$wanted.*" -printf '%f\n' | sort -V | tail -n 1)
[[ -n "$fxr" ]] || { echo "pack.sh: no host/fxr/$wanted.* in $home" >&2; exit 1; }
pack runtime "$home" --transform='s,^,runtime/,' dotnet "host/fxr/$fxr" "shared/Microsoft.NETCore.App/$version"

if [[ -n "$corpus" ]]; then
  pack corpus "$corpus" --transform='s,^\.,corpus,' .
else
  rm -f "$packed/corpus.tar.xz"
fi

(cd "$packed" && du --apparent-size -k -- *.tar.xz* | sort -k 2)
kib=$(cat "$packed"/*.tar.xz* | wc -c | awk '{ print int($1 / 1024) }')
echo "$((kib / 1024)) MiB in all: .NET $version, $(cat "$temporary/reprise/version.txt")${corpus:+, a corpus}"
((kib < limit_mib * 1024)) || { echo "pack.sh: expected less than $limit_mib MiB" >&2; exit 1; }
