# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The tutorial's own scripts, on a night of its size, make what the three commands make."""

import os
import pathlib
import re
import subprocess

import numpy as np
import pytest

import wyvern

PRODUCTS = ["N20120102S0538_dark.fits", "N20120117S0034_flat.fits", "N20120117S0014_image.fits"]
PLANES = ("data", "variance", "mask")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A folder with playdata, as the tutorial's data package has it."""
    return pathlib.Path(wyvern.simulate(tmp_path_factory.mktemp("package"), "tutorial").frames[0]).parents[1]


@pytest.fixture
def playground(package, monkeypatch):
    """An empty working folder beside playdata, with a configuration that names a database in it."""
    def make(name):
        folder = package / name
        folder.mkdir()
        (package / f"{name}.rc").write_text(f"[calibs]\ndatabases = {folder}/cal_manager.db get\n")
        monkeypatch.setenv("DRAGONSRC", str(package / f"{name}.rc"))
        monkeypatch.chdir(folder)
        return folder

    return make


@pytest.fixture(scope="module")
def by_command(package):
    """The folder in which the commands have reduced the night."""
    program = os.environ.get("WYVERN_BIN")
    if not program:
        pytest.skip("no commands here")
    folder = package / "commands"
    folder.mkdir()
    kinds = {"dark": (["DARK"], []), "flat": (["FLAT"], []), "image": (["IMAGE"], ["FLAT"])}
    raw = sorted(map(str, (package / "playdata").glob("*.fits")))
    for kind, tags in kinds.items():
        calibrations = [f"processed_{PRODUCTS[k][15:-5]}:{PRODUCTS[k]}" for k in range(2)]
        subprocess.run([f"{program}/reduce", *wyvern.select(raw, *tags),
                        *(["--user_cal", *calibrations] if kind == "image" else [])],
                       cwd=folder, check=True, capture_output=True)
    return folder


def assert_products(folder, expected):
    for name in PRODUCTS:
        mine, theirs = wyvern.open(folder / name), wyvern.open(expected / name)
        assert len(mine) == len(theirs) == 1
        for plane in PLANES:
            a, b = getattr(mine[0], plane), getattr(theirs[0], plane)
            assert a.dtype == b.dtype and np.array_equal(a, b, equal_nan=plane != "mask"), (name, plane)


def test_example_1b(golden, python, playground, by_command):
    script = (golden / "transcripts/tutorial_api/tutorial_1B.py.txt").read_text()
    folder = playground("example")
    done = python(script, cwd=folder)
    printed = [line for line in done.stdout.splitlines() if line.startswith("output_filenames")]
    assert printed == [f"output_filenames {[name]}" for name in PRODUCTS]
    assert f"list_files {[(name, str(folder)) for name in PRODUCTS[:2]]}" in done.stdout
    assert_products(folder, by_command)


def numbered_lines(text):
    """The program of chapter 4, whose lines the tutorial numbers, with those that go on over several lines."""
    chapter = text[text.rindex("\n4.2 "):text.rindex("\n5.1 ")]
    lines = dict(re.findall(r"^(\d+) (.*)$", chapter, re.MULTILINE))
    return "\n".join(lines[number] for number in sorted(lines, key=int)) + "\n"


def test_chapter_4(golden, python, playground, by_command):
    """With normalize_ucals of two arguments."""
    script = numbered_lines((golden.parent / "tutorial.txt").read_text())
    assert "normalize_ucals(reduce_target.files, mycalibrations)" in script
    folder = playground("chapter")
    python(script, cwd=folder)
    assert_products(folder, by_command)
