#!/usr/bin/env python3
"""The training step of Reprise's model in plain PyTorch, timed, for comparison with `reprise bench` and `reprise train`.

    pytorch_step.py --preset paper --precision bf16
    pytorch_step.py --preset small --batch 200 --vocabulary 50000
    pytorch_step.py --corpus corpus --preset paper         # sentences of a prepared corpus, in batches of equal length
    pytorch_step.py --list FILE                            # a line of such arguments for each measurement
    pytorch_step.py --peak                                 # the GPU's peak: a large product in each precision
    pytorch_step.py --device cpu --quick                   # a rehearsal

Prints a line of JSON for each measurement. It is written as an experienced user of PyTorch would write it: cuDNN's LSTM over packed
sequences, words packed before they are embedded (nothing is computed for padding), Adam in one kernel, autocast, batches made beforehand in
pinned memory and copied while the GPU works, no waiting inside a step. docs/notation.md and src/Reprise/Model define the model.
Runs on PyTorch 1.13 and later.
"""
import argparse
import json
import math
import os
import random
import shlex
import struct
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

UNKNOWN, BEGIN, END, SPECIAL = 0, 1, 2, 3

# The presets of src/Reprise/Training/Presets.cs; vocabularies without the special words.
PRESETS = {
    "paper": dict(
        vocabulary=20000, embedding=300, hidden=500, latent=50, layers=2, latent_input="first-token", batch=200, rate=1e-4, clip=0,
        bidirectional=False, pooling="last", word_drop=0.3),
    "standard": dict(
        vocabulary=20000, embedding=300, hidden=500, latent=50, layers=0, latent_input="every-step-and-softmax", batch=128, rate=1e-3,
        clip=5, bidirectional=True, pooling="last", word_drop=0.0),
    "small": dict(
        vocabulary=8000, embedding=128, hidden=256, latent=32, layers=0, latent_input="every-step-and-softmax", batch=32, rate=3e-3,
        clip=5, bidirectional=True, pooling="last", word_drop=0.0),
}


