#!/usr/bin/env bash
# Checks and measures the CUDA back end on a machine with a GPU and without .NET. bench/gpu/pack.sh makes bench/gpu/packed/ for it on a
# machine with .NET.
#
#   bench/gpu/card.sh parity                                compares results with the processor's, and the bytes of two runs
#   bench/gpu/card.sh speed [presets] [train] [table]       measures a step's time beside PyTorch's; also [compiled], which takes long
#   bench/gpu/card.sh study SECONDS [STEPS] [FLAGS...]      trains the paper's four models for this time, or continues it
#   bench/gpu/card.sh judge SECONDS [FLAGS...]              evaluates what study trained, and writes its report
#
# Results are copied to $OUT, if that is set. CARD_SECONDS (560) limits parity and speed. $PYTHON (python3) names a Python with PyTorch.
# CARD_REHEARSAL=1 shrinks everything, for a machine with a simulated GPU in REPRISE_CUDA_PATH.
# shellcheck disable=SC2317,SC2015,SC2086 # commands are called by their names; flags are words of a string
set -uo pipefail

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

STUDY=${STUDY:-$unpacked/study}
limit=${CARD_SECONDS:-560}

left() { echo $((limit - SECONDS)); }

# Ends a program after so many seconds: by SIGTERM, so that it can save, and 30 s later by SIGKILL. Without time left it ends at once.
within() {
  local seconds=$1
  shift
  timeout --signal=TERM --kill-after=30 "$((seconds > 1 ? seconds : 1))" "$@"
}

at_most() { echo $(($1 < $(left) ? $1 : $(left))); }

failures=0
rows=()
row() { # NAME STATUS WHAT: a line of the table at the end
  local word=ok
  (($2 == 0)) || { word=FAILED; failures=$((failures + 1)); }
  rows+=("$(printf '%-34s %-7s %s' "$1" "$word" "$3")")
  say "${rows[-1]}"
}

# ---- parity

train() { # FOLDER FLAGS...: the same training for every device
  local folder=$1
  shift
  local sizes=(--preset small --report-every 20 --evaluate-on 200) steps=200
  if [[ -n "$rehearsal" ]]; then
    sizes=(--preset small --embedding 8 --hidden 16 --latent 4 --batch 4 --report-every 2 --evaluate-on 4)
    steps=6
  fi
  [[ " $* " == *" --resume "* ]] && sizes=() || rm -rf "$folder"
  [[ " $* " == *" --steps "* ]] || sizes+=(--steps "$steps")
  within "$(at_most 120)" "${reprise[@]}" train "$corpus" --out "$folder" "${sizes[@]}" --evaluate-every 0 --seed 7 "$@" 2>&1 | tail -n 4
}

compare() { # NAME FIRST SECOND TOLERANCES...
  local name=$1 first=$2 second=$3 text status
  shift 3
  text=$("${results[@]}" logs "$first/log.jsonl" "$second/log.jsonl" "$@" 2>&1)
  status=$?
  row "$name" $status "$(tail -n 1 <<< "$text")"
}

same() { # NAME FIRST SECOND
  local status=0
  cmp "$2/model.safetensors" "$3/model.safetensors" || status=1
  row "$1" $status "model.safetensors of both compared byte by byte"
}

