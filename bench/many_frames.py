#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Long nights with little memory, and compressed frames beside their unpacking.

usage: many_frames.py --bin BIN [--science 100 1000] [--darks 100 1000] [--max-memory 512M] [--folder DIR]
       many_frames.py --bin BIN --bz2      46 compressed frames: the tutorial beside unpacking alone

Each number of frames is reduced once; the table has wall and processor time per frame, their ratios to the first number's,
peak memory beside what --dry-run foretold, what was written to the disk, and the frames in the stack. A thousand science
frames take 4.2 GB in DIR (default: a temporary folder) and as much again for scratch.
"""

import argparse
import bz2
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


class Night:
    def __init__(self, programs, folder, *options):
        self.programs, self.folder = programs, pathlib.Path(folder)
        subprocess.run([programs / "wyvern", "simulate", folder, *options], check=True, capture_output=True)
        (self.folder / "dragonsrc").write_text("[calibs]\n")
        os.environ["DRAGONSRC"] = str(self.folder / "dragonsrc")

    def select(self, *options):
        everything = self.folder / "all.lis"
        everything.write_text("\n".join(str(path) for path in sorted((self.folder / "playdata").glob("*.fits*"))))
        done = subprocess.run([self.programs / "dataselect", f"@{everything}", *options], check=True, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if ".fits" in line]

    def reduce(self, files, *options):
        """Report of a reduction, with wall and processor seconds, and MB of peak memory and of writing."""
        (self.folder / "in.lis").write_text("\n".join(files))
        report = self.folder / "report.json"
        command = [self.programs / "reduce", "@in.lis", "--logmode", "quiet", "--json", str(report), *options]
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        return json.loads(report.read_text()) | {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime,
                                                 "peak_mb": usage.ru_maxrss / 1024, "written_mb": usage.ru_oublock / 2048}

    def product(self, report):
        return str(self.folder / next(output["file"] for output in report["outputs"] if output["final"]))

    def calibrations(self):
        dark, flat = (self.product(self.reduce(self.select("--tags", tag))) for tag in ("DARK", "FLAT"))
        return ["--user_cal", f"processed_dark:{dark}", "--user_cal", f"processed_flat:{flat}"]


def stacked(product):
    """NCOMBINE of the primary header."""
    head = pathlib.Path(product).read_bytes()[:28800].decode("latin-1")
    return next(int(head[i + 10:i + 30]) for i in range(0, len(head), 80) if head.startswith("NCOMBINE", i))


def long_night(night, kind, numbers, options):
    tags = ("--tags", "DARK") if kind == "dark" else ("--tags", "IMAGE", "--xtags", "FLAT")
    files, first = night.select(*tags), None
    print(f"{kind:8}{'wall/frame':>12}{'ratio':>7}{'CPU/frame':>11}{'ratio':>7}{'peak MB':>9}{'foretold':>9}{'written MB':>11}{'stacked':>9}")
    for number in numbers:
        planned = night.reduce(files[:number], *options, "--dry-run")["memory"]["peak_bytes"] / 2**20
        run = night.reduce(files[:number], *options)
        wall, cpu = run["wall"] / number, run["cpu"] / number
        first = first or (wall, cpu)
        print(f"{number:8}{wall:12.4f}{wall / first[0]:7.2f}{cpu:11.4f}{cpu / first[1]:7.2f}{run['peak_mb']:9.0f}{planned:9.0f}"
              f"{run['written_mb']:11.0f}{stacked(night.product(run)):9}", flush=True)


def unpacked_in_parallel(files, threads):
    """Seconds that unpacking alone takes: each file by libbz2, `threads` at a time."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        start = time.monotonic()
        list(pool.map(lambda name: len(bz2.decompress(pathlib.Path(name).read_bytes())), files))
        return time.monotonic() - start


def compressed(night, runs):
    files = sorted(str(path) for path in (night.folder / "playdata").glob("*.bz2"))
    alone, whole = [], []
    for _ in range(runs):
        alone.append(unpacked_in_parallel(files, len(os.sched_getaffinity(0))))
        start = time.monotonic()
        darks, flats = night.select("--tags", "DARK"), night.select("--tags", "FLAT")
        science = night.select("--tags", "IMAGE", "--xtags", "FLAT")
        selected = time.monotonic() - start
        made = [night.product(night.reduce(inputs)) for inputs in (darks, flats)]
        night.reduce(science, "--user_cal", f"processed_dark:{made[0]}", "--user_cal", f"processed_flat:{made[1]}")
        whole.append(time.monotonic() - start)
        print(f"{len(files)} files: unpacking alone {alone[-1]:.2f} s, the tutorial {whole[-1]:.2f} s "
              f"(its three selections {selected:.2f} s), ratio {whole[-1] / alone[-1]:.2f}", flush=True)
    print(f"median ratio {statistics.median(a / b for a, b in zip(whole, alone)):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--science", type=int, nargs="+", default=[])
    parser.add_argument("--darks", type=int, nargs="+", default=[])
    parser.add_argument("--bz2", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--max-memory", default="512M")
    parser.add_argument("--folder", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if options.bz2:
            compressed(Night(options.bin.resolve(), folder, "--preset", "tutorial", "--bz2"), options.runs)
            return 0
        numbers = ["--science", str(max(options.science, default=1)), "--darks", str(max(options.darks, default=10)), "--flats", "8"]
        night = Night(options.bin.resolve(), folder, *numbers)
        limit = ["--max-memory", options.max_memory]
        if options.darks:
            long_night(night, "dark", options.darks, limit)
        if options.science:
            long_night(night, "science", options.science, limit + night.calibrations())
    return 0


if __name__ == "__main__":
    sys.exit(main())
