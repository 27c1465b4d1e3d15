#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Files spoiled in 42 ways: what `reduce` says of each, alone and among good frames.

  bad_inputs.py BIN WORK SECONDS     BIN has the commands, WORK/playdata the raw frames of the small night

Each file must be answered within SECONDS of processor time when it is alone; no product may come from it unless it can be
used; among good frames the others are reduced. Exits with 77 when there is no astropy.
"""

import bz2
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
WCS_KEYS = ["CTYPE1", "CTYPE2", "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2"]

# --- how files are spoiled: bytes of a good file in, bytes out ----------------------------------


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


def with_holes(image):
    image[440:470, 480:520] = np.nan
    image[300:303, :] = np.inf
    return image


def garbled(data):
    packed = bytearray(bz2.compress(data))
    middle = len(packed) // 2
    packed[middle:middle + 64] = bytes(b ^ 0x5A for b in packed[middle:middle + 64])
    return bytes(packed)


def table_only(hdus):
    return fits.HDUList([hdus[0], fits.BinTableHDU.from_columns([fits.Column("A", "E", array=np.arange(9.0))])])


# --- what is to come of them --------------------------------------------------------------------

# reject: set aside (alone: an error). unlike: so among good frames, taken alone. warn: taken, with a warning that names the
# file. empty: a warning, and set aside for want of any information. accept: taken.
# The words must stand in what is said of the file.
DEFECTS = [
    ("truncated data", "reject", "the file ends after", lambda d: d[:len(d) * 3 // 5]),
    ("truncated primary header", "reject", "not supported format", lambda d: d[:1500]),
    ("primary HDU only", "reject", "contains no extensions", edited(lambda h: fits.HDUList([h[0]]))),
    ("extension has no data", "reject", "no pixels", edited(lambda h: fits.HDUList([h[0], fits.ImageHDU(name="SCI")]))),
    ("512 x 512 pixels", "unlike", "512 x 512 pixels", pixels(lambda a: a[255:767, 256:768])),
    ("one-dimensional data", "reject", "NAXIS = 1", pixels(lambda a: a.ravel())),
    ("two image extensions", "reject", "2 science extensions",
     edited(lambda h: fits.HDUList([h[0], h[1], fits.ImageHDU(h[1].data)]))),
    ("a table instead of an image", "reject", "contains no extensions", edited(table_only)),
    ("NaN block and rows of infinity", "warn", "NaN or infinite", pixels(with_holes)),
    ("all pixels zero", "empty", "all its pixels are 0", pixels(np.zeros_like)),
    ("all pixels saturated", "empty", "saturated", pixels(lambda a: np.full_like(a, 6800.0))),
    ("32-bit integer pixels", "accept", "", pixels(lambda a: np.round(a).astype(np.int32))),
    ("unsigned 16-bit pixels (BZERO)", "accept", "",
     pixels(lambda a: np.clip(np.round(a) + 100, 0, 65535).astype(np.uint16))),
    ("64-bit float pixels", "accept", "", pixels(lambda a: a.astype(np.float64))),
    ("no EXPTIME", "reject", "EXPTIME", without("EXPTIME")),
    ("no DETBIAS, hence no gain", "reject", "DETBIAS", without("DETBIAS")),
    ("no WCS", "warn", "WCS", without(*WCS_KEYS)),
    ("singular CD matrix", "warn", "CD1_1", setting(CD1_1=0.0, CD1_2=0.0, CD2_1=0.0, CD2_2=0.0)),
    ("no offsets", "warn", "POFFSET", without("POFFSET", "QOFFSET", "RAOFFSET", "DECOFFSE")),
    ("no date or time", "warn", "DATE-OBS", without("DATE-OBS", "TIME-OBS", "UTSTART", "UT", "DATE")),
    ("unreadable date", "warn", "DATE-OBS", setting(DATE__OBS="2012-13-45", UTSTART="25:61:99", UT="noon")),
    ("no INSTRUME", "reject", "INSTRUME", without("INSTRUME")),
    ("another instrument", "reject", "NIRI", setting(INSTRUME="NIRI")),
    ("unknown array", "reject", "ARRAYID", setting(ARRAYID="SN0000000.0")),
    ("unknown read mode", "reject", "LNRS", setting(LNRS=7)),
    ("unknown camera", "reject", "CAMERA", setting(CAMERA="MediumGreen_G0000")),
    ("text where a number belongs", "reject", "EXPTIME", setting(EXPTIME="sixty")),
    ("negative exposure time", "reject", "EXPTIME", setting(EXPTIME=-60.0)),
    ("zero coadds", "reject", "COADDS", setting(COADDS=0)),
    ("exposure time 30 s among 60 s", "unlike", "exposure time", setting(EXPTIME=30.0)),
    ("H filter among J", "unlike", "filter", setting(FILTER2="H_G0516", FW2_ENG=-16650)),
    ("another camera", "unlike", "camera", setting(CAMERA="LongBlue_G5542")),
    ("another pointing, 2 degrees away", "unlike", "points", setting(CRVAL1=18.241, RA=18.241)),
    ("copy of the first science frame", "warn among", "is a copy of", lambda d: d),
    ("card that is not ASCII", "warn", "OBJECT", lambda d: d.replace(b"'GRB120116A'", b"'GRB\xe9\xff0116A'", 1)),
    ("no END card", "reject", "not supported format", lambda d: d.replace(b"END" + b" " * 77, b" " * 80)),
    ("empty file", "reject", "the file is empty", lambda d: b""),
    ("text file", "reject", "SIMPLE", lambda d: b"N20120117S0014.fits\nnot a FITS file\n"),
    ("gzip magic, no content", "reject", "gzip", lambda d: b"\x1f\x8b\x08\x00"),
    ("bzip2 stream cut short", "reject", "bzip2", lambda d: bz2.compress(d)[:200000]),
    ("bzip2 stream with wrong bytes", "reject", "bzip2", garbled),
    ("uncompressed file named .bz2", "accept", "", lambda d: d),
]
SUFFIXES = {"gzip magic, no content": ".fits.gz", "bzip2 stream cut short": ".fits.bz2",
            "bzip2 stream with wrong bytes": ".fits.bz2", "uncompressed file named .bz2": ".fits.bz2"}


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


def main(bin_folder, work, seconds):
    raw, here = work / "playdata", work / "bad_inputs"
    shutil.rmtree(here, ignore_errors=True)
    (here / "raw").mkdir(parents=True)
    good = [str(raw / f"{name}.fits") for name in GOOD]
    data = pathlib.Path(good[0]).read_bytes()

    def check(number):
        defect, expect, words, spoil = DEFECTS[number]
        stem = f"N20120117S{901 + number:04d}"
        file = here / "raw" / (stem + SUFFIXES.get(defect, ".fits"))
        file.write_bytes(spoil(data))
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
        results = list(pool.map(check, range(len(DEFECTS))))
    sums = [sum(column) for column in zip(*results)]
    print(f"alone: {sums[0]} of {len(DEFECTS)} right; among good frames: {sums[1]} of {len(DEFECTS)} right")
    return 0 if sums == [len(DEFECTS)] * 2 else 1


if __name__ == "__main__":
    started = time.monotonic()
    status = main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), float(sys.argv[3]))
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(status)
