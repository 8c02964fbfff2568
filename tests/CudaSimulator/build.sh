#!/usr/bin/env bash
# Builds the simulated device: OUT_DIR/libcuda.so.1, which holds everything, and OUT_DIR/libcublasLt.so.12, a link to it.
#
#   build.sh OUT_DIR [-I FOLDER ...]
#
# The kernels are Kernels.cu of the product, or the file that $KERNELS names. Needs a C++20 compiler and nothing of CUDA.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: build.sh OUT_DIR [-I FOLDER ...]}
shift
kernels=${KERNELS:-$here/../../src/Reprise.Numerics/Kernels/Cuda/Kernels.cu}
cuda=$here/../../src/Reprise.Numerics/Kernels/Cuda

compiler=
for candidate in ${CXX:-} clang++-19 clang++ g++; do
  if command -v "$candidate" > /dev/null; then
    compiler=$candidate
    break
  fi
done
[[ -n "$compiler" ]] || { echo "build.sh: no C++ compiler: tried clang++-19, clang++ and g++" >&2; exit 1; }

mkdir -p "$out"
temporary=$(mktemp -d "$out/build.XXXXXX")
trap 'rm -rf "$temporary"' EXIT

# Products and sums are rounded one by one: the same bits on every machine.
flags=(-O2 -std=c++20 -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wno-unknown-pragmas -Wno-missing-field-initializers)
for source in Blocks Driver Launches CublasLt; do
  "$compiler" "${flags[@]}" -c "$here/$source.cpp" -o "$temporary/$source.o"
done
"$compiler" "${flags[@]}" -Wno-unused -x c++ -DREPRISE_SIMULATED "$@" -I"$here" -I"$cuda" -c "$kernels" -o "$temporary/Kernels.o"
"$compiler" -shared -Wl,-soname,libcuda.so.1 -Wl,--no-undefined,-z,nodelete "$temporary"/*.o -o "$temporary/libcuda.so.1"
mv "$temporary/libcuda.so.1" "$out/libcuda.so.1"
ln -sf libcuda.so.1 "$out/libcublasLt.so.12"
