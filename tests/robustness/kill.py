#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Kills reductions and `caldb add` at random moments and looks at what is left.

  kill.py BIN WORK COUNT [SLOWER]   COUNT kills with SIGKILL; a quarter as many, but at least two, with
                             SIGINT and SIGTERM each, which must end a program within half a second; where more
                             programs want the processors than there are, in as many times that, and in SLOWER
                             times that where a sanitizer slows the program down
"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

from common import DARK, DARKS, FLAT, FLATS, SCIENCE, STACK, Place, pixels

# The database does not hand out a calibration that has been reduced anew since it was added: the kept ones are named.
KEPT = ["--user_cal", f"processed_dark:../kept/{DARK}", f"processed_flat:../kept/{FLAT}"]
LONGEST_STOP = 0.5  # seconds
PRODUCTS = {"dark": (DARKS, DARK), "flat": (FLATS, FLAT), "science": ([*SCIENCE, *KEPT], STACK)}


def crowding():
    """How many programs share a processor."""
    return max(1.0, max(os.getloadavg()[:2]) / len(os.sched_getaffinity(0)))


def is_listening(process, with_signal):
    """Whether the program has come to its main() and taken the signal."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    caught = int(status.split("SigCgt:")[1].split()[0], 16)
    return bool(caught >> (with_signal - 1) & 1)


def end(process, with_signal):
    """Seconds from the signal to the end."""
    sent = time.monotonic()
    process.send_signal(with_signal)
    process.communicate(timeout=60)
    return time.monotonic() - sent


def kill_at(place, words, seconds, with_signal):
    """The exit status, how long the program went on after the signal, and whether it knew the signal."""
    process = place.start(*words)
    try:
        process.wait(timeout=seconds)
        process.communicate()
        return process.returncode, 0.0, False
    except subprocess.TimeoutExpired:
        pass
    listening = is_listening(process, with_signal)
    took = end(process, with_signal)
    return process.returncode, took, listening


class KillTest:
    def __init__(self, place):
        self.place = place
        self.random = random.Random(20120117)
        place.reference()
        self.right = {kind: pixels(place.here / name) for kind, (_, name) in PRODUCTS.items()}
        kept = place.work / "kept"
        kept.mkdir()
        for name in (DARK, FLAT):
            shutil.copyfile(place.here / name, kept / name)
        self.seconds = {}
        for kind, (inputs, _) in PRODUCTS.items():
            began = time.monotonic()
            place.run("reduce", *inputs)
            self.seconds[kind] = time.monotonic() - began
        self.added = {DARK, FLAT}
        self.copies = 0
        self.stops = []

    def reduction(self, kind, with_signal):
        inputs, product = PRODUCTS[kind]
        path = self.place.here / product
        old = self.random.random() < 0.5
        if not old:
            path.unlink(missing_ok=True)
        moment = self.random.uniform(0, 1.1 * self.seconds[kind])
        status, took, listening = kill_at(self.place, ["reduce", *inputs], moment, with_signal)
        self.judge_status(status, took, with_signal, listening)
        self.place.products()  # each is whole
        assert path.exists() or not old, f"{product} was there and has gone"
        assert not path.exists() or pixels(path) == self.right[kind], f"{product} is neither old nor complete"
        assert self.place.entries() >= self.added
        self.place.run("reduce", *inputs)
        assert pixels(path) == self.right[kind]
        assert not self.place.debris(), self.place.debris()

    def judge_status(self, status, took, with_signal, listening):
        if with_signal == signal.SIGKILL:
            assert status in (0, -signal.SIGKILL), status
            return
        # Before main() begins a signal ends the program as it ends any.
        assert status in ((0, 130) if listening else (0, 130, -with_signal)), status
        self.stops.append(took)

    def add(self):
        name = f"N20120102S{1000 + self.copies}_dark.fits"
        self.copies += 1
        shutil.copyfile(self.place.here / DARK, self.place.here / name)
        status, _, _ = kill_at(self.place, ["caldb", "add", name], self.random.uniform(0, 0.03), signal.SIGKILL)
        if status == 0:
            self.added.add(name)
        entries = self.place.entries()
        assert entries >= self.added, self.added - entries
        self.place.run("caldb", "add", name)
        self.added.add(name)
        assert name in self.place.entries()
        if len(self.added) > 8:
            self.place.run("caldb", "remove", name)
            (self.place.here / name).unlink()
            self.added.discard(name)

    def run(self, count, slower=1.0):
        for k in range(count):
            kind = ["dark", "add", "flat", "add", "science"][k % 5]
            self.add() if kind == "add" else self.reduction(kind, signal.SIGKILL)
        for k in range(max(2, count // 4)):
            for with_signal in (signal.SIGINT, signal.SIGTERM):
                self.reduction(["science", "dark", "flat"][k % 3], with_signal)
        limit = LONGEST_STOP * crowding() * slower
        print(f"{count} kills; {len(self.stops)} signals, the longest stop {max(self.stops):.3f} s of {limit:.1f}")
        assert max(self.stops) < limit, "a signal is to end a reduction within half a second"


if __name__ == "__main__":
    KillTest(Place(sys.argv[1], sys.argv[2])).run(int(sys.argv[3]), *map(float, sys.argv[4:5]))
