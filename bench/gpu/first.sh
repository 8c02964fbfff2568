#!/usr/bin/env bash
# The first minutes with a GPU: finds faults, and measures where the time goes, within 200 seconds. bench/gpu/pack.sh makes
# bench/gpu/packed/ for it on a machine with .NET.
#
#   OUT=results bench/gpu/first.sh
#
# Every step has a time limit of its own, and none ends the script; $OUT/log.txt holds its output while it runs. $PYTHON (python3) names
# a Python with PyTorch. CARD_SECONDS (200) limits the whole, CARD_PATIENCE (1) multiplies the limit of each step. CARD_REHEARSAL=1
# shrinks everything, for a machine with a simulated GPU in REPRISE_CUDA_PATH.
# shellcheck disable=SC2317 # steps are called by their names
set -uo pipefail

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

limit=${CARD_SECONDS:-200}
patience=${CARD_PATIENCE:-1}
OUT=${OUT:-$unpacked/first-out}
work=$unpacked/first
log=$OUT/log.txt
sizes=() words=()
[[ -z "$rehearsal" ]] || { sizes=(--embedding 8 --hidden 16 --latent 4 --batch 4); words=(--vocabulary 60); }

# ---- Steps: each in a process of its own

machine() {
  local name
  if command -v nvidia-smi > /dev/null; then
    nvidia-smi
    nvidia-smi -q > "$OUT/machine.txt"
  else
    echo "no nvidia-smi"
  fi
  libraries
  for name in ptxas nvdisasm cuobjdump compute-sanitizer ncu; do
    echo "$name: $(tool "$name")"
  done
  {
    echo "REPRISE_CUDA_PATH=${REPRISE_CUDA_PATH:-}"
    echo "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}"
    "$PYTHON" - << 'PY'
import importlib.metadata, sys

names = sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions() if d.name)
print("Python", sys.version, *(name for name in names if name.lower().startswith(("nvidia", "torch", "triton"))), sep="\n")
PY
    ldconfig -p | grep -E 'libcuda\.|cublasLt|nvrtc'
    ls -d /usr/local/cuda*
    lscpu
    free -m
    df -h "$unpacked" "$OUT"
  } >> "$OUT/machine.txt" 2>&1
  head -n 2 <<< "$(grep -E '^(REPRISE_CUDA|LD_LIB)' "$OUT/machine.txt")"
}

kernels() { # registers, spills and instructions of the kernels as compiled for the GPU
  local ptxas disassembler
  ptxas=$(tool ptxas)
  [[ -n "$ptxas" ]] || { echo "no ptxas: skipped"; return 0; }
  "$ptxas" -arch=sm_90 -v -o "$work/kernels.cubin" "$ptx" 2>&1 | "${results[@]}" registers
  [[ -f "$work/kernels.cubin" ]] || return 1
  disassembler=$(tool nvdisasm)
  if [[ -n "$disassembler" ]]; then
    "$disassembler" -c "$work/kernels.cubin" | compress -6 > "$OUT/sass.xz"
    return
  fi
  disassembler=$(tool cuobjdump)
  if [[ -n "$disassembler" ]]; then
    "$disassembler" -sass "$work/kernels.cubin" | compress -6 > "$OUT/sass.xz"
    return
  fi
  echo "no nvdisasm and no cuobjdump: kernels.cubin is kept, to be disassembled elsewhere"
  compress -6 < "$work/kernels.cubin" > "$OUT/kernels.cubin.xz"
}

bench() { # NAME FLAGS...: a line of bench.jsonl, and its summary
  local name=$1 json
  shift
  json=$("${reprise[@]}" bench --device cuda --step-only --json --quiet "$@" "${sizes[@]}" "${words[@]}") || return
  printf '{"name": "%s", "bench": %s}\n' "$name" "$json" >> "$OUT/bench.jsonl"
  "${results[@]}" step "$OUT/bench.jsonl"
}

small() { bench "small, fp32" --preset small --precision fp32 --seconds "$(seconds 2)"; }
paper() { bench "paper, bf16" --preset paper --seconds "$(seconds 3)"; }
slice() { REPRISE_CUDA_SLICE=$1 bench "paper, bf16, slices of $1 logits" --preset paper --seconds "$(seconds 2)"; }
seconds() { [[ -n "$rehearsal" ]] && echo 0.01 || echo "$1"; }

