#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Times commands that should answer at once: speed.py --bin BIN --work WORK (made by run.py night).

The best of several runs counts, so that a busy machine does not fail the test.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import time

RUNS = 7
ANSWER_SECONDS, THOUSAND_SECONDS = 0.05, 2.0


def best_time(command, folder):
    times = []
    for _ in range(RUNS):
        start = time.monotonic()
        subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        times.append(time.monotonic() - start)
    return min(times)


def thousand_links(frames, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = [f"frame{i:04}.fits" for i in range(1000)]
    for i, name in enumerate(names):
        (folder / name).symlink_to(frames[i % len(frames)])
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    given = parser.parse_args()
    programs, folder = given.bin.resolve(), given.work.resolve() / "speed"
    frames = sorted((given.work.resolve() / "playdata").glob("*.fits"))
    links = thousand_links(frames, folder)
    database = str(folder / "cal_manager.db")
    subprocess.run([programs / "caldb", "init", "-d", database], check=True)
    lines = [([name, "--help"], ANSWER_SECONDS) for name in ("wyvern", "reduce", "caldb", "dataselect", "showpars", "showd")]
    lines += [
        (["caldb", "list", "-d", database], ANSWER_SECONDS),
        (["dataselect", links[0], "--tags", "DARK", "--expr", "exposure_time==60"], ANSWER_SECONDS),
        (["showpars", links[0], "stackFrames"], ANSWER_SECONDS),
        (["dataselect", *links, "--tags", "DARK", "--expr", "exposure_time==60"], THOUSAND_SECONDS),
        (["showd", "-d", "object,filter_name,ut_datetime", *links], THOUSAND_SECONDS),
    ]
    slow = 0
    for line, limit in lines:
        seconds = best_time([programs / line[0], *line[1:]], folder)
        slow += seconds > limit
        shown = " ".join(line if len(line) < 10 else [*line[:2], "…", f"({len(line) - 1} arguments)"])
        print(f"{1000 * seconds:7.1f} ms (limit {1000 * limit:.0f}): {shown}" + ("  TOO SLOW" if seconds > limit else ""))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
