#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Times the recipes of the tutorial beside their floors, measured in the same run.

usage: recipes.py --bin BIN [--preset tutorial] [--runs 5] [--json OUT.json]
       recipes.py --bin BIN --compare OLD.json    what has moved by more than the noise
       recipes.py --bin BIN --gate FIGURES.json   short; fails when a ratio to the floor is 30 % worse than there
       recipes.py --bin BIN --record FIGURES.json writes what --gate compares with, for this processor

A floor is what no program can avoid: reading the input files, one pass over the pixels as 32-bit values (memcpy), writing
the products' bytes to a new file. Figures are medians of the runs; the gate takes minima of processor time, which
neighbours on the machine disturb least. Recipes and floors take turns, with the page cache warm. Needs numpy.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

CHUNK = 1 << 18          # bytes of a read
WORSE = 1.30             # the gate's limit
GATE_RUNS, GATE_ROUNDS = 5, 4
FIGURES = ("wall", "cpu", "peak_mb", "ratio_wall", "ratio_cpu")


def timed_process(command, folder):
    """Wall and processor seconds and the peak of resident memory (MB) of a command; its output is dropped."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


class Floor:
    """The least that a recipe must do with its files, in this process."""

    def __init__(self, inputs, output_bytes, folder):
        self.inputs, self.scratch = inputs, pathlib.Path(folder) / "floor.bin"
        self.buffer = bytearray(CHUNK)
        pixels = sum(os.path.getsize(name) for name in inputs) // 4
        self.source = np.ones(min(pixels, 1 << 20), dtype=np.float32)
        self.target = np.empty_like(self.source)
        self.passes = -(-pixels // self.source.size)
        self.block = bytes(1 << 20)
        self.blocks = -(-output_bytes // len(self.block))

    def run(self):
        start, cpu = time.monotonic(), time.process_time()
        for name in self.inputs:
            with open(name, "rb", buffering=0) as file:
                while file.readinto(self.buffer):
                    pass
        for _ in range(self.passes):
            np.copyto(self.target, self.source)
        with open(self.scratch, "wb", buffering=0) as file:
            for _ in range(self.blocks):
                file.write(self.block)
        taken = {"wall": time.monotonic() - start, "cpu": time.process_time() - cpu}
        self.scratch.unlink()
        return taken


class Night:
    """A simulated night with its calibrations made, and the command line of each recipe."""

    def __init__(self, programs, preset, folder):
        self.programs, self.folder = programs, pathlib.Path(folder)
        subprocess.run([programs / "wyvern", "simulate", folder, "--preset", preset], check=True, capture_output=True)
        (self.folder / "dragonsrc").write_text("[calibs]\n")
        os.environ["DRAGONSRC"] = str(self.folder / "dragonsrc")
        darks, flats = self.select("--tags", "DARK"), self.select("--tags", "FLAT")
        science = self.select("--tags", "IMAGE", "--xtags", "FLAT")
        dark = self.product(darks)
        flat = self.product(flats)
        self.inputs = {"dark": darks, "flat": flats, "science": science + [dark, flat]}
        self.options = {"dark": [*darks], "flat": [*flats],
                        "science": [*science, "--user_cal", f"processed_dark:{dark}", f"processed_flat:{flat}"]}

    def select(self, *options):
        files = [str(path) for path in sorted((self.folder / "playdata").glob("*.fits"))]
        done = subprocess.run([self.programs / "dataselect", *files, *options], check=True, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if line.endswith(".fits")]

    def command(self, options, *more):
        return [self.programs / "reduce", *options, "--logmode", "quiet", *more]

    def product(self, files):
        report = self.report(files)
        return str(self.folder / next(out["file"] for out in report["outputs"] if out["final"]))

    def report(self, options):
        path = self.folder / "report.json"
        subprocess.run(self.command(options, "--json", str(path)), cwd=self.folder, check=True, capture_output=True)
        return json.loads(path.read_text())

    def output_bytes(self, report):
        return sum((self.folder / out["file"]).stat().st_size for out in report["outputs"])


def measure(night, runs):
    """All runs of all recipes and floors, and the shares of the primitives."""
    work = {}
    for name, options in night.options.items():
        report = night.report(options)
        total = sum(step["seconds"] for step in report["steps"]) or 1.0
        work[name] = {"floor": Floor(night.inputs[name], night.output_bytes(report), night.folder), "runs": [], "floors": [],
                      "shares": {step["primitive"]: step["seconds"] / total for step in report["steps"]}}
    for _ in range(runs):
        for name, options in night.options.items():
            work[name]["floors"].append(work[name]["floor"].run())
            work[name]["runs"].append(timed_process(night.command(options), night.folder))
    return work


def summary(recipe):
    """Medians, and half the range between the quartiles of each as its noise."""
    series = {key: [run[key] for run in recipe["runs"]] for key in ("wall", "cpu", "peak_mb")}
    for key in ("wall", "cpu"):
        floor = statistics.median(run[key] for run in recipe["floors"])
        series[f"ratio_{key}"] = [run[key] / floor for run in recipe["runs"]]
    figures = {}
    for key, values in series.items():
        quartiles = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
        figures[key] = {"median": statistics.median(values), "noise": (quartiles[2] - quartiles[0]) / 2}
    figures["floor_wall"] = statistics.median(run["wall"] for run in recipe["floors"])
    figures["shares"] = recipe["shares"]
    return figures


def show(result):
    print(f"{'recipe':10}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'floor s':>9}{'wall/floor':>12}{'CPU/floor':>11}")
    for name, figures in result["recipes"].items():
        m = {key: figures[key]["median"] for key in FIGURES}
        print(f"{name:10}{m['wall']:9.3f}{m['cpu']:9.3f}{m['peak_mb']:9.0f}{figures['floor_wall']:9.3f}"
              f"{m['ratio_wall']:12.1f}{m['ratio_cpu']:11.1f}")
    for name, figures in result["recipes"].items():
        shares = sorted(figures["shares"].items(), key=lambda item: -item[1])
        print(f"{name}: " + ", ".join(f"{step} {share:.0%}" for step, share in shares if share >= 0.01))


def compare(old, new):
    """Lines for what has moved by more than twice the noise of both, and by more than 3 %."""
    lines = []
    for name in new["recipes"]:
        for key in FIGURES if name in old["recipes"] else ():
            before, after = old["recipes"][name][key], new["recipes"][name][key]
            change = after["median"] - before["median"]
            if abs(change) > max(2 * (before["noise"] + after["noise"]), 0.03 * before["median"]):
                lines.append(f"{name} {key}: {before['median']:.4g} -> {after['median']:.4g} "
                             f"({change / before['median']:+.0%})")
    return lines


def processor():
    """The processor's name, family and model: ratios depend on it, and virtual machines give generations the same name."""
    known = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if os.path.exists("/proc/cpuinfo") else ():
        keyword, _, value = line.partition(":")
        known.setdefault(keyword.strip(), value.strip())
    if "model name" not in known:
        return platform.machine()
    return f"{known['model name']}, family {known.get('cpu family')}, model {known.get('model')}"


