#!/usr/bin/env python3
"""The model `small` trained in plain PyTorch at a constant rate, for comparison with `reprise train`.

    pytorch.py CORPUS --minutes 10 --m 4             # the model of the preset as it is
    pytorch.py CORPUS --minutes 10 --m 4 --before    # as it was before it learnt faster
    pytorch.py CORPUS --minutes 10 --m 4 --adaptive  # with an adaptive softmax

The step is that of bench/gpu/pytorch_step.py. Prints the steps and the losses on the test part at the end: nll and kl in nats a sentence
with one code for each sentence, and the objective (1+m) nll + kl. Evaluation does not count as time of training.
Needs PyTorch 1.13 or later (python3-torch and libopenblas0-pthread in Debian). On two cores with OpenBLAS one thread was the fastest, with
an allocator that keeps its memory, which took a step from 0.12 s to 0.06 s:

    export OPENBLAS_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=67108864
    pytorch.py CORPUS --minutes 10 --m 1 --threads 1
"""
import argparse
import json
import os
import random
import sys
import time

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench", "gpu"))
import pytorch_step as step  # noqa: E402


class Adaptive(step.Autoencoder):
    """The model with an adaptive softmax (Grave et al. 2017) in the place of the exact one, whose embeddings are then not tied to it."""

    def __init__(self, o):
        super().__init__(o)
        words = o.vocabulary + step.SPECIAL
        self.adaptive = nn.AdaptiveLogSoftmaxWithLoss(o.embedding, words, [words // 8, words // 2], div_value=2, head_bias=True)
        self.losses = self._adaptive_losses

    def _adaptive_losses(self, h, targets, added):
        return -self.adaptive(self.projection(h) + added, targets).output.sum()


def batches(sentences, size, draw, pool=100):
    """Batches without end, each of sentences of about equal length: `pool` of them are sorted together, as `reprise train` does."""
    while True:
        order = list(range(len(sentences)))
        draw.shuffle(order)
        for first in range(0, len(order), pool * size):
            group = sorted(order[first:first + pool * size], key=lambda s: len(sentences[s]))
            parts = [group[at:at + size] for at in range(0, len(group), size)]
            draw.shuffle(parts)
            for part in parts:
                yield [sentences[s] for s in part]


def evaluate(model, o, sentences):
    word_drop, o.word_drop = o.word_drop, 0
    nll = kl = 0.0
    ordered = sorted(sentences, key=len)
    with torch.no_grad():
        for first in range(0, len(ordered), 128):
            part = ordered[first:first + 128]
            n, k = model(*step.make_batch(part))
            nll, kl = nll + len(part) * float(n), kl + len(part) * float(k)
    o.word_drop = word_drop
    nll, kl = nll / len(sentences), kl / len(sentences)
    return dict(nll=nll, kl=kl, objective=(1 + o.m) * nll + kl)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("corpus", metavar="CORPUS", help="a folder that `reprise prepare` made")
    p.add_argument("--minutes", type=float, default=10)
    p.add_argument("--m", type=float, default=1)
    p.add_argument("--before", action="store_true", help="one direction, code not in the softmax, 30 %% of the words dropped, rate 0.002")
    p.add_argument("--adaptive", action="store_true", help="an adaptive softmax in the place of the exact one")
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--seed", type=int, default=1)
    given = p.parse_args()
    if given.before and given.adaptive:
        p.error("--before and --adaptive: choose one of the two")
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    o = step.complete(step.parse(["--preset", "small", "--device", "cpu", "--corpus", given.corpus]))
    o.m = given.m
    if given.before:
        o.bidirectional, o.latent_input, o.word_drop, o.rate = False, "every-step", 0.3, 2e-3
    training, test = (step.corpus_sentences(given.corpus, sys.maxsize, part=part) for part in ("train", "test"))
    model = (Adaptive if given.adaptive else step.Autoencoder)(o)
    optimizer = torch.optim.Adam(model.parameters(), lr=o.rate)
    steps, begun = 0, time.perf_counter()
    for batch in batches(training, o.batch, random.Random(given.seed)):
        optimizer.zero_grad(set_to_none=True)
        nll, kl = model(*step.make_batch(batch))
        ((1 + o.m) * nll + kl).backward()
        nn.utils.clip_grad_norm_(model.parameters(), o.clip)
        optimizer.step()
        steps += 1
        seconds = time.perf_counter() - begun
        if seconds >= 60 * given.minutes:
            print(json.dumps(dict(seconds=round(seconds, 1), steps=steps, **evaluate(model, o, test))))
            return


if __name__ == "__main__":
    main()
