#!/usr/bin/env bash
# Trials of what makes codes learn fast: each is a study of the VAE and of AutoGen with m = 1 and m = 4, with the preset `small` and the
# trial's flags (trials.txt). The end of a run is given in steps, so that every trial runs its whole schedule and can be repeated bit for
# bit; for equal seconds the steps are those that the trial does in that time, measured first.
#
#   reproduce/learning/run.sh CORPUS OUT              every trial, 2 minutes a run
#   reproduce/learning/run.sh CORPUS OUT now before   these trials
#
# MINUTES (2): minutes of a run. STEPS: steps of a run in their place. SEEDS (3). RUNS (vae,autogen-m1,autogen-m4). JUDGE (2000): sentences
# of each measurement. REPRISE (reprise): the command. Nothing else may run: speeds are measured. What is finished is not done again.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
corpus=${1:?the folder of a corpus} out=${2:?a folder for the studies}
shift 2
read -ra reprise <<< "${REPRISE:-reprise}"
steps=${STEPS:-} minutes=${MINUTES:-2} seeds=${SEEDS:-3} runs=${RUNS:-vae,autogen-m1,autogen-m4}
measured=300 # steps by which a trial's speed is measured
mkdir -p "$out"

steps_of() { # NAME FLAGS...: the steps of a trial
  local name=$1 rate="$out/$1.speed"
  shift
  if [[ -n "$steps" ]]; then
    echo "$steps"
    return
  fi
  if [[ ! -s "$rate" ]]; then
    "${reprise[@]}" train "$corpus" --out "$out/.speed" --overwrite --m 1 --steps "$measured" --evaluate-every 0 --evaluate-on 0 \
      --quiet --json "$@" < /dev/null | sed -n 's/.*"seconds":\([0-9.]*\).*/\1/p' > "$rate"
    rm -rf "$out/.speed"
  fi
  awk -v minutes="$minutes" -v steps="$measured" '{ printf "%d\n", 100 * int(60 * minutes * steps / $1 / 100) }' "$rate"
}

studies=()
while read -r name flags; do
  [[ -z "$name" || "$name" == "#"* ]] && continue
  (($# == 0)) || [[ " $* " == *" $name "* ]] || continue
  read -ra words <<< "$flags"
  count=$(steps_of "$name" ${words[@]+"${words[@]}"})
  study="$out/$name-$count"
  [[ -d "$study" ]] || echo "$name: $count steps" >&2
  # A study that is there goes on with the options that it has, and gets the runs and seeds that it lacks.
  new=()
  [[ -f "$study/study.json" ]] || new=(--preset small --steps "$count" --judge "${JUDGE:-2000}" ${words[@]+"${words[@]}"})
  "${reprise[@]}" study "$corpus" --out "$study" --runs "$runs" --seeds "$seeds" --quiet ${new[@]+"${new[@]}"} < /dev/null > /dev/null
  studies+=("$study")
done < "$here/trials.txt"
((${#studies[@]})) || { echo "no such trial in trials.txt: $*" >&2; exit 2; }
"${reprise[@]}" compare "${studies[@]}"
