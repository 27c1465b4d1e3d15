#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Lets each open, read, write, sync, rename, allocation ... of a command fail in turn and looks at what it says and leaves.

  faults.py BIN WORK LIBRARY [--most RUNS] [--case NAME]... [--fault NAME]...

LIBRARY is the one of fault_injection.cpp. Without --most every call is failed once, until a run has none left to fail;
with it, at most RUNS calls of each kind, spread evenly over the run. Cases and faults are named in CASES and FAULTS.
"""

import argparse
import dataclasses
import errno
import os
import shutil
import sys
import time

from common import DARK, DARKS, FLAT, SCIENCE, STACK, Place, pixels

ADDED = "N20120102S1000_dark.fits"
FEW = 5  # so few calls are all failed
# 0: survived; 1: a frame was set aside, or an input cannot be read; 4: a calibration cannot be read; 7: the database;
# 8: disk, memory.
STATUSES = (0, 1, 4, 7, 8)
NEVER_SAID = ("internal error", "terminate", "what():", "std::", "basic_string", "bad_alloc", "Sanitizer")
# As in fault_injection.cpp.
KINDS = ("open", "read", "write", "sync", "rename", "truncate", "map", "allocate", "thread")


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    how: object  # an error number, or "short"
    later_too: bool = False  # all calls of the kind fail from the chosen one on
    least_bytes: int = 0
    threads: int = 1
    harmless: bool = False  # has no effect on anything

    def environment(self, number, report):
        wish = f"{self.kind}:{number}:{self.how}" + (":on" if self.later_too else "")
        return {"WYVERN_FAULT": wish, "WYVERN_FAULT_REPORT": str(report), "WYVERN_FAULT_BYTES": str(self.least_bytes)}

    def reasons(self):
        """What the message says, one of them. SQLite and CFITSIO have their own words."""
        if self.kind in ("allocate", "map"):
            return ("out of memory", "Cannot allocate memory", "memory allocation", "could not allocate memory")
        if self.how == "short":
            return ()
        words = {errno.EIO: ("disk I/O error", "error reading from FITS file", "cannot be read"),
                 errno.ENOSPC: ("the disk is full",), errno.EMFILE: ("cannot be written: check the permissions",)}
        return (os.strerror(self.how), *words.get(self.how, ()))


FAULTS = {
    "open": Fault("open", errno.EMFILE),
    "open-on": Fault("open", errno.EMFILE, later_too=True),
    "read": Fault("read", errno.EIO),
    "read-short": Fault("read", "short", harmless=True),
    "read-interrupted": Fault("read", errno.EINTR, harmless=True),
    "write": Fault("write", errno.EIO),
    "write-full": Fault("write", errno.ENOSPC, later_too=True),
    "write-short": Fault("write", "short", harmless=True),
    "write-interrupted": Fault("write", errno.EINTR, harmless=True),
    "sync": Fault("sync", errno.EIO),
    "rename": Fault("rename", errno.EIO),
    "truncate": Fault("truncate", errno.ENOSPC),
    "map": Fault("map", errno.ENOMEM),
    "thread": Fault("thread", errno.EAGAIN, threads=3),
    "allocate": Fault("allocate", errno.ENOMEM, least_bytes=16384),
    "allocate-threads": Fault("allocate", errno.ENOMEM, least_bytes=4096, threads=2),
    "allocate-any": Fault("allocate", errno.ENOMEM),
}


class Case:
    """A command that is run with faults; `product` is what it makes."""

    def __init__(self, place, words, product):
        self.place = place
        self.words = words
        self.product = place.here / product
        self.right = pixels(self.product)
        self.entries = place.entries()

    def command(self, fault, number):
        """Frames in progress are saved every fourth time."""
        saving = [] if number % 4 == 0 else ["--no-crash-files"]
        return [*self.words, "--threads", fault.threads, *saving]

    def prepare(self, number):
        """Every second run finds no old product."""
        if number % 2 == 0:
            self.product.unlink(missing_ok=True)
        elif not self.product.exists():
            self.good_run()

    def good_run(self):
        self.place.run(*self.words)
        assert pixels(self.product) == self.right
        assert not self.place.debris(), self.place.debris()

    def judge(self, status, had_old):
        assert self.place.entries() == self.entries
        self.place.products()  # each is whole
        assert not self.place.debris(), self.place.debris()
        exists = self.product.exists()
        assert exists or not had_old, "the old product has gone"
        assert exists or status != 0, "no product"
        if status == 1 and exists:
            self.product.unlink()  # whole, of fewer frames
        elif exists:
            assert pixels(self.product) == self.right, "another product"
        for saved in self.place.here.glob("*_crash.fits"):
            saved.unlink()


class AddCase(Case):
    """`caldb add`: what it has added is there, the others stay."""

    def __init__(self, place):
        shutil.copyfile(place.here / DARK, place.here / ADDED)
        super().__init__(place, ["caldb", "add", ADDED], ADDED)

    def command(self, fault, number):
        return self.words

    def prepare(self, number):
        if ADDED in self.place.entries():
            self.place.run("caldb", "remove", ADDED)

    def good_run(self):
        self.place.run(*self.words)
        assert self.place.entries() == self.entries | {ADDED}

    def judge(self, status, had_old):
        found = self.place.entries()
        assert found >= self.entries and found <= self.entries | {ADDED}, found
        assert ADDED in found or status != 0, "added, and not there"
        assert pixels(self.product) == self.right


CASES = {
    "add": AddCase,
    "science": lambda place: Case(place, ["reduce", *SCIENCE], STACK),
    "dark": lambda place: Case(place, ["reduce", *DARKS], DARK),
}


class Walk:
    """One kind of fault through one command."""

    def __init__(self, case, name, library):
        self.case = case
        self.place = case.place
        self.name = name
        self.fault = FAULTS[name]
        self.library = library
        self.report = self.place.work / "calls"
        self.statuses = {}
        self.longest = 0.0
        self.failures = []

    def attempt(self, number):
        """How many calls of the kind there were."""
        self.case.prepare(number)
        had_old = self.case.product.exists()
        self.report.unlink(missing_ok=True)
        environment = {**self.place.environment, "LD_PRELOAD": self.library, **self.fault.environment(number, self.report)}
        began = time.monotonic()
        process = self.place.start(*self.case.command(self.fault, number), env=environment)
        try:
            out, err = process.communicate(timeout=60)
        except Exception:
            process.kill()
            raise
        self.longest = max(self.longest, time.monotonic() - began)
        status = process.returncode
        try:
            self.judge(number, status, err)
            self.case.judge(status, had_old)
        except Exception as error:  # told with all that belongs to it, and the walk goes on
            self.failures.append(f"{self.fault.kind} {number}: status {status}: {error}\n{out}{err}")
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if not self.report.exists():
            return number
        counts = dict(zip(KINDS, map(int, self.report.read_text().split())))
        return counts[self.fault.kind]

    def judge(self, number, status, err):
        assert status in STATUSES, "the exit status"
        for word in NEVER_SAID:
            assert word not in err, f"'{word}' is said"
        if self.fault.harmless:
            assert status == 0, "a call that did less than it was asked for is no error"
        if status == 0:
            return
        reasons = self.fault.reasons()
        assert not reasons or any(reason in err for reason in reasons), f"no word of '{reasons[0]}'"
        lines = [line for line in err.splitlines() if line.startswith("ERROR - ")]
        assert len(lines) == len(set(lines)), "it is said twice"

    def numbers(self, most):
        """Which calls are failed: all (None for no end), or some between the first and the last."""
        if most is None:
            return None
        # A number that is never reached counts the calls.
        calls = self.attempt(10**9)
        self.statuses.clear()
        count = calls if calls <= FEW else min(most, calls)
        return sorted({1 + k * (calls - 1) // max(1, count - 1) for k in range(count)})

    def run(self, most):
        chosen = self.numbers(most)
        number = done = 0
        while True:
            number = number + 1 if chosen is None else (chosen[done] if done < len(chosen) else 0)
            if number == 0 or self.attempt(number) < number:
                break
            done += 1
            if done % 50 == 0:
                self.case.good_run()
        self.case.good_run()
        how = "every call" if chosen is None else "spread"
        statuses = ", ".join(f"{count} x status {status}" for status, count in sorted(self.statuses.items()))
        print(f"{self.name}: {done} faults ({how}): {statuses}; the longest {self.longest:.2f} s", flush=True)
        for failure in self.failures:
            print(failure, flush=True)
        return not self.failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("work")
    parser.add_argument("library")
    parser.add_argument("--most", type=int)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--fault", action="append", choices=FAULTS)
    options = parser.parse_args()
    place = Place(options.bin, options.work)
    # In this order: a dark that has been reduced anew is not the one that is in the database.
    cases = [case for case in CASES if case in (options.case or CASES)]
    place.reference("science" in cases)
    good = True
    for case in cases:
        print(f"== {case}", flush=True)
        subject = CASES[case](place)
        for fault in options.fault or FAULTS:
            good = Walk(subject, fault, os.path.abspath(options.library)).run(options.most) and good
    sys.exit(0 if good else "faults: see above")


if __name__ == "__main__":
    main()
