#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Reductions that lack something: room on the disk, the right to write, descriptors.

  scarce.py BIN WORK PART...     PART: a name in PARTS

The parts with a file system of their own need the right to mount one in a namespace (unshare); without it they are
skipped, and faults.py alone says what a full disk does.
"""

import os
import shutil
import subprocess
import sys
import time

from common import DARK, DARKS, FLAT, SCIENCE, STACK, Place, pixels

INSIDE = "WYVERN_TEST_NAMESPACE"
WRITTEN = [f"{step}:write_outputs=True" for step in ("addVAR", "ADUToElectrons", "darkCorrect", "flatCorrect")]


def mount(place, megabytes):
    """A small file system in the folder of the reductions, with what was in it."""
    before = place.work / "before"
    shutil.copytree(place.here, before)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", place.here], check=True)
    shutil.copytree(before, place.here, dirs_exist_ok=True)


def refused(place, words, *messages):
    """The command ends with status 8, says so once, and leaves what was there; nothing half-written beside it."""
    old = {name: pixels(place.here / name) for name in (DARK, FLAT, STACK)}
    process = place.start(*words)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 8, f"status {process.returncode}\n{out}\n{err}"
    errors = [line for line in err.splitlines() if line.startswith("ERROR - ")]
    assert len(errors) == 1 and all(message in errors[0] for message in messages), err
    place.products()  # each is whole
    assert not place.debris(), place.debris()
    for name, content in old.items():
        assert pixels(place.here / name) == content, f"{name} is not the old one"
    return errors[0]


def full_disk(place):
    """The intermediate files of five frames do not fit into 128 MB."""
    mount(place, 128)
    said = refused(place, ["reduce", *SCIENCE, "-p", *WRITTEN], "No space left on device", "make room", ".fits")
    print(f"128 MB: {said}")
    for path in place.here.glob("N20120117S001[4-8]_*.fits"):
        if path.name != STACK:
            path.unlink()
    place.run("reduce", *SCIENCE)
    assert not place.debris(), place.debris()


def no_room_at_all(place):
    """Not one product fits beside the old ones."""
    used = sum(path.stat().st_size for path in place.here.rglob("*") if path.is_file())
    mount(place, used // 2**20 + 5)
    said = refused(place, ["reduce", *DARKS, "--no-crash-files"], "No space left on device", "make room", DARK)
    print(f"5 MB of room: {said}")


def read_only(place):
    mount(place, 128)
    subprocess.run(["mount", "-o", "remount,ro", place.here], check=True)
    began = time.monotonic()
    said = refused(place, ["reduce", *DARKS, "--logfile", place.work / "dark.log"], "Read-only file system")
    print(f"read-only: {said} ({time.monotonic() - began:.2f} s)")


def science(place, *options):
    """A hundred science frames, with 64 descriptors."""
    night = place.work / "hundred"
    place.run("wyvern", "simulate", night, "--science", 100, *options, seconds=3600)
    ending = ".fits.bz2" if options else ".fits"
    files = sorted(str(path) for path in (night / "playdata").glob(f"N20120117S*{ending}"))
    chosen = place.run("dataselect", *files, "--expr", 'object=="GRB120116A"', "--xtags", "CAL", "-o", "science.lis")
    frames = [line for line in (place.here / "science.lis").read_text().splitlines() if not line.startswith("#")]
    assert len(frames) == 100, f"{len(frames)} frames\n{chosen}"
    began = time.monotonic()
    kept = [f"processed_dark:{place.here / DARK}", f"processed_flat:{place.here / FLAT}"]
    place.run("bash", "-c", f"ulimit -n 64 && reduce @science.lis --user_cal {' '.join(kept)}", seconds=3600)
    print(f"100 science frames ({ending}) with 64 descriptors: {time.monotonic() - began:.1f} s")
    place.products()
    assert not place.debris(), place.debris()
    shutil.rmtree(night)


PARTS = {"full": full_disk, "no-room": no_room_at_all, "read-only": read_only, "science": science,
         "bz2": lambda place: science(place, "--bz2")}
MOUNTING = {"full", "no-room", "read-only"}


def run_part(name):
    place = Place(sys.argv[1], os.path.join(sys.argv[2], name))
    place.reference()
    PARTS[name](place)


def main():
    inside = os.environ.get(INSIDE)
    if inside:
        return run_part(inside)
    may_mount = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                               check=False).returncode == 0
    for name in sys.argv[3:]:
        if name not in MOUNTING:
            run_part(name)
        elif may_mount:
            subprocess.run(["unshare", "-rm", sys.executable, *sys.argv], env={**os.environ, INSIDE: name}, check=True)
        else:
            print(f"{name}: skipped, nothing can be mounted here")


if __name__ == "__main__":
    main()
