#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Many at once: 32 programs at one database, 16 reductions in one folder; few descriptors; folders that refuse.

  crowd.py BIN WORK SECONDS PART...     SECONDS: how long the 32 programs go on; PART: what else is tried, a name in PARTS
"""

import concurrent.futures
import os
import shutil
import sys
import time

from common import DARK, DARKS, FLAT, Place, pixels


def one_of_the_crowd(place, number, until):
    """Adds, lists and removes a file of its own; how often."""
    name = f"N20120102S{2000 + number}_dark.fits"
    shutil.copyfile(place.here / DARK, place.here / name)
    rounds = 0
    while time.monotonic() < until:
        place.run("caldb", "add", name)
        listing = place.run("caldb", "list")
        assert name in listing and DARK in listing and FLAT in listing, listing
        place.run("caldb", "remove", name)
        rounds += 1
    place.run("caldb", "add", name)
    return name, rounds


def database_crowd(place, seconds):
    before = place.entries()
    until = time.monotonic() + seconds
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        done = list(pool.map(lambda k: one_of_the_crowd(place, k, until), range(32)))
    assert place.entries() == before | {name for name, _ in done}
    print(f"32 programs, {seconds:g} s: {sum(rounds for _, rounds in done)} rounds of add, list and remove, no entry lost")


def reduction_crowd(place):
    right = pixels(place.here / DARK)
    names = []
    for k in range(16):
        for source in DARKS:
            target = place.work / "night" / "playdata" / f"N20130{k + 101}S{source[-9:-5]}.fits"
            shutil.copyfile(place.here / source, target)
        names.append([f"../night/playdata/N20130{k + 101}S{source[-9:-5]}.fits" for source in DARKS])
    processes = [place.start("reduce", *files, "--threads", "1") for files in names]
    for process in processes:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, out + err
    whole = place.products()
    for k in range(16):
        found = [p for p in whole if p.name == os.path.basename(names[k][0])[:-5] + "_dark.fits"]
        assert found, names[k]
        for path in found:
            assert pixels(path) == right, path
    assert not place.debris(), place.debris()
    print("16 reductions in one folder: 16 right products")


def few_descriptors(place):
    playdata = place.work / "night" / "playdata"
    files = []
    for k in range(300):
        link = playdata / f"N20140101S{k:04d}.fits"
        os.link(place.here / DARKS[k % len(DARKS)], link)
        files.append(f"../night/playdata/{link.name}")
    (place.here / "many.lis").write_text("\n".join(files) + "\n")
    place.run("bash", "-c", "ulimit -n 64 && reduce @many.lis")
    assert (place.here / "N20140101S0000_dark.fits").exists()
    place.products()
    print("300 darks with 64 descriptors: done")


def inputs_stay(place):
    """An input is not written over by another spelling of its name or through a link."""
    folder = place.work / "inputs"
    folder.mkdir()
    for source in DARKS:
        shutil.copyfile(place.here / source, folder / os.path.basename(source))
    first = folder / os.path.basename(DARKS[0])
    product = folder / DARK
    before = first.read_bytes()
    files = [p.name for p in sorted(folder.glob("*.fits"))]
    for link in (os.symlink, os.link):
        product.unlink(missing_ok=True)
        link(first, product)
        process = place.start("reduce", *[f"../inputs/./{name}" for name in files], cwd=folder)
        out, err = process.communicate(timeout=300)
        assert process.returncode in (0, 8), out + err
        assert first.read_bytes() == before, f"an input was written over ({link.__name__})\n{err}"
    print("inputs stay what they are behind links and other spellings")


def vanished_folder(place):
    gone = place.work / "gone"
    inputs = " ".join(str((place.here / name).resolve()) for name in DARKS)
    for options in ("", f"--logfile {place.work}/reduce.log"):  # the log is not in the folder, and can be written
        gone.mkdir()
        process = place.start("bash", "-c", f"rmdir ../gone && reduce {inputs} {options}", cwd=gone)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 8 and not gone.exists(), f"{process.returncode}\n{out}\n{err}"
        assert "terminate" not in err and "internal error" not in err, err
    print("a vanished folder: status 8")


PARTS = {"reductions": reduction_crowd, "descriptors": few_descriptors, "inputs": inputs_stay, "vanished": vanished_folder}

if __name__ == "__main__":
    here = Place(sys.argv[1], sys.argv[2])
    here.reference()
    database_crowd(here, float(sys.argv[3]))
    for part in sys.argv[4:]:
        PARTS[part](here)
