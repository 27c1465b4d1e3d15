# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the tests share: a simulated night, a frame made in memory, the reference's data."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import wyvern

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def reference_folder():
    named = os.environ.get("WYVERN_SHARED")
    return pathlib.Path(named) if named else SOURCE.parent / "shared"


@pytest.fixture(scope="session")
def golden():
    folder = reference_folder() / "golden"
    if not folder.is_dir():
        pytest.skip("no reference data")
    return folder


@pytest.fixture(scope="session")
def golden_io(golden):
    return json.loads((golden / "astrodata_io_expected.json").read_text())


@pytest.fixture(scope="session")
def night(tmp_path_factory):
    """The frames of preset small, in order of exposure."""
    return wyvern.simulate(tmp_path_factory.mktemp("night"), "small").frames


@pytest.fixture(scope="session")
def kinds(night):
    """The files of the night by kind."""
    return {"darks": wyvern.select(night, ["DARK"]), "flats": wyvern.select(night, ["FLAT"]),
            "science": wyvern.select(night, ["IMAGE"], ["FLAT"])}


def planes(path):
    ad = wyvern.open(path)
    return [(ext.data.copy(), ext.variance.copy(), ext.mask.copy()) for ext in ad]


def assert_same(one, other):
    for mine, theirs in zip(planes(one), planes(other)):
        for a, b in zip(mine, theirs):
            assert a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True), one


@pytest.fixture(scope="session")
def products(kinds, tmp_path_factory):
    """Dark, flat and image of the night, and the folder they are in."""
    folder = tmp_path_factory.mktemp("products")
    dark = wyvern.reduce(kinds["darks"], output_dir=folder)[0]
    flat = wyvern.reduce(kinds["flats"], output_dir=folder)[0]
    image = wyvern.reduce(kinds["science"], output_dir=folder,
                          ucals={"processed_dark": dark, "processed_flat": flat})[0]
    return {"dark": dark, "flat": flat, "image": image, "folder": folder}


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty working folder with a configuration that names a database in it."""
    (tmp_path / "dragonsrc").write_text("[calibs]\ndatabases = ./cal_manager.db get\n")
    monkeypatch.setenv("DRAGONSRC", str(tmp_path / "dragonsrc"))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


PHU = {"INSTRUME": "GNIRS", "OBSERVAT": "Gemini-North", "TELESCOP": "Gemini-North",
       "OBJECT": ("M1", "target")}


@pytest.fixture
def two():
    """A frame with two extensions of 4 x 5 pixels, with variance and mask."""
    ad = wyvern.create(PHU)
    for k in range(2):
        ad.append(np.arange(20, dtype=np.float32).reshape(4, 5) + 1 + 100 * k)
        ad[k].variance = np.full((4, 5), 0.5 + k, dtype=np.float32)
        ad[k].mask = np.zeros((4, 5), dtype=np.uint16)
        ad[k].hdr["GAIN"] = 13.5
    ad[0].mask[1, 2] = 4
    ad[1].mask[0, 0] = 1
    return ad


@pytest.fixture
def python(workplace):
    """Runs a script in a process of its own; gives what subprocess.run gives."""
    def run(text, *arguments, check=True, timeout=120, **options):
        done = subprocess.run([sys.executable, "-c", text, *map(str, arguments)],
                              capture_output=True, text=True, timeout=timeout, **options)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run


def address(array):
    return array.__array_interface__["data"][0]
