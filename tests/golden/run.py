#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Replays command lines and compares what they print with what is expected.

  run.py night  --bin BIN --work WORK              simulates the night that the cases use
  run.py replay --bin BIN --work WORK CASE...      replays cases (cases/CASE.txt)
  run.py replay --bin BIN --work WORK --update ... writes what is printed now into the cases

A case is a text file:

  ## A comment.
  $ a command line for bash
  --- stdout
  what it prints
  --- stderr
  what it says
  --- exit status 2

An absent block is empty, an absent exit status 0. A line "..." stands for any lines. A case runs
in a folder of its own, WORK/CASE, beside WORK/playdata with the raw frames; DRAGONSRC names a
database in that folder, HOME is that folder. Before comparing, the folder becomes <here>, WORK
becomes <work>, time stamps <time>, reduce's version <version>, the escape character <ESC>; of
numbers with seven or more decimals three are kept, times and sizes of memory that reduce prints get names, and blanks at line ends are dropped.
"""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys

CASES = pathlib.Path(__file__).parent / "cases"
TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
VERSION = re.compile(r"(\breduce )\d+\.\d+\.\d+")
# Digits that another mathematics library may change.
LONG_FRACTION = re.compile(r"(\d\.\d{3})\d{4,}")
# What reduce says of time, memory and threads.
COST = [(re.compile(r"(^| +)\d+\.\d\d s\b", re.M), r" <seconds>"), (re.compile(r"peak memory \d+ MB"), "peak memory <size>"),
        (re.compile(r"^memory: about \d+ MB", re.M), "memory: about <size>"),
        (re.compile(r"(reduce <version>), \d+ threads?"), r"\1")]
COMMAND_SECONDS = 600  # sanitizers are slow


class Step:
    """A command and what it should do, or did: text of each stream, exit status."""

    def __init__(self, command, comments=()):
        self.command = command
        self.comments = list(comments)
        self.streams = {"stdout": [], "stderr": []}
        self.status = 0

    def lines(self):
        yield from self.comments
        yield f"$ {self.command}"
        for name, lines in self.streams.items():
            if lines:
                yield f"--- {name}"
                yield from lines
        if self.status:
            yield f"--- exit status {self.status}"


def parse(text):
    """The steps of a case, and the comment lines behind the last of them."""
    steps, comments, block = [], [], None
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], comments))
            comments, block = [], None
        elif line.startswith("## "):
            comments.append(line)
            block = None
        elif line.startswith("--- exit status "):
            steps[-1].status = int(line.split()[-1])
            block = None
        elif line.startswith("--- "):
            block = steps[-1].streams[line[4:]]
        elif block is not None:
            block.append(line)
        elif line:
            raise ValueError(f"not a line of a case: {line}")
    return steps, comments


def normalised(text, here, work):
    text = text.replace(str(here), "<here>").replace(str(work), "<work>").replace("\x1b", "<ESC>")
    text = VERSION.sub(r"\1<version>", TIME.sub("<time>", text))
    text = LONG_FRACTION.sub(r"\1", text)
    for pattern, name in COST:
        text = pattern.sub(name, text)
    return [line.rstrip() for line in text.splitlines()]


def matches(expected, actual):
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def environment(bin_folder, here):
    names = ("PATH", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept["PATH"] = f"{bin_folder}{os.pathsep}{kept.get('PATH', '/usr/bin:/bin')}"
    return kept | {"HOME": str(here), "DRAGONSRC": str(here / "dragonsrc"), "COLUMNS": "80",
                   "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run(step, here, work, env):
    done = subprocess.run(["bash", "-c", step.command], cwd=here, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=COMMAND_SECONDS, check=False)
    result = Step(step.command, step.comments)
    result.streams["stdout"] = normalised(done.stdout.decode(errors="replace"), here, work)
    result.streams["stderr"] = normalised(done.stderr.decode(errors="replace"), here, work)
    result.status = done.returncode
    return result


def differences(expected, actual):
    """What differs between a step as expected and as it went, as text; "" for nothing."""
    found = []
    for name, lines in expected.streams.items():
        if not matches(lines, actual.streams[name]):
            found += difflib.unified_diff(lines, actual.streams[name], f"{name} expected",
                                          f"{name} now", lineterm="")
    if expected.status != actual.status:
        found.append(f"exit status expected {expected.status}, now {actual.status}")
    return "\n".join(found)


def replay(case, bin_folder, work, update):
    """Runs a case; the number of steps that differ."""
    path = CASES / f"{case}.txt"
    here = work / case
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir(parents=True)
    (here / "dragonsrc").write_text(f"[calibs]\ndatabases = {here}/cal_manager.db get\n")
    steps, end = parse(path.read_text())
    env = environment(bin_folder, here)
    written, wrong = [], 0
    for step in steps:
        now = run(step, here, work, env)
        difference = differences(step, now)
        if difference and update:
            for name, lines in step.streams.items():  # keep a pattern that still holds
                if matches(lines, now.streams[name]):
                    now.streams[name] = lines
        elif difference:
            wrong += 1
            print(f"{path.name}: $ {step.command}\n{difference}\n")
        written += (now if difference else step).lines()
    if update:
        path.write_text("\n".join(written + end) + "\n")
    print(f"{case}: {len(steps)} commands, {wrong} differ")
    return wrong


def make_night(bin_folder, work):
    """Simulates the raw frames into WORK/playdata."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subprocess.run([str(bin_folder / "wyvern"), "simulate", str(work), "--preset", "small"], check=True,
                   stdin=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["night", "replay"])
    parser.add_argument("cases", nargs="*", help="names of cases; all when none is named")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the commands")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder to work in")
    parser.add_argument("--update", action="store_true")
    given = parser.parse_intermixed_args()
    bin_folder, work = given.bin.resolve(), given.work.resolve()
    if given.action == "night":
        make_night(bin_folder, work)
        return 0
    # The tutorial first: other cases use its products.
    known = sorted((path.stem for path in CASES.glob("*.txt")), key=lambda name: name != "tutorial")
    wrong = sum(replay(case, bin_folder, work, given.update) for case in given.cases or known)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
