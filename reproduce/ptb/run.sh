#!/usr/bin/env bash
# The Penn Treebank as text VAEs are measured on it: prepares the given parts, trains models of the field's sizes (LSTM of 256, embeddings
# of 256, code of 32) with several objectives and seeds, measures them on the test part, and prints a Markdown table. Choices (rate, epochs,
# dropout) were made on the validation part, which also gives the weights that are kept; the test part is read at the end only.
#
#   reproduce/ptb/run.sh PTB OUT                           PTB has ptb.train.txt, ptb.valid.txt, ptb.test.txt, as they are or with .gz
#   RUNS=vae,autogen-m1 SEEDS=1 reproduce/ptb/run.sh PTB OUT
#
# RUNS (vae,bn-vae-0.6,autogen-m0.25,autogen-m1,beta-vae-0.5): names that `reprise study --runs` knows. SEEDS (3). EPOCHS (10).
# AT_ONCE (2): runs at the same time.
# REPRISE (reprise): the command.
# What is finished is not done again; an interrupted run goes on.
set -euo pipefail

ptb=${1:?the folder of ptb.train.txt, ptb.valid.txt and ptb.test.txt} out=${2:?a folder for corpus, runs and figures}
read -ra reprise <<< "${REPRISE:-reprise}"
runs=${RUNS:-vae,bn-vae-0.6,autogen-m0.25,autogen-m1,beta-vae-0.5} seeds=${SEEDS:-3} epochs=${EPOCHS:-10}
corpus="$out/corpus" study="$out/study" figures="$out/figures"
mkdir -p "$out" "$figures"

part() { # NAME: the file of a part
  local file="$ptb/ptb.$1.txt"
  [[ -f "$file" ]] || file="$file.gz"
  [[ -f "$file" ]] || { echo "$ptb: neither ptb.$1.txt nor ptb.$1.txt.gz is there" >&2; exit 2; }
  echo "$file"
}

if [[ ! -f "$corpus/corpus.json" ]]; then
  train=$(part train) validation=$(part valid) test=$(part test)
  "${reprise[@]}" prepare "$train" --validation "$validation" --test "$test" --out "$corpus" --quiet \
    --format lines --tokenizer whitespace --keep-case --language en \
    --min-words 1 --max-words 100 --max-unknown 1 --vocabulary 10000 > /dev/null
fi
sentences=$(sed -n 's/^ *"train": *\([0-9]*\).*/\1/p' "$corpus/corpus.json")
steps=$(((sentences + 31) / 32)) # an epoch: 1,315
# A study that is there goes on with the options that it has, and gets the runs that it lacks.
"${reprise[@]}" study "$corpus" --out "$study" --train-only --runs "$runs" --seeds "$seeds" --steps $((epochs * steps)) \
  --preset small --embedding 256 --hidden 256 --latent 32 --batch 32 \
  --rate 0.002 --decay 0.6 --output-dropout 0.4 --embedding-dropout 0.3 --variational-dropout on \
  --evaluate-every "$steps" --evaluate-on 3370 --keep-best --runs-at-once "${AT_ONCE:-2}"
for run in "$study"/runs/*/; do
  name=$(basename "$run") file="$figures/$(basename "$run").json"
  if [[ ! -s "$file" || "$run/model.safetensors" -nt "$file" ]]; then
    "${reprise[@]}" evaluate "$run" --corpus "$corpus" --part test --quiet --json --position-sentences 0 --reconstruct 3761 \
      --importance-sentences 500 --importance-samples 200 > "$file.partial"
    mv "$file.partial" "$file"
  fi
done

# A row for each objective: means over the seeds, ± their standard deviation.
for file in "$figures"/*.json; do
  run=$(basename "$file" .json)
  minutes=$(sed -n 's/.*"seconds": *\([0-9.]*\).*/\1/p' "$study/runs/$run/progress.json" | head -1)
  printf '%s %s ' "${run%-seed*}" "${minutes:-0}"
  tr ',{' '\n\n' < "$file" | awk -F: '
    { gsub(/["{}]/, ""); if (!($1 in value)) value[$1] = $2 }
    END { print value["nll"], value["kl"], value["nll"] + value["kl"], value["perplexity"], value["importancePerplexity"],
      value["activeUnits"], value["mutualInformation"], 100 * value["wordAccuracy"], 100 * value["exactMatch"] }'
done | awk '
  function cell(name, column, digits,    n, mean) {
    n = count[name]
    mean = sum[name, column] / n
    return n > 1 ? sprintf("%." digits "f ± %." digits "f", mean, spread(name, column, mean)) : sprintf("%." digits "f", mean)
  }
  function spread(name, column, mean,    i, total) {
    for (i = 1; i <= count[name]; i++)
      total += (seen[name, column, i] - mean) ^ 2
    return sqrt(total / (count[name] - 1))
  }
  {
    if (!($1 in count))
      order[++rows] = $1
    i = ++count[$1]
    for (c = 2; c <= NF; c++) {
      seen[$1, c, i] = $c
      sum[$1, c] += $c
    }
  }
  END {
    print "| run | seeds | minutes | nll | KL | nll + KL | perplexity, at most | importance-weighted | active units |" \
      " mutual information | words | whole |"
    print "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for (r = 1; r <= rows; r++) {
      name = order[r]
      printf "| %s | %d | %.1f | %s | %s | %s | %s | %s | %s | %s | %s %% | %s %% |\n", name, count[name], sum[name, 2] / count[name] / 60,
        cell(name, 3, 2), cell(name, 4, 2), cell(name, 5, 2), cell(name, 6, 1), cell(name, 7, 1), cell(name, 8, 1), cell(name, 9, 2),
        cell(name, 10, 1), cell(name, 11, 1)
    }
  }'

# Published, as their authors print it; bounds on nll + KL in nats a sentence.
cat <<'END'

| published | nll | KL | nll + KL | perplexity, at most |
|---|---:|---:|---:|---:|
| LSTM VAE, 256 units, 32 dimensions, dropout 0.5, 100 epochs (Texar, `vae_text`) | | | 102.10 | 105.5 |
| the same with a transformer as the decoder | | | 101.48 | 102.5 |
| GRU VAE, 4 epochs (timbmg/Sentence-VAE) | 103.97 | 7.27 | 111.24 | |
END