class Autoencoder(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.o = o
        V, E, H, Z = o.vocabulary + SPECIAL, o.embedding, o.hidden, o.latent
        self.embedding = nn.Embedding(V, E)  # of encoder, decoder and softmax, if tied
        self.decoder_embedding = nn.Embedding(V, E) if o.untied else self.embedding
        self.encoder = nn.LSTM(E, H, bidirectional=o.bidirectional)
        pooled = 2 * H if o.bidirectional else H
        self.posterior = nn.Sequential(
            *[part for layer in range(o.layers) for part in (nn.Linear(H if layer else pooled, H), nn.Tanh())])
        self.mean, self.log_variance = (nn.Linear(H if o.layers else pooled, Z) for _ in range(2))
        self.decoder = nn.LSTM(E + Z if o.latent_input.startswith("every-step") else E, H)
        if o.latent_input == "every-step-and-softmax":
            self.latent_softmax = nn.Linear(Z, H if o.untied else E, bias=False)
        if o.latent_input == "first-token":
            self.first_token = nn.Linear(Z, E, bias=False)
        else:
            self.first_hidden, self.first_cell = nn.Linear(Z, H), nn.Linear(Z, H)
        if o.untied:
            self.output = nn.Linear(H, V)
        else:
            self.projection, self.output_bias = nn.Linear(H, E), nn.Parameter(torch.zeros(V))
        nn.init.normal_(self.embedding.weight, std=0.1)
        nn.init.normal_(self.decoder_embedding.weight, std=0.1)
        # Only these parts are compiled: the LSTMs are cuDNN's either way.
        self.code, self.losses = self._code, self._losses
        if o.compile:
            self.code, self.losses = torch.compile(self._code, dynamic=True), torch.compile(self._losses, dynamic=True)

    def forward(self, words, word_sizes, inputs, targets, row_sentences, target_sizes):
        """Returns nll and kl, means over sentences. All rows are packed step by step, the longest sentence first; sizes are rows a step."""
        o, B = self.o, int(target_sizes[0])
        states, (last, _) = self.encoder(PackedSequence(self.embedding(words), word_sizes))
        if o.pooling == "max":  # the encoder's rows are the decoder's but for the last step of each sentence
            rows = row_sentences[B:, None].expand(-1, states.data.shape[1])
            pooled = states.data.new_full((B, states.data.shape[1]), -math.inf).scatter_reduce(0, rows, states.data, "amax")
        else:
            pooled = torch.cat(list(last), dim=1)
        z, kl = self.code(pooled)

        dropped = torch.rand(len(inputs), device=inputs.device) < o.word_drop
        dropped[:B] = False  # the first input is no word
        x = self.decoder_embedding(inputs.masked_fill(dropped, UNKNOWN))
        start = None
        if o.latent_input == "first-token":
            x = torch.cat([self.first_token(z), x[B:]])
        else:
            start = (torch.tanh(self.first_hidden(z))[None], self.first_cell(z)[None])
        if o.latent_input.startswith("every-step"):
            x = torch.cat([x, z[row_sentences]], dim=1)
        out, _ = self.decoder(PackedSequence(x, target_sizes), start)
        self.lstm_type = str(out.data.dtype)  # under autocast cuDNN's LSTM computes in float16, also where the rest is bf16
        added = self.latent_softmax(z)[row_sentences] if o.latent_input == "every-step-and-softmax" else None
        return self.losses(out.data, targets, added) / B, kl.sum() / B

    def _code(self, h):
        h = self.posterior(h)
        mean, log_variance = self.mean(h).float(), self.log_variance(h).float()
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return z, 0.5 * (log_variance.exp() + mean * mean - 1 - log_variance)

    def _losses(self, h, targets, added):
        features = h if self.o.untied else self.projection(h)
        if added is not None:
            features = features + added
        logits = self.output(features) if self.o.untied else F.linear(features, self.embedding.weight, self.output_bias)
        return F.cross_entropy(logits, targets, reduction="sum")


def synthetic_sentences(count, vocabulary, seed=1):
    """Lengths and words by the distributions of src/Reprise.Benchmarks/SyntheticSentences.cs."""
    draw = random.Random(seed).random
    for _ in range(count):
        length = 5 + int(min(25, -8.44 * math.log(1 - draw())))
        yield [SPECIAL + int(min(vocabulary - 1, math.exp(draw() * math.log(vocabulary + 1)) - 1)) for _ in range(length)]


def corpus_sentences(folder, count, seed=1, part="train"):
    """A number of the sentences of a prepared corpus's part, drawn at random (docs/formats.md)."""
    with open(os.path.join(folder, part + ".safetensors"), "rb") as file:
        data = bytearray(file.read())
    size = struct.unpack_from("<Q", data)[0]
    header = json.loads(bytes(data[8:8 + size]))

    def read(name, types):
        kind = types[header[name]["dtype"]]
        first, last = header[name]["data_offsets"]
        count = (last - first) // torch.empty(0, dtype=kind).element_size()
        return torch.frombuffer(data, dtype=kind, offset=8 + size + first, count=count)

    offsets = read("offsets", {"I64": torch.int64})
    tokens = read("tokens", {"U16": torch.int16, "U32": torch.int32})
    chosen = random.Random(seed).sample(range(len(offsets) - 1), min(count, len(offsets) - 1))
    return [[word & 0xFFFF if tokens.dtype == torch.int16 else word for word in tokens[offsets[s]:offsets[s + 1]].tolist()] for s in chosen]


def pack(rows, pin=False):
    """Rows, the longest first, packed step by step, and the sizes of the steps."""
    lengths = torch.tensor([len(row) for row in rows])
    padded = torch.zeros(max(map(len, rows)), len(rows), dtype=torch.long)
    for b, row in enumerate(rows):
        padded[:len(row), b] = torch.tensor(row)
    packed = pack_padded_sequence(padded, lengths, enforce_sorted=True)
    return (packed.data.pin_memory() if pin else packed.data), packed.batch_sizes


def make_batch(sentences, pin=False):
    """The arguments of Autoencoder.forward for some sentences; in pinned memory for a GPU."""
    batch = sorted(sentences, key=len, reverse=True)
    words, word_sizes = pack(batch, pin)
    inputs, target_sizes = pack([[BEGIN] + s for s in batch], pin)
    targets, _ = pack([s + [END] for s in batch], pin)
    row_sentences, _ = pack([[b] * (len(s) + 1) for b, s in enumerate(batch)], pin)
    return words, word_sizes, inputs, targets, row_sentences, target_sizes


def make_batches(o, device):
    """Batches on the CPU, in pinned memory for a GPU. With a corpus, a batch has sentences of about equal length."""
    count = o.batches * o.batch
    sentences = corpus_sentences(o.corpus, count) if o.corpus else list(synthetic_sentences(count, o.vocabulary))
    if o.corpus:
        sentences.sort(key=len)
    firsts = range(0, len(sentences) - o.batch + 1, o.batch)
    batches = [make_batch(sentences[first:first + o.batch], device.type == "cuda") for first in firsts]
    random.Random(2).shuffle(batches)
    return batches


def flops(o, words, targets):
    """Arithmetic of a step's products, as src/Reprise.Benchmarks/Arithmetic.cs counts it."""
    V, E, H, Z, B = o.vocabulary + SPECIAL, o.embedding, o.hidden, o.latent, o.batch
    latent = {
        "first-token": 2 * Z * E, "initial-state": 4 * Z * H, "every-step": 12 * Z * H,
        "every-step-and-softmax": 12 * Z * H + 2 * Z * (H if o.untied else E),
    }[o.latent_input]
    D = 2 if o.bidirectional else 1
    posterior = D * H * H + (o.layers - 1) * H * H + 2 * H * Z if o.layers else 2 * D * H * Z
    softmax = 2 * targets * (H * V if o.untied else H * E + E * V)
    return 3 * (8 * H * (E + H) * (D * words + targets) + 2 * B * posterior + latent * B + softmax)


def allow_tf32(allowed):
    name = "tf32" if allowed else "ieee"
    try:  # PyTorch 2.9 and later
        torch.backends.cuda.matmul.fp32_precision = name
        torch.backends.cudnn.rnn.fp32_precision = name
    except (AssertionError, AttributeError, RuntimeError):  # the errors of several versions for an unknown setting
        torch.backends.cuda.matmul.allow_tf32 = allowed
        torch.backends.cudnn.allow_tf32 = allowed


def measure(o):
    torch.manual_seed(1)
    device = torch.device(o.device)
    on_card = device.type == "cuda"
    if on_card:
        torch.cuda.reset_peak_memory_stats()
    allow_tf32(o.precision != "fp32")  # parts that autocast leaves in single precision may use tensor cores, as in practice
    batches = make_batches(o, device)
    model = Autoencoder(o).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=o.rate, **({"fused": True} if on_card else {}))

    def step(batch):
        words, word_sizes, inputs, targets, row_sentences, target_sizes = batch
        if on_card:
            words, inputs, targets, row_sentences = (x.to(device, non_blocking=True) for x in (words, inputs, targets, row_sentences))
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=o.precision == "bf16"):
            nll, kl = model(words, word_sizes, inputs, targets, row_sentences, target_sizes)
            loss = 2 * nll + kl  # AutoGen with m = 1
        loss.backward()
        if o.clip:
            nn.utils.clip_grad_norm_(model.parameters(), o.clip)
        optimizer.step()
        return nll, kl

    def wait():
        if on_card:
            torch.cuda.synchronize()

    begun, done = time.perf_counter(), 0
    while done < len(batches) and (done < 3 or time.perf_counter() - begun < o.warm_up):  # each batch once, if there is time
        step(batches[done])
        wait()
        done += 1

    # Events between the steps, read at the end: time in which the GPU waits for Python counts.
    times, marks, begun = [], [], time.perf_counter()
    while len(times) + len(marks) < 3 or time.perf_counter() - begun < o.seconds:
        if on_card:
            if not marks:
                marks.append(torch.cuda.Event(enable_timing=True))
                marks[0].record()
            nll, kl = step(batches[(len(marks) - 1) % len(batches)])
            marks.append(torch.cuda.Event(enable_timing=True))
            marks[-1].record()
            if len(marks) % 64 == 0:
                marks[-32].synchronize()  # limits how far the queue runs ahead
        else:
            start = time.perf_counter()
            nll, kl = step(batches[len(times) % len(batches)])
            times.append(time.perf_counter() - start)
    wait()
    times = times or [first.elapsed_time(second) / 1000 for first, second in zip(marks, marks[1:])]

    ordered = sorted(times)
    middle = ordered[len(ordered) // 4:len(ordered) - len(ordered) // 4]
    words, targets = (sum(len(batch[i]) for batch in batches) / len(batches) for i in (0, 3))
    seconds = sum(middle) / len(middle)
    return dict(
        seconds=seconds,  # the mean of the middle half, as in reprise bench
        median=ordered[len(ordered) // 2],
        mean=sum(times) / len(times),
        steps=len(times),
        tokens=targets,
        tokens_per_second=targets * len(times) / sum(times),
        gflops=flops(o, words, targets) / seconds / 1e9,
        nll=float(nll.detach()),
        kl=float(kl.detach()),
        peak_memory_mb=torch.cuda.max_memory_allocated() / 1e6 if on_card else None,
        lstm_type=model.lstm_type,
    )


def peak(o):
    """TFLOP/s of one large product of random numbers in each precision."""
    result, n = {}, 256 if o.quick else 8192
    device = torch.device(o.device)
    for precision in ("bf16", "tf32", "fp32"):
        allow_tf32(precision != "fp32")
        a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16 if precision == "bf16" else torch.float32) for _ in range(2))
        best = math.inf
        for _ in range(5):
            begun = time.perf_counter()
            for _ in range(10):
                a @ b
            if device.type == "cuda":
                torch.cuda.synchronize()
            best = min(best, (time.perf_counter() - begun) / 10)
        result[precision] = 2 * n ** 3 / best / 1e12
    return dict(peak_tflops=result)


