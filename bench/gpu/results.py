#!/usr/bin/env python3
"""The commands of card.sh and first.sh on the files of tests, trainings and measurements: choosing, comparing, tables."""
import argparse
import glob
import json
import os
import re
import struct
import sys

CUDA_ROW = re.compile(r'[(,] ?\w+: "cuda')  # a test of several back ends, for a CUDA one
CUDA_CLASS = re.compile(r"\.Cuda\w*Tests$")
SIMULATOR = re.compile("simulat|real driver", re.IGNORECASE)  # tests of the simulated device alone


def lines_of(path):
    """The objects of a file with one on each line; a line that a killed program left incomplete is skipped."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                pass


def tests(o):
    """Prints the ids of the GPU's test cases in a listing: all, or those whose names match."""
    text = open(o.listing, encoding="utf-8").read()
    cases = json.loads(text[text.index("["):])
    for case in cases:
        name, of = case["DisplayName"], case["Class"]
        if (CUDA_ROW.search(name) or CUDA_CLASS.search(of)) and not SIMULATOR.search(of) and re.search(o.only, name):
            print(case["ID"])


def tested(o):
    """Counts the test program's results; prints the tests that failed, were skipped, or were running when it died."""
    running, passed, failed, skipped = {}, 0, [], []
    ended = False
    for event in lines_of(o.events):
        kind, test = event.get("$type"), event.get("TestUniqueID")
        if kind == "test-starting":
            running[test] = event["TestDisplayName"]
        elif kind == "test-passed":
            passed += 1
        elif kind == "test-failed":
            failed.append((running.get(test), " ".join(event.get("Messages") or [])))
        elif kind == "test-skipped":
            skipped.append((running.get(test), event.get("Reason")))
        elif kind == "test-assembly-finished":
            ended = True
        if kind == "test-finished":
            running.pop(test, None)
    for what, found in (("FAILED", failed), ("SKIPPED", skipped)):
        for name, why in found[:20]:
            print(f"{what} {name}: {' '.join((why or '').split())[:300]}")
    if not ended:
        print("NOT ENDED: the program was stopped or died in", *running.values() or ["no test"])
    allowed = [why for _, why in skipped if SIMULATOR.search(why or "")]
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped{'' if ended else ', not ended'}")
    return passed > 0 and ended and not failed and len(allowed) == len(skipped)


def reports(path, split="train"):
    return [line for line in lines_of(path) if line.get("split") == split]


def logs(o):
    """Compares the reports of two trainings: the differences of nll and kl, in nats and relative to the tolerance."""
    first, second = reports(o.first), reports(o.second)
    if [line["step"] for line in first] != [line["step"] for line in second] or not first:
        print(f"the logs have other steps: {len(first)} and {len(second)} reports")
        return False
    worst, agree = {}, True
    for part, relative, absolute in (("nll", o.nll, 0.0), ("kl", o.kl, o.kl_nats)):
        apart = [(abs(a[part] - b[part]) / (absolute + relative * abs(a[part])), abs(a[part] - b[part])) for a, b in zip(first, second)]
        agree &= all(share <= 1 for share, _ in apart)  # false for NaN
        worst[part] = max(apart)
    parts = (f"{part} {d:.2g} nats apart ({100 * share:.1f} % of the tolerance)" for part, (share, d) in worst.items())
    print("at most " + ", ".join(parts) + f" in {len(first)} reports")
    return agree


def steps_of(study):
    """The steps that a study's runs have made, and the number in its file. Without a file, the paper's four runs."""
    done, target = [], 0
    path = os.path.join(study, "study.json")
    runs = 4
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            options = json.load(file)
        target = options["training"]["steps"]
        runs = len(options["runs"]) * options["seeds"]
    for progress in glob.glob(os.path.join(study, "runs", "*", "progress.json")):
        with open(progress, encoding="utf-8") as file:
            done.append(json.load(file)["step"])
    return done + [0] * max(0, runs - len(done)), target


def ahead(o):
    """Prints the next number of steps of a study's runs: the one begun, a first one for the speed, or as many as fit; 0 for none."""
    done, target = steps_of(o.study)
    if target and min(done) < target:
        print(target)
    elif not o.rate:
        print(max(o.first, target))
    else:
        fitting = int((sum(done) + 0.9 * o.rate * o.seconds) / len(done)) // o.first * o.first
        print(fitting if fitting > max(done) else 0)


def made(o):
    print(sum(steps_of(o.study)[0]))


