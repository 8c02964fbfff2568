# shellcheck shell=bash
# The common part of card.sh and first.sh: paths, unpacking, the environment of our programs. Sourced, not run.
# shellcheck disable=SC2034 # the scripts that source this use the variables

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/bench/gpu
packed=$here/packed
unpacked=$here/unpacked
PYTHON=${PYTHON:-python3}
OUT=${OUT:-}
rehearsal=${CARD_REHEARSAL:-}
corpus=$unpacked/corpus
reprise=("$unpacked/runtime/dotnet" "$unpacked/reprise/Reprise.Cli.dll")
tests=("$unpacked/runtime/dotnet" "$unpacked/reprise/Reprise.Tests.dll")
tests+=(-preEnumerateTheories -noColor -noLogo -noAutoReporters -parallel none)
results=("$PYTHON" "$here/results.py")
ptx=$root/src/Reprise.Numerics/Kernels/Cuda/Kernels.ptx

usage() { # the comment at the script's head
  sed -n '2,/^set/p' "$0" | sed '$d; /^# shellcheck/d; s/^# \{0,1\}//' >&2
  exit 2
}

say() { echo "== $* (after $SECONDS s)"; }

# xz, or Python's lzma module where it is missing.
compress() {
  if command -v xz > /dev/null; then
    xz "$@"
  else
    "$PYTHON" -c 'import lzma, shutil, sys
with lzma.open(sys.stdout.buffer, "wb", preset=1) as out:
    shutil.copyfileobj(sys.stdin.buffer, out)'
  fi
}

decompress() {
  if command -v xz > /dev/null; then
    xz --decompress
  else
    "$PYTHON" -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer)'
  fi
}

need_packed() { # ends the script where there is nothing to unpack
  local name
  for name in runtime reprise corpus; do
    [[ -f "$packed/$name.tar.xz" || -d "$unpacked/$name" ]] && continue
    echo "${0##*/}: $packed/$name.tar.xz is missing: git ignores bench/gpu/packed, so that it must be copied explicitly;" \
      "bench/gpu/pack.sh CORPUS makes it on a machine with .NET" >&2
    exit 2
  done
}

unpack() {
  local name file stamp
  need_packed
  mkdir -p "$unpacked"
  for name in runtime reprise corpus; do
    file=$packed/$name.tar.xz
    [[ -f "$file" ]] || continue
    stamp=$(cksum < "$file")
    [[ "$(cat "$unpacked/$name.stamp" 2> /dev/null)" == "$stamp" ]] && continue
    rm -rf "${unpacked:?}/$name"
    decompress < "$file" | tar --extract --directory "$unpacked" --no-same-owner || exit 2
    chmod -R u+rwX "$unpacked/$name"
    echo "$stamp" > "$unpacked/$name.stamp"
  done
  chmod u+x "$unpacked/runtime/dotnet"
}

packages() { # where Python keeps PyTorch; nothing where it has none
  "$PYTHON" -c 'import importlib.util, os
torch = importlib.util.find_spec("torch")
print(os.path.dirname(os.path.dirname(torch.origin)) if torch else "")' 2> /dev/null
}

tool() { # NAME: the path of one of NVIDIA's programs; nothing where there is none
  local path at
  at=$(packages)
  at=${at:-/nowhere}
  for path in "$(command -v "$1")" /usr/local/cuda*/bin/"$1" /opt/nvidia/nsight-compute/*/"$1" \
    "$at"/nvidia/*/bin/"$1" "$at/triton/backends/nvidia/bin/$1"; do
    [[ -f "$path" ]] || continue
    [[ -x "$path" ]] || chmod u+x "$path" 2> /dev/null
    [[ -x "$path" ]] && { echo "$path"; return; }
  done
}

environment() {
  export DOTNET_ROOT=$unpacked/runtime DOTNET_gcServer=0 DOTNET_EnableDiagnostics=0
  export DOTNET_EnableWriteXorExecute=0 # memory mapped twice is slow, or refused, in some sandboxes
  export HOME=${HOME:-$unpacked} # the driver caches compiled kernels there
  export CUDA_CACHE_PATH=$unpacked/.cuda # the driver compiles our kernels once
  export PYTHONUNBUFFERED=1
  libraries
}

# cublasLt from Python's packages, the newest first, so that PyTorch uses the same. cublasLt opens NVRTC by its file name.
libraries() {
  [[ -z "${REPRISE_CUDA_PATH:-}" ]] || return 0
  local found
  found=$("$PYTHON" - "$(packages)" << 'PY'
import glob, os, sys

places = ["/usr/local/cuda*/lib64"]
if sys.argv[1]:
    places = [os.path.join(sys.argv[1], "nvidia", "*", "lib"), os.path.join(sys.argv[1], "torch", "lib")] + places
folders = [folder for place in places for folder in sorted(glob.glob(place))]
having = lambda name: [folder for folder in folders if glob.glob(os.path.join(folder, name))]
newest = having("libcublasLt.so.13") + having("libcublasLt.so.12")
print(":".join(dict.fromkeys(newest)))
print(":".join(dict.fromkeys(newest + having("libnvrtc.so.*") + having("libnvJitLink.so.*"))))
PY
)
  REPRISE_CUDA_PATH=$(sed -n 1p <<< "$found")
  found=$(sed -n 2p <<< "$found")
  export REPRISE_CUDA_PATH
  [[ -z "$found" ]] || export LD_LIBRARY_PATH=$found${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

# The ids of the GPU's tests, as arguments of the test program: all, or those whose names match.
ids_of_tests() { # FOLDER [REGEX]
  REPRISE_CUDA_TESTS=device "${tests[@]}" -list full/json > "$1/tests.json"
  "${results[@]}" tests "$1/tests.json" ${2:+--only "$2"} | sed 's/^/-id\n/'
}
