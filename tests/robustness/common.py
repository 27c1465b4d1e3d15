# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of robustness share: a simulated night, the commands of the tutorial, whole products."""

import os
import pathlib
import shutil
import sqlite3
import subprocess

from astropy.io import fits

DARK = "N20120102S0538_dark.fits"
FLAT = "N20120117S0019_flat.fits"
STACK = "N20120117S0014_stack.fits"
PART = ".wyvern-part-"


def numbers(first, last):
    return [f"../night/playdata/N{k}.fits" for k in [f"{first[:9]}{n:04d}" for n in range(int(first[9:]), int(last) + 1)]]


DARKS = numbers("20120102S0538", "541")
FLATS = numbers("20120117S0019", "24")
SCIENCE = numbers("20120117S0014", "18")


class Place:
    """A folder with a simulated night (made once), one for reductions, and the environment of the commands."""

    def __init__(self, bin_folder, work):
        self.bin = pathlib.Path(bin_folder).resolve()
        self.work = pathlib.Path(work).resolve()
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.here = self.work / "here"
        self.database = self.here / "cal_manager.db"
        self.whole = {}  # files that have been looked at
        (self.work / "dragonsrc").write_text(f'[calibs]\ndatabases = "{self.database}" get\n')
        sanitizers = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        self.environment = sanitizers | {
            "PATH": f"{self.bin}{os.pathsep}/usr/bin:/bin", "HOME": str(self.work), "LC_ALL": "C.UTF-8",
            "DRAGONSRC": str(self.work / "dragonsrc"), "TZ": "UTC"}
        self.clean()
        self.run("wyvern", "simulate", str(self.work / "night"), "--preset", "small")

    def clean(self):
        shutil.rmtree(self.here, ignore_errors=True)
        self.here.mkdir()

    def start(self, *words, **settings):
        settings = {"cwd": self.here, "env": self.environment, "stdin": subprocess.DEVNULL, "text": True,
                    "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        return subprocess.Popen([str(w) for w in words], **settings)

    def run(self, *words, status=0, seconds=300, **settings):
        process = self.start(*words, **settings)
        out, err = process.communicate(timeout=seconds)
        assert process.returncode == status, f"{words}: {process.returncode}\n{out}\n{err}"
        return out + err

    def reference(self, science=True):
        """Reduces the tutorial once, or its darks only, and leaves the calibrations registered."""
        self.run("caldb", "init")
        self.run("reduce", *DARKS)
        self.run("caldb", "add", DARK)
        if not science:
            return
        self.run("reduce", *FLATS)
        self.run("caldb", "add", FLAT)
        self.run("reduce", *SCIENCE)

    def products(self):
        """Every FITS file below the folder; each must be whole."""
        found = sorted(p for p in self.here.rglob("*.fits") if p.is_file() and not p.is_symlink())
        new = [path for path in found if self.whole.get(path) != identity(path)]
        for path in new:
            assert_whole(path)
        assert_conform(new)
        self.whole.update((path, identity(path)) for path in new)
        return found

    def debris(self):
        return sorted(p for p in self.here.rglob("*") if p.name.startswith((PART, ".wyvern-scratch")) or ".tmp" in p.name)

    def entries(self):
        """Names in the database, which must be sound."""
        with sqlite3.connect(self.database, timeout=20) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            return {name for name, in database.execute(
                "SELECT file.name FROM file JOIN diskfile ON diskfile.file_id = file.id WHERE canonical = 1")}


def identity(path):
    about = path.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns


def assert_whole(path):
    """The file is a FITS file with right checksums in each HDU and nothing behind the last."""
    with fits.open(path, checksum=False) as units:
        end = 0
        for unit in units:
            assert unit.verify_checksum() == 1 and unit.verify_datasum() == 1, f"{path}: checksum"
            info = unit.fileinfo()
            end = info["datLoc"] + info["datSpan"]
    assert path.stat().st_size == end, f"{path}: {path.stat().st_size} bytes, {end} by its headers"


def assert_conform(paths):
    """fitsverify, where it is installed, has nothing to object."""
    if not paths or not shutil.which("fitsverify"):
        return
    done = subprocess.run(["fitsverify", "-e", "-q", *map(str, paths)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def pixels(path):
    """The bytes of each image; tables hold the time of the reduction."""
    with fits.open(path) as units:
        return {(unit.name, unit.ver): unit.data.tobytes() for unit in units if unit.is_image and unit.data is not None}