def speed(o):
    """Prints a Markdown table of a folder of measurements: N.json of `reprise bench`, N.jsonl of a training, and lines of pytorch.jsonl."""
    torch = {}
    peaks = {}
    for path in sorted(glob.glob(os.path.join(o.folder, "pytorch*.jsonl"))):
        for line in lines_of(path):
            peaks.update(line.get("peak_tflops", {}))
            torch[line["arguments"]] = line
    peak = peaks.get("bf16")
    print(f"peak: {', '.join(f'{name} {value:.1f} TFLOP/s' for name, value in peaks.items()) or 'not measured'}")
    print()
    print("| what | Reprise, s a step | PyTorch, s a step | PyTorch : Reprise | Reprise, share of the bf16 peak | PyTorch, share |")
    print("|---|---:|---:|---:|---:|---:|")
    complete = True
    with open(os.path.join(o.folder, "what.tsv"), encoding="utf-8") as file:
        for number, name, arguments in (line.rstrip("\n").split("\t") for line in file):
            other = torch.get(arguments, {})
            own = gflops = None
            bench, log = (os.path.join(o.folder, number + end) for end in (".json", ".jsonl"))
            if os.path.exists(bench) and os.path.getsize(bench):
                report = next(lines_of(bench), {})
                own, gflops = report.get("step", {}).get("seconds"), report.get("step", {}).get("gflops")
            elif os.path.exists(log):
                told = reports(log)
                if len(told) > 2:  # the first report includes the warm-up of the program
                    own = (told[-1]["seconds"] - told[0]["seconds"]) / (told[-1]["step"] - told[0]["step"])
            theirs = other.get("mean" if "--corpus" in arguments else "seconds")
            if gflops is None and own and theirs:
                gflops = other["gflops"] * other["seconds"] / own
            complete &= own is not None and theirs is not None
            share = lambda g: f"{100 * g / peak / 1000:.1f} %" if g and peak else ""
            reprise = f"{own:.5f}" if own else "not measured"
            pytorch = f"{theirs:.5f}" if theirs else other.get("error", "not measured")
            ratio = f"{theirs / own:.2f}" if own and theirs else ""
            print(f"| {name} | {reprise} | {pytorch} | {ratio} | {share(gflops)} | {share(other.get('gflops'))} |")
    return complete


def step(o):
    """Prints two lines about the last line of a file of `reprise bench --step-only --json`."""
    name, bench = (list(lines_of(o.benches))[-1][part] for part in ("name", "bench"))
    s = bench["step"]
    speed = f"{s['gflops'] / 1000:.1f} TFLOP/s of {bench['fmaPeakGflops'] / 1000:.1f}"
    print(f"{name}: {1000 * s['seconds']:.3f} ms a step, {speed}, {s['allocatedBytes']} bytes allocated; {bench['backEnd']}")
    parts = sorted(bench["parts"], key=lambda part: -part["seconds"])
    print("  parts, each waited for: " + ", ".join(f"{part['name']} {1000 * part['seconds']:.3f} ms" for part in parts))


def registers(o):
    """Prints a table of the output of ptxas -v: registers and spills of every kernel."""
    kernel = spills = ""
    for line in sys.stdin:
        line = line.strip()
        if found := re.search(r"Compiling entry function '(\w+)'", line):
            kernel = found[1]
        elif "spill" in line:
            spills = line
        elif found := re.search(r"Used (.*)", line):
            print(f"{kernel:26} {found[1]}; {spills}")
        elif "error" in line or "warning" in line:
            print(line)


def rounded(o):
    """Copies model.safetensors with its float32 weights rounded to bfloat16's 8 bits of mantissa, which compress to less than half."""
    import torch

    with open(o.model, "rb") as file:
        data = bytearray(file.read())
    start = 8 + struct.unpack_from("<Q", data)[0]
    weights = torch.frombuffer(data, dtype=torch.float32, offset=start)
    weights.copy_(weights.to(torch.bfloat16).to(torch.float32))
    with open(o.out, "wb") as file:
        file.write(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(function, *arguments, **options):
        p = commands.add_parser(function.__name__, help=function.__doc__)
        p.set_defaults(run=function)
        for argument in arguments:
            p.add_argument(argument)
        for name, default in options.items():
            p.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)

    command(tests, "listing", only="")
    command(tested, "events")
    command(logs, "first", "second", nll=0.01, kl=0.1, kl_nats=0.1)
    command(ahead, "study", seconds=0.0, rate=0.0, first=1000)
    command(made, "study")
    command(speed, "folder")
    command(step, "benches")
    command(registers)
    command(rounded, "model", "out")
    o = parser.parse_args()
    sys.exit(0 if o.run(o) in (None, True) else 1)


if __name__ == "__main__":
    main()
