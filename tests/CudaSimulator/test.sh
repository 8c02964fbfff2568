#!/usr/bin/env bash
# Builds the simulator with its test kernels into a folder, and its tests beside it: test.sh OUT_DIR [TEST]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: test.sh OUT_DIR [TEST]}
KERNELS=$here/TestKernels.cu "$here/build.sh" "$out"
for compiler in ${CXX:-} clang++-19 clang++ g++; do
  command -v "$compiler" > /dev/null && break
done
"$compiler" -O1 -std=c++20 -ffp-contract=off -Wall "$here/Tests.cpp" -o "$out/Tests" \
  -L"$out" -l:libcuda.so.1 -Wl,-rpath,'$ORIGIN' -ldl -lpthread
"$out/Tests" "${@:2}"
