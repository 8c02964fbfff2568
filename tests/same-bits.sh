#!/usr/bin/env bash
# Prints the SHA-256 of what fixed trainings, a fixed study and fixed commands leave behind, one line each, times left out.
# Two builds are the same to the bit, on one kind of processor, where their lines are:
#     tests/same-bits.sh "dotnet OLD/Reprise.Cli.dll" > old; tests/same-bits.sh "dotnet NEW/Reprise.Cli.dll" > new; diff old new
# With a folder as second argument, where OLD and NEW prepare other corpora of one text: the corpus is made there by the first run, and
# read there by the next.
# Takes about two minutes on two cores. Needs bash, coreutils, awk and sed.
set -euo pipefail
reprise=${1:?"usage: tests/same-bits.sh COMMAND [CORPUS], for example \"dotnet artifacts/bin/Reprise.Cli/release/Reprise.Cli.dll\""}
corpus=${2:+$(realpath "$2")}
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

# 900 different sentences of 4 to 9 words from a linear congruential generator.
awk 'BEGIN {
    n = split("the a one old small red green quiet", article, " "); m = split("dog cat bird child river house king boat", noun, " ")
    k = split("sees finds likes follows keeps leaves", verb, " "); p = split("near under behind without after", place, " ")
    x = 7
    for (i = 0; i < 900; i++) {
        s = article[r(n)] " " noun[r(m)] " " verb[r(k)] " " noun[r(m)]
        if (r(2) == 1) s = s " " place[r(p)] " the " noun[r(m)]
        if (r(3) == 1) s = s " and " verb[r(k)]
        print s " ."
    }
}
function r(most) { x = (x * 1103515245 + 12345) % 2147483648; return int(x / 65536) % most + 1 }' > text.txt
run() { $reprise "$@" --quiet > /dev/null || { echo "failed: reprise $*" >&2; exit 1; }; }
[ -e "${corpus:=$PWD/corpus}/corpus.json" ] || run prepare text.txt --out "$corpus" --format lines --test 0.1 --min-words 1
[ -e corpus ] || ln -s "$corpus" corpus

# Names of fields as they are now; without what depends on the clock.
log() { sed -E -e 's/,?"(seconds|sentences_per_second|tokens_per_second|sentencesPerSecond|tokensPerSecond)":[^,}]*//g' \
    -e ':a; s/"([a-zA-Z]*)_([a-z])([a-z_]*)":/"\1\u\2\3":/; ta' "$1"; }
sum() { sha256sum | cut -c1-64; }
show() { printf '%-62s %s %s\n' "$1" "$(sum < "$2/model.safetensors")" "$(log "$2/log.jsonl" | sum)"; }
sizes="--embedding 12 --hidden 20 --latent 6 --batch 32"
each="--steps 60 --report-every 10 --evaluate-every 20 --evaluate-on 40 --seed 3"
train() { # NAME FLAGS...
    local name=$1; shift
    for threads in 1 2; do
        rm -rf run
        run train corpus --out run $sizes $each --threads "$threads" "$@"
        show "$name, $threads threads" run
    done
}

for tying in tied untied; do
    for input in first-token initial-state every-step; do
        for objective in vae "autogen --m 2" "beta --beta 0.5" "annealed --anneal-steps 40" "free-bits --free-bits 0.1" \
                         "free-bits --free-bits 2 --per sentence" aggressive; do
            train "$objective, $input, $tying" --objective $objective --latent-input "$input" "--$tying"
        done
    done
    train "language-model, $tying" --objective language-model "--$tying"
    train "autogen, two posterior layers, words dropped as zeros, $tying" "--$tying" --posterior-layers 2 --word-drop-as zero --clip 0
done

# A run that is interrupted by its own end and goes on.
rm -rf run
run train corpus --out run $sizes $each --objective aggressive
run train --out run --resume --steps 90
show "aggressive, resumed" run

sizes="--embedding 64 --hidden 160 --latent 16 --batch 64" each="--steps 120 --report-every 20 --evaluate-every 60 --seed 3"
train "autogen, larger" --rate 0.005
for command in "reconstruct run" "generate run --count 8 --seed 5" "generate run --count 8 --temperature 1 --top-k 5" \
               "evaluate run --corpus corpus --importance-samples 20" "score run text.txt" \
               "interpolate run 'the dog sees cat .' 'a bird likes king .'" "nearest run 'the dog sees cat .' --in text.txt"; do
    printf '%-62s %s\n' "$command" "$(eval "$reprise $command --quiet" < <(head -n 40 text.txt) | sum)"
done

run study corpus --out study --embedding 12 --hidden 20 --latent 6 --batch 32 --steps 60 --report-every 10 --evaluate-every 20 --judge 60 \
    --runs vae,vae-annealed,autogen-m1,free-bits-0.1,aggressive,language-model --seeds 2
for file in $(cd study && find . -maxdepth 2 -type f \( -name '*.md' -o -name '*.html' -o -name '*.svg' -o -name '*.csv' \) | sort); do
    printf '%-62s %s\n' "study, $file" "$(sed -E 's/[0-9]+\.[0-9] min//g' "study/$file" | sum)"
done
