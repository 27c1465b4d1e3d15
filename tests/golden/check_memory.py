#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""`reduce --dry-run` foretells the peak of resident memory within 20 %.

  check_memory.py BIN WORK             the small night in WORK/playdata
  check_memory.py BIN WORK --tutorial  the whole tutorial, and compressed frames, too; takes half a minute
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOLERANCE = 0.20


def peak_of(command, folder):
    """Bytes."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: status {process.returncode}\n{said}")
    return usage.ru_maxrss * 1024


class Night:
    def __init__(self, programs, raw, folder):
        self.programs, self.folder, self.worst = programs, folder, 0.0
        (folder / "dragonsrc").write_text("[calibs]\n")
        os.environ["DRAGONSRC"] = str(folder / "dragonsrc")
        files = sorted(str(path) for path in raw.glob("*.fits*"))
        self.darks, self.flats = self.select(files, "--tags", "DARK"), self.select(files, "--tags", "FLAT")
        self.science = self.select(files, "--tags", "IMAGE", "--xtags", "FLAT")

    def select(self, files, *options):
        done = subprocess.run([self.programs / "dataselect", *files, *options], check=True, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if ".fits" in line]

    def check(self, what, *arguments):
        """Runs what was foretold; prints both peaks."""
        command = [str(self.programs / "reduce"), *arguments, "--logmode", "quiet"]
        planned = subprocess.run([*command, "--dry-run", "--json", "-"], cwd=self.folder, check=True, capture_output=True, text=True)
        memory = json.loads(planned.stdout)["memory"]
        measured = peak_of(command, self.folder)
        error = memory["peak_bytes"] / measured - 1
        self.worst = max(self.worst, abs(error))
        print(f"{what:46} foretold {memory['peak_bytes'] >> 20:5} MB, measured {measured >> 20:5} MB ({error:+.0%})", flush=True)
        if ("--max-memory" in arguments) != (memory["scratch_bytes"] > 0):
            sys.exit(f"{what}: scratch of {memory['scratch_bytes']} bytes was foretold")

    def product(self, *arguments):
        subprocess.run([self.programs / "reduce", *arguments, "--logmode", "quiet", "--json", "report.json"], cwd=self.folder,
                       check=True, capture_output=True)
        report = json.loads((self.folder / "report.json").read_text())
        return str(self.folder / next(output["file"] for output in report["outputs"] if output["final"]))

    def check_all(self, name, threads, limit):
        dark, flat = self.product(*self.darks), self.product(*self.flats)
        calibrations = ["--user_cal", f"processed_dark:{dark}", "--user_cal", f"processed_flat:{flat}"]
        for count in threads:
            more = ["--threads", str(count)]
            self.check(f"{name} dark, {count} threads", *self.darks, *more)
            self.check(f"{name} flat, {count} threads", *self.flats, *more)
            self.check(f"{name} science, {count} threads", *self.science, *more, *calibrations)
        self.check(f"{name} science, {limit}", *self.science, *calibrations, "--threads", "2", "--max-memory", limit)
        self.check(f"{name} prepare", *self.science, "-r", "prepare")


def main():
    programs, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    nights = [("small", work / "playdata", (1, 2, 7), "150M")]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if "--tutorial" in sys.argv:
            for name, options in (("tutorial", []), ("bz2", ["--bz2"])):
                subprocess.run([programs / "wyvern", "simulate", folder / name, "--preset", "tutorial", *options], check=True,
                               capture_output=True)
                nights.append((name, folder / name / "playdata", (1, 2, 7), "220M"))
        worst = 0.0
        for name, raw, threads, limit in nights:
            here = folder / f"{name}-products"
            here.mkdir()
            night = Night(programs, raw, here)
            night.check_all(name, threads, limit)
            worst = max(worst, night.worst)
    print(f"worst: {worst:.0%}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