parity() {
  local runs=$unpacked/parity half=100
  [[ -z "$rehearsal" ]] || half=3
  mkdir -p "$runs"

  local ptxas
  ptxas=$(tool ptxas)
  if [[ -n "$ptxas" ]]; then
    say "registers and spills of the kernels"
    "$ptxas" -arch=sm_90 -v -o /dev/null "$ptx" 2>&1 | "${results[@]}" registers
  fi

  say "the tests of the GPU"
  local ids text status
  mapfile -t ids < <(ids_of_tests "$runs")
  local most=${CARD_TESTS:-0} # a rehearsal may run the first few only
  ((most == 0)) || ids=("${ids[@]:0:2*most}")
  say "$((${#ids[@]} / 2)) tests"
  if ((${#ids[@]})); then
    REPRISE_CUDA_TESTS=device within "$(at_most 300)" "${tests[@]}" -reporter json "${ids[@]}" \
      > "$runs/tests.jsonl" 2> "$runs/tests.err"
    tail -n 20 "$runs/tests.err"
  else
    : > "$runs/tests.jsonl"
  fi
  text=$("${results[@]}" tested "$runs/tests.jsonl" 2>&1)
  status=$?
  echo "$text"
  row "tests" $status "$(tail -n 1 <<< "$text")"
  [[ -z "$OUT" ]] || compress -6 < "$runs/tests.jsonl" > "$OUT/tests.jsonl.xz"

  say "the same training on processor and GPU"
  train "$runs/cpu" --device cpu
  local precision
  for precision in fp32 tf32 bf16; do
    train "$runs/$precision" --device cuda --precision "$precision"
  done
  # A report is a mean over 20 steps. Between two vector widths of a processor nll differs by a relative 3e-8 and kl by 5e-6 nats;
  # between processor and simulated device (other sizes, bf16) by 5e-5 and 1e-3 nats. The tolerances are wider, because a GPU sums in
  # other orders and has exponentials of its own.
  compare "cpu = cuda, fp32" "$runs/cpu" "$runs/fp32" --nll 1e-5 --kl 1e-4 --kl-nats 1e-4
  compare "cpu = cuda, tf32" "$runs/cpu" "$runs/tf32" --nll 2e-4 --kl 5e-3 --kl-nats 5e-3
  compare "cpu = cuda, bf16" "$runs/cpu" "$runs/bf16" --nll 1e-3 --kl 2e-2 --kl-nats 2e-2

  say "the same bytes"
  for precision in fp32 bf16; do
    train "$runs/again" --device cuda --precision "$precision"
    same "same seed, same bytes, $precision" "$runs/$precision" "$runs/again"
  done
  train "$runs/halves" --device cuda --steps "$half"
  train "$runs/halves" --device cuda --resume --steps $((2 * half))
  same "stopped and resumed, bf16" "$runs/bf16" "$runs/halves"
  local name
  for name in cpu fp32 tf32 bf16; do
    [[ -z "$OUT" || ! -f "$runs/$name/log.jsonl" ]] || cp "$runs/$name/log.jsonl" "$runs/log-$name.jsonl"
  done
  [[ -z "$OUT" ]] || (cd "$runs" && tar --create log-*.jsonl) | compress -6 > "$OUT/parity-logs.tar.xz"

  say "parity"
  printf '%s\n' "${rows[@]}"
}

# ---- speed

number=0
declare -a bench_numbers=() bench_arguments=() train_numbers=() train_arguments=() torch_arguments=()

measure() { # NAME REPRISE_FLAGS PYTORCH_FLAGS: adds a row to the table of measurements
  number=$((number + 1))
  printf '%02d\t%s\t%s\n' "$number" "$1" "$3" >> "$raw/what.tsv"
  torch_arguments+=("$3")
  if [[ "$3" == *--corpus* ]]; then
    train_numbers+=("$(printf %02d "$number")") train_arguments+=("$2")
  else
    bench_numbers+=("$(printf %02d "$number")") bench_arguments+=("$2")
  fi
}

run_measurements() { # SECONDS of each part: PyTorch first, because it is quick, then Reprise
  local seconds=$1 i torch_device=(--device cuda)
  [[ -z "$rehearsal" ]] || torch_device=(--device cpu --quick)
  say "PyTorch: ${#torch_arguments[@]} measurements"
  printf '%s\n' "${torch_arguments[@]}" > "$raw/list"
  within "$(left)" "$PYTHON" "$here/pytorch_step.py" "${torch_device[@]}" --seconds 2 --warm-up 3 --list "$raw/list" \
    >> "$raw/pytorch.jsonl"
  for i in "${!bench_numbers[@]}"; do
    (($(left) > 20)) || { say "no time for ${bench_arguments[i]}"; continue; }
    say "reprise bench ${bench_arguments[i]}"
    within "$(left)" "${reprise[@]}" bench --device cuda --json --quiet --seconds "$seconds" ${bench_arguments[i]} \
      > "$raw/${bench_numbers[i]}.json" || say "it failed"
  done
  for i in "${!train_numbers[@]}"; do
    (($(left) > 20)) || { say "no time for ${train_arguments[i]}"; continue; }
    say "reprise train ${train_arguments[i]}"
    rm -rf "$raw/run"
    within "$(left)" "${reprise[@]}" train "$corpus" --out "$raw/run" --device cuda --quiet --evaluate-every 0 --evaluate-on 0 \
      ${train_arguments[i]} > /dev/null || say "it failed"
    cp "$raw/run/log.jsonl" "$raw/${train_numbers[i]}.jsonl"
  done
  bench_numbers=() bench_arguments=() train_numbers=() train_arguments=() torch_arguments=()
}

speed() {
  local raw=$unpacked/speed preset precision value small="" status
  (($#)) || set -- presets train table
  rm -rf "$raw"
  mkdir -p "$raw"
  : > "$raw/what.tsv"
  : > "$raw/pytorch.jsonl"
  [[ -z "$rehearsal" ]] || small="--embedding 8 --hidden 16 --latent 4 --vocabulary 60 --batch 4"
  torch_arguments=(--peak)
  if [[ " $* " == *" presets "* ]]; then
    for preset in paper standard small; do
      for precision in bf16 tf32 fp32; do
        [[ -n "$rehearsal" && "$preset-$precision" != paper-bf16 ]] || measure "$preset, $precision" \
          "--preset $preset --precision $precision $small" "--preset $preset --precision $precision"
      done
    done
    run_measurements "$([[ -n "$rehearsal" ]] && echo 0.01 || echo 3)"
  fi
  if [[ " $* " == *" train "* ]]; then
    local train_flags="--minutes 0.2 --report-every 50"
    [[ -z "$rehearsal" ]] || train_flags="--embedding 8 --hidden 16 --latent 4 --batch 4 --steps 6 --report-every 2"
    for preset in "paper bf16" "paper fp32" "standard bf16" "small bf16"; do
      precision=${preset#* } preset=${preset% *}
      [[ -n "$rehearsal" && "$preset-$precision" != paper-bf16 ]] || measure "training on the corpus: $preset, $precision" \
        "--preset $preset --precision $precision $train_flags" "--preset $preset --precision $precision --corpus $corpus"
    done
    run_measurements 1
  fi
  if [[ " $* " == *" table "* ]]; then
    # The preset's own are 200, 500 and 20000.
    for value in "batch 32" "batch 1024" "hidden 256" "hidden 1024" "vocabulary 8000" "vocabulary 50000"; do
      [[ -n "$rehearsal" && "$value" != "batch 32" ]] || measure "paper, bf16, $value" \
        "--preset paper $([[ -n "$rehearsal" ]] && echo "$small" || echo "--$value")" "--preset paper --$value"
    done
    run_measurements "$([[ -n "$rehearsal" ]] && echo 0.01 || echo 1)"
  fi
  if [[ " $* " == *" compiled "* ]]; then
    measure "paper, bf16, PyTorch compiled" "--preset paper $small" "--preset paper --compile"
    run_measurements "$([[ -n "$rehearsal" ]] && echo 0.01 || echo 3)"
  fi

  say "speed"
  "${results[@]}" speed "$raw" | tee "$raw/speed.md"
  status=$?
  [[ -z "$OUT" ]] || tar --create --directory "$unpacked" --exclude run speed | compress -6 > "$OUT/speed.tar.xz"
  return $status
}

# ---- study

default() { # FLAG VALUE: adds it to the flags that do not have it
  [[ " ${flags[*]} " == *" $1 "* ]] || flags+=("$1" "$2")
}

resume_packed() {
  if [[ ! -d "$STUDY" && -f "$packed/study.tar.xz.aa" ]]; then
    say "continuing the packed study"
    mkdir -p "$STUDY"
    cat "$packed"/study.tar.xz.?? | decompress | tar --extract --directory "$STUDY" --no-same-owner || exit 2
  fi
}

pack_study() { # to $OUT: logs and reports always; the whole study where it fits, else the models, rounded
  [[ -n "$OUT" ]] || return 0
  say "packing the study"
  local whole most=$((56 << 20)) one=$((16 << 20)) run name
  (cd "$STUDY" && find . -type f -size -2000k ! -name '*.safetensors' ! -name '*.lock' ! -name 'events.*' -print0 \
    | tar --create --null --files-from -) | compress -6 > "$OUT/study-small.tar.xz"
  whole=$(find "$STUDY" -name '*.safetensors' -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')
  if ((whole < most)); then
    (cd "$STUDY" && find . -type f ! -name '*.lock' -print0 | tar --create --null --files-from -) | compress -1 \
      | split --bytes=15M - "$OUT/study.tar.xz."
  else
    for run in "$STUDY"/runs/*/; do
      name=$(basename "$run")
      ( # in parallel, one process each
        mkdir -p "$unpacked/rounded/$name"
        cp "$run"/config.json "$run"/vocabulary.txt "$unpacked/rounded/$name/"
        "${results[@]}" rounded "$run/model.safetensors" "$unpacked/rounded/$name/model.safetensors" \
          && tar --create --directory "$unpacked/rounded" "$name" \
          | compress --lzma2=preset=1,lc=0,lp=2,pb=2 > "$unpacked/rounded/$name.tar.xz" \
          && (($(stat --format=%s "$unpacked/rounded/$name.tar.xz") < one)) \
          && cp "$unpacked/rounded/$name.tar.xz" "$OUT/$name-rounded.tar.xz"
        rm -rf "$unpacked/rounded/$name" "$unpacked/rounded/$name.tar.xz"
      ) &
    done
    wait
  fi
  ls -l "$OUT"
}

study() { # a stage gives every run the same number of steps; the next begins while there is time
  local seconds=${1:?study: expected SECONDS} steps="" target before after begun rate=0 code=0 first=1000
  shift
  [[ "${1:-}" =~ ^[0-9]+$ ]] && { steps=$1; shift; }
  flags=("$@")
  default --preset paper
  default --report-every 100
  default --evaluate-every 500
  default --evaluate-on 1000
  default --checkpoint-minutes 5
  [[ -z "$rehearsal" ]] || first=2
  [[ " ${flags[*]} " == *" --evaluate-early "* ]] || flags+=(--evaluate-early)
  resume_packed
  [[ -f "$STUDY.rate" && -d "$STUDY" ]] && rate=$(cat "$STUDY.rate")
  while ((SECONDS < seconds - 15)); do
    target=${steps:-$("${results[@]}" ahead "$STUDY" --seconds $((seconds - SECONDS)) --rate "$rate" --first "$first")}
    [[ "${target:-0}" -gt 0 ]] || break
    before=$("${results[@]}" made "$STUDY") begun=$SECONDS
    say "every run to $target steps"
    within $((seconds - SECONDS)) "${reprise[@]}" study "$corpus" --out "$STUDY" --device cuda --train-only --steps "$target" \
      "${flags[@]}" 2>&1 | tail -n 12
    code=${PIPESTATUS[0]}
    after=$("${results[@]}" made "$STUDY")
    ((after > before)) && { rate=$(awk "BEGIN { print ($after - $before) / ($SECONDS - $begun + 0.5) }"); echo "$rate" > "$STUDY.rate"; }
    say "$after steps in all, $rate a second"
    # 130: it saved at the end of its time; 124: the exit code of timeout
    [[ $code -eq 0 && -z "$steps" ]] || break
  done
  pack_study
  [[ $code -eq 0 || $code -eq 124 || $code -eq 130 ]]
}

judge() {
  local seconds=${1:?judge: expected SECONDS} code
  shift
  flags=("$@")
  default --judge 1000
  resume_packed
  within "$seconds" "${reprise[@]}" study "$corpus" --out "$STUDY" --device cuda "${flags[@]}" 2>&1 | tail -n 40
  code=${PIPESTATUS[0]}
  pack_study
  [[ $code -eq 0 || $code -eq 124 || $code -eq 130 ]]
}

# ----

main() { # a function, so that bash reads the whole file before it begins: the file may be replaced
  local command=${1:-} status
  [[ "$command" =~ ^(parity|speed|study|judge)$ ]] || usage
  shift
  [[ -z "$OUT" ]] || mkdir -p "$OUT"
  unpack
  environment
  echo "Reprise $(cat "$unpacked/reprise/version.txt"), cublasLt in ${REPRISE_CUDA_PATH:-no folder of Python}, $(nproc) processors"
  if command -v nvidia-smi > /dev/null; then
    nvidia-smi -L
    nvidia-smi --query-gpu=driver_version,memory.total,clocks.max.sm,power.limit --format=csv
  fi
  "$command" "$@"
  status=$?
  say "done"
  exit $((status != 0 || failures > 0))
}

main "$@"