def figures_of(figures, name):
    """Those of the processor of that name, or else of all that share the name without family and model."""
    return figures.get(name) or figures.get(name.partition(", family")[0])


def least_ratios(night, runs, minima):
    """Ratios of the least processor times so far; `minima` keeps these times from one call to the next."""
    for name, recipe in measure(night, runs).items():
        own = minima.setdefault(name, {"run": float("inf"), "floor": float("inf")})
        own["run"] = min(own["run"], *(run["cpu"] for run in recipe["runs"]))
        own["floor"] = min(own["floor"], *(run["cpu"] for run in recipe["floors"]))
    return {name: own["run"] / own["floor"] for name, own in minima.items()}


def gate(night, path):
    """0 when all ratios keep the limit, 1 when one does not, 77 without figures for this processor."""
    figures = json.loads(path.read_text()) if path.exists() else {}
    kept, minima = figures_of(figures, processor()), {}
    if kept is None:
        print(f"skipped: {path.name} has no figures for {processor()} (recipes.py --record makes them)")
        return 77
    for _ in range(GATE_ROUNDS):  # a busy machine needs more runs before each has been undisturbed once
        ratios = least_ratios(night, GATE_RUNS, minima)
        worse = {name: ratio for name, ratio in ratios.items() if ratio > WORSE * kept[name]}
        if not worse:
            break
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.1f} times its floor, recorded {kept[name]:.1f}{'  WORSE' if name in worse else ''}")
    return 1 if worse else 0


def record(night, path):
    figures = json.loads(path.read_text()) if path.exists() else {}
    figures[processor()] = {name: round(ratio, 2) for name, ratio in least_ratios(night, GATE_RUNS * GATE_ROUNDS, {}).items()}
    path.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    print(f"{path.name}: {processor()}: {figures[processor()]}")
    return 0


def bench(night, options):
    result = {"processor": processor(), "preset": options.preset, "runs": options.runs,
              "recipes": {name: summary(recipe) for name, recipe in measure(night, options.runs).items()}}
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    if options.compare:
        print("\n".join(compare(json.loads(options.compare.read_text()), result)) or "nothing has moved by more than the noise")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--preset", default=None)
    parser.add_argument("--runs", type=int, default=5)
    for name in ("json", "compare", "gate", "record"):
        parser.add_argument(f"--{name}", type=pathlib.Path)
    options = parser.parse_args()
    short = options.gate or options.record
    options.preset = options.preset or ("small" if short else "tutorial")
    with tempfile.TemporaryDirectory() as folder:
        night = Night(options.bin.resolve(), options.preset, folder)
        if options.record:
            return record(night, options.record)
        return gate(night, options.gate) if options.gate else bench(night, options)


if __name__ == "__main__":
    sys.exit(main())
