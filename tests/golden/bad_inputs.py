#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Files spoiled in 42 ways, and some more: what `reduce` says of each, alone and among good frames.

  bad_inputs.py BIN WORK SECONDS     BIN has the commands, WORK/playdata the raw frames of the small night

Each file must be answered within SECONDS of processor time when it is alone; no product may come from it unless it can be
used; among good frames the others are reduced. Exits with 77 when there is no astropy.
"""

import io
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

try:
    import numpy as np
    from astropy.io import fits
except ImportError:
    print("skipped: no numpy and astropy")
    sys.exit(77)

warnings.simplefilter("ignore")
GOOD = ["N20120117S0014", "N20120117S0015", "N20120117S0016"]
SKIP = ["-p", "darkCorrect:do_cal=skip", "flatCorrect:do_cal=skip"]

# --- how more files are spoiled: bytes of a good file in, bytes out ----------------------------------


def edited(change):
    def spoil(data):
        with fits.open(io.BytesIO(data)) as hdus:
            stream = io.BytesIO()
            (change(hdus) or hdus).writeto(stream, output_verify="silentfix")
            return stream.getvalue()
    return spoil


def without(*keywords):
    def change(hdus):
        for keyword in keywords:
            hdus[0].header.remove(keyword)
    return edited(change)


def setting(**cards):
    def change(hdus):
        for keyword, value in cards.items():
            hdus[0].header[keyword.replace("__", "-")] = value
    return edited(change)


def pixels(change):
    def apply(hdus):
        hdus[1].data = change(hdus[1].data.copy())
    return edited(apply)


def corner(image):
    """Outside the keyhole."""
    rows, columns = np.indices(image.shape)
    return (rows < 30) & (columns < 30)


# --- what is to come of them --------------------------------------------------------------------

# reject: set aside (alone: an error). unlike: so among good frames, taken alone. warn: taken, with a warning that names the
# file. empty: a warning, and set aside for want of any information. accept: taken.
# The words must stand in what is said of the file.
DEFECTS = {
    "truncated data": ("reject", "the file ends after"),
    "truncated primary header": ("reject", "not supported format"),
    "primary HDU only": ("reject", "contains no extensions"),
    "extension has no data": ("reject", "no pixels"),
    "512 x 512 pixels": ("unlike", "512 x 512 pixels"),
    "one-dimensional data": ("reject", "NAXIS = 1"),
    "two image extensions": ("reject", "2 science extensions"),
    "a table instead of an image": ("reject", "contains no extensions"),
    "NaN block and rows of infinity": ("warn", "NaN or infinite"),
    "all pixels zero": ("empty", "all its pixels are 0"),
    "all pixels saturated": ("empty", "saturated"),
    "32-bit integer pixels": ("accept", ""),
    "unsigned 16-bit pixels (BZERO)": ("accept", ""),
    "64-bit float pixels": ("accept", ""),
    "no EXPTIME": ("reject", "EXPTIME"),
    "no DETBIAS, hence no gain": ("reject", "DETBIAS"),
    "no WCS": ("warn", "WCS"),
    "singular CD matrix": ("warn", "CD1_1"),
    "no offsets": ("warn", "POFFSET"),
    "no date or time": ("warn", "DATE-OBS"),
    "unreadable date": ("warn", "DATE-OBS"),
    "no INSTRUME": ("reject", "INSTRUME"),
    "another instrument": ("reject", "NIRI"),
    "unknown array": ("reject", "ARRAYID"),
    "unknown read mode": ("reject", "LNRS"),
    "unknown camera": ("reject", "CAMERA"),
    "text where a number belongs": ("reject", "EXPTIME"),
    "negative exposure time": ("reject", "EXPTIME"),
    "zero coadds": ("reject", "COADDS"),
    "exposure time 30 s among 60 s": ("unlike", "exposure time"),
    "H filter among J": ("unlike", "filter"),
    "another camera": ("unlike", "camera"),
    "another pointing, 2 degrees away": ("unlike", "points"),
    "copy of the first science frame": ("warn among", "is a copy of"),
    "card that is not ASCII": ("warn", "OBJECT"),
    "no END card": ("reject", "not supported format"),
    "empty file": ("reject", "the file is empty"),
    "text file": ("reject", "SIMPLE"),
    "gzip magic, no content": ("reject", "gzip"),
    "bzip2 stream cut short": ("reject", "bzip2"),
    "bzip2 stream with wrong bytes": ("reject", "bzip2"),
    "uncompressed file named .bz2": ("accept", ""),
}
# What was found beyond these.
MORE = {
    "no number in the keyhole": ("unlike", "failed to scale its sky", pixels(lambda a: np.where(corner(a), a, np.nan))),
    "hardly any numbers are so large": ("unlike", "failed to scale its sky", pixels(lambda a: a * np.float32(-1e35))),
    "reference pixel far away": ("warn among", "CRPIX1", setting(CRPIX1=1e300)),
    "offset without a value": ("warn", "POFFSET", setting(POFFSET=-9999.0)),
    "offset that is a text": ("warn", "QOFFSET", setting(QOFFSET="none")),
    "no offsets for associateSky": ("accept", "", without("XOFFSET", "YOFFSET")),
    "no offsets and no WCS": ("reject", "POFFSET", without("POFFSET", "QOFFSET", "PA")),
    "more co-adds than integers": ("reject", "COADDS is 1e+300", setting(COADDS=1e300)),
}


class Run:
    """One run of reduce in a folder of its own."""

    def __init__(self, bin_folder, here, files, seconds):
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir(parents=True)
        (here / "dragonsrc").write_text("[calibs]\ndatabases =\n")
        kept = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        environment = kept | {"PATH": f"{bin_folder}:/usr/bin:/bin", "HOME": str(here), "TZ": "UTC",
                              "DRAGONSRC": str(here / "dragonsrc"), "LC_ALL": "C.UTF-8"}

        def limit():
            most = int(60 * max(1.0, seconds))
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))

        with open(here / "said", "wb") as said:
            process = subprocess.Popen(
                ["reduce", "--json", "report.json", "--threads", "1", "--logmode", "verbose", *files, *SKIP], cwd=here,
                env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=limit)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.seconds = usage.ru_utime + usage.ru_stime
        self.said = (here / "said").read_text(errors="replace")
        self.report = json.loads((here / "report.json").read_text(errors="replace")) if self.status >= 0 else {}
        self.products = sorted(path for path in here.iterdir() if path.name.endswith(".fits"))

    def lines_about(self, stem, words):
        return [line for line in self.said.splitlines()
                if stem in line and words in line and ("WARNING" in line or "ERROR" in line or "set aside" in line)]

    def combined(self):
        """How many frames are in the stack."""
        stacks = [path for path in self.products if path.name.endswith("_stack.fits")]
        return fits.getheader(stacks[0]).get("NCOMBINE") if stacks else None


def faults_alone(run, stem, expect, words, seconds):
    """What is wrong with the answer to a file that is given alone."""
    found = []
    taken = expect in ("accept", "unlike", "warn among") or (expect == "warn" and run.status == 0)
    if run.status not in ((0,) if taken else (1, 3, 5)):
        found.append(f"exit status {run.status}")
    if taken != bool(run.products):
        found.append(f"products: {[path.name for path in run.products]}")
    if expect in ("reject", "empty", "warn") and not run.lines_about(stem, words):
        found.append("the file is not named with the reason")
    if run.seconds > seconds:
        found.append(f"{run.seconds:.2f} s")
    return found


def faults_among(run, name, stem, expect, words):
    """What is wrong with the answer to a file that is given with good ones."""
    found = []
    aside = [pathlib.Path(frame["file"]).name for frame in run.report.get("set_aside", [])]
    taken = expect in ("accept", "warn among") or (expect == "warn" and run.status == 0)
    if run.status != (0 if taken else 1):
        found.append(f"exit status {run.status}")
    if aside != ([] if taken else [name]):
        found.append(f"set aside: {aside}")
    if run.combined() != len(GOOD) + (1 if taken else 0):
        found.append(f"frames in the stack: {run.combined()}")
    if expect != "accept" and not run.lines_about(stem, words):
        found.append("the file is not named with the reason")
    if not taken and run.products:
        rows = fits.getdata(run.products[-1], "HISTORY")
        if not any(row["primitive"] == "setAside" and name in row["args"] for row in rows):
            found.append("not in HISTORY")
    return found


def spoiled_files(bin_folder, here, good):
    """(defect, file, expect, words) of the files of the preset "bad" and of MORE."""
    subprocess.run([bin_folder / "wyvern", "simulate", here / "night", "--preset", "bad", "--science", "1", "--darks", "0",
                    "--flats", "0"], check=True, stdout=subprocess.DEVNULL)
    listing = json.loads((here / "night/truth/bad_inputs.json").read_text())
    assert [entry["defect"] for entry in listing] == list(DEFECTS), "the preset has other defects"
    files = [(entry["defect"], here / "night/playdata" / entry["file"], *DEFECTS[entry["defect"]]) for entry in listing]
    for number, (defect, (expect, words, spoil)) in enumerate(MORE.items()):
        file = here / "night/playdata" / f"N20120117S{801 + number:04d}.fits"
        file.write_bytes(spoil(good.read_bytes()))
        files.append((defect, file, expect, words))
    return files


def main(bin_folder, work, seconds):
    raw, here = work / "playdata", work / "bad_inputs"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir(parents=True)
    good = [str(raw / f"{name}.fits") for name in GOOD]
    files = spoiled_files(bin_folder, here, pathlib.Path(good[0]))

    def check(what):
        defect, file, expect, words = what
        stem = file.name.split(".")[0]
        alone = Run(bin_folder, here / f"{stem}_alone", [str(file)], seconds)
        among = Run(bin_folder, here / f"{stem}_among", [good[0], str(file), *good[1:]], seconds)
        results = [faults_alone(alone, stem, expect, words, seconds), faults_among(among, file.name, stem, expect, words)]
        for where, faults, run in zip(("alone", "among good frames"), results, (alone, among)):
            if faults:
                print(f"{file.name} ({defect}) {where}: {'; '.join(faults)}\n{run.said}")
        shutil.rmtree(here / f"{stem}_alone")
        shutil.rmtree(here / f"{stem}_among")
        return [not faults for faults in results]

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check, files))
    for part in (results[:len(DEFECTS)], results[len(DEFECTS):]):
        sums = [sum(column) for column in zip(*part)]
        print(f"alone: {sums[0]} of {len(part)} right; among good frames: {sums[1]} of {len(part)} right")
    return 0 if all(map(all, results)) else 1


if __name__ == "__main__":
    started = time.monotonic()
    status = main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), float(sys.argv[3]))
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(status)