lstm() { # the tests of the recurrence alone, in bf16; with a program before it
  local ids
  mapfile -t ids < <(ids_of_tests "$work" 'ParityTests\.Lstm.*"cuda"')
  ((${#ids[@]})) || { echo "no such test"; return 1; }
  REPRISE_CUDA_TESTS=device "$@" "${tests[@]}" -reporter json "${ids[@]}" 2>&1 | tee "$work/lstm.jsonl" >> "$OUT/lstm.txt"
  "${results[@]}" tested "$work/lstm.jsonl"
}

one_by_one() { REPRISE_CUDA_ONE_BY_ONE=1 lstm; }

sanitizer() {
  local program
  program=$(tool compute-sanitizer)
  [[ -n "$program" ]] || { echo "no compute-sanitizer: skipped"; return 0; }
  lstm "$program" --tool memcheck --print-limit 20
  grep -a '^=========' "$OUT/lstm.txt" | head -n 40
}

before=() # a program that runs ours
trained() { # NAME FLAGS...: trains on the corpus into a folder of that name
  local name=$1
  shift
  rm -rf "${work:?}/$name"
  "${before[@]}" "${reprise[@]}" train "$corpus" --out "$work/$name" --device cuda --evaluate-every 0 --evaluate-on 0 --quiet \
    "${sizes[@]}" "$@"
}

launches() { # times of our launches and of cuBLASLt's products, in training
  local steps=200
  [[ -z "$rehearsal" ]] || steps=6
  REPRISE_CUDA_TIMES=$OUT/times.tsv trained launches --preset paper --steps "$steps" || return
  head -n 40 "$OUT/times.tsv"
}

profiler() { # the same with the names of cuBLASLt's kernels
  local program
  program=$(tool ncu)
  [[ -n "$program" ]] || { echo "no ncu: skipped"; return 0; }
  before=("$program" --clock-control none --metrics "gpu__time_duration.sum,launch__grid_size,launch__registers_per_thread")
  before+=(--launch-skip 500 --launch-count 300 --csv --log-file "$OUT/ncu.csv")
  REPRISE_CUDA_ONE_BY_ONE=1 trained profiled --preset paper --steps 8
  grep -c gpu__time_duration "$OUT/ncu.csv"
}

pytorch() {
  local device=(--device cuda)
  [[ -z "$rehearsal" ]] || device=(--device cpu --quick)
  printf '%s\n' "--preset paper --precision bf16" "--preset small --precision fp32" > "$work/list"
  "$PYTHON" "$here/pytorch_step.py" "${device[@]}" --seconds 2 --warm-up 3 --list "$work/list" | tee -a "$OUT/pytorch.jsonl"
}

twice() { # the same seed, the same bytes
  local turn steps=60
  [[ -z "$rehearsal" ]] || steps=6
  for turn in first second; do
    trained "$turn" --preset small --steps "$steps" --seed 7 || return
  done
  sha256sum "$work"/{first,second}/model.safetensors
  cmp "$work"/{first,second}/model.safetensors
}

# ----

rows=()

step() { # SECONDS FUNCTION ARGUMENTS...
  local seconds=$(($1 * patience)) left=$((limit - SECONDS - 5)) began=$SECONDS status offset word
  shift
  if ((left < 3)); then
    rows+=("$(printf '%-18s no time left' "$*")")
    return 1
  fi
  say "$*, at most $((seconds < left ? seconds : left)) s" | tee -a "$log"
  offset=$(stat --format=%s "$log")
  timeout --signal=TERM --kill-after=5 "$((seconds < left ? seconds : left))" bash "$here/first.sh" --step "$@" >> "$log" 2>&1 < /dev/null
  status=$?
  tail -c +$((offset + 1)) "$log" | tail -n 45
  word=ok
  ((status == 0)) || word="FAILED ($status)"
  ((status != 124 && status != 137)) || word="TOOK TOO LONG"
  rows+=("$(printf '%-18s %-14s %3d s' "$*" "$word" $((SECONDS - began)))")
  return $status
}

main() { # a function, so that bash reads the whole file before it begins: the file may be replaced
  if [[ "${1:-}" == --step ]]; then
    trap 'exit 124' TERM # after the program in hand: if that does not end either, timeout kills it with all of this step
    environment
    "${@:2}"
    exit
  fi
  (($# == 0)) || usage
  need_packed
  mkdir -p "$OUT" "$work"
  OUT=$(cd "$OUT" && pwd)
  export OUT
  rm -f "$OUT"/{bench.jsonl,pytorch.jsonl,lstm.txt,machine.txt}
  log=$OUT/log.txt
  : > "$log"

  step 10 machine
  step 20 kernels
  step 30 unpack
  step 25 small
  if ! step 30 lstm; then
    step 20 one_by_one
    step 30 sanitizer
    export REPRISE_CUDA_STEPWISE=1 # the other steps do not need the recurrence's own kernel
    say "the other steps run with REPRISE_CUDA_STEPWISE=1" | tee -a "$log"
  fi
  step 25 paper
  local logits
  for logits in 5000000 30000000 60000000; do
    step 18 slice $logits
  done
  step 20 launches
  step 25 profiler
  step 25 pytorch
  step 30 twice

  printf '%s\n' "" "${rows[@]}" "$SECONDS s in all" | tee -a "$log"
  ls -l "$OUT"
  [[ "${rows[*]}" != *FAILED* && "${rows[*]}" != *"TOO LONG"* && "${rows[*]}" != *"no time"* ]]
  exit
}

main "$@"