def parse(arguments, defaults=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--preset", choices=PRESETS, default="paper")
    for name in ("vocabulary", "embedding", "hidden", "latent", "layers", "batch"):
        p.add_argument("--" + name, type=int)
    p.add_argument("--latent-input", choices=("first-token", "initial-state", "every-step", "every-step-and-softmax"))
    p.add_argument("--untied", action="store_true")
    p.add_argument("--rate", type=float)
    p.add_argument("--clip", type=float, help="0 for none")
    p.add_argument("--precision", choices=("bf16", "tf32", "fp32"), default="bf16")
    p.add_argument("--corpus", help="a folder that `reprise prepare` made; synthetic sentences unless given")
    p.add_argument("--batches", type=int, default=64, help="different batches")
    p.add_argument("--compile", action="store_true", help="torch.compile for all but the LSTMs")
    p.add_argument("--device", default="cuda")
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--warm-up", type=float, default=5, help="seconds at most")
    p.add_argument("--quick", action="store_true", help="tiny sizes, for a rehearsal")
    p.add_argument("--list", metavar="FILE", help="a line of arguments for each measurement; the defaults are the arguments given here")
    p.add_argument("--peak", action="store_true")
    return p.parse_args(arguments, defaults)


def complete(o):
    if o.quick:
        small = dict(vocabulary=200, embedding=12, hidden=16, latent=4, batch=8)
        for name, value in small.items():
            setattr(o, name, min(getattr(o, name) or value, value))
        o.batches, o.seconds, o.warm_up = 4, min(o.seconds, 0.2), 0.2
    for name, value in PRESETS[o.preset].items():
        if getattr(o, name, None) is None:
            setattr(o, name, value)
    if o.corpus:
        with open(os.path.join(o.corpus, "vocabulary.txt"), encoding="utf-8") as file:
            o.vocabulary = sum(1 for _ in file) - SPECIAL
    return o


def main():
    given = parse(sys.argv[1:])
    lines = [None]
    if given.list:
        with open(given.list, encoding="utf-8") as file:
            lines = [line for line in file if line.strip()]
    for line in lines:
        # Each line starts from the arguments of the command line.
        o = complete(parse(shlex.split(line), argparse.Namespace(**vars(given))) if line else given)
        try:
            result = peak(o) if o.peak else measure(o)
        except Exception as e:  # a size that does not fit, or a feature that this version lacks, must not end the others
            result = dict(error=f"{type(e).__name__}: {e}".splitlines()[0])
        settings = {name: value for name, value in vars(o).items() if name not in ("list", "peak", "quick", "seconds", "warm_up")}
        card = torch.cuda.get_device_name() if o.device.startswith("cuda") and torch.cuda.is_available() else o.device
        print(json.dumps(dict(result, arguments=(line or "").strip(), card=card, torch=torch.__version__, **settings)), flush=True)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
