# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Types: mypy accepts the package and a script that uses it, stubtest the types of the compiled core."""

import pathlib
import shutil
import subprocess
import sys

import pytest

import wyvern

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = pathlib.Path(wyvern.__file__).parent


def checked(program, *arguments, cwd, config=SOURCE / "pyproject.toml", option="--config-file"):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([program, *arguments, option, str(config)], cwd=cwd, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """What mypy has found out of numpy, kept from one test to the next."""
    return tmp_path_factory.mktemp("mypy")


def test_mypy_accepts_the_package(cache):
    status, text = checked("mypy", "--cache-dir", str(cache), cwd=SOURCE)
    assert status == 0, text


def test_stubtest_accepts_the_core(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    monkeypatch.delenv("MYPYPATH", raising=False)
    allowed = pathlib.Path(__file__).with_name("stubtest.allow")
    empty = tmp_path / "mypy.ini"
    empty.write_text(f"[mypy]\ncache_dir = {cache}\n")
    status, text = checked("stubtest", "wyvern._core", "--allowlist", str(allowed), cwd=tmp_path, config=empty,
                           option="--mypy-config-file")
    assert status == 0, text


SCRIPT = """\
from typing import List, Optional
import wyvern

files: List[str] = wyvern.select(["a.fits"], ["DARK"], expression="exposure_time==60")
ad = wyvern.open(files[0])
ad[0].hdr["GAIN"] = 13.5
level: float = float(ad[0].data.mean())
work = wyvern.Reduce()
work.files = files
work.uparms = {"stackDarks:operation": "median"}
work.runr()
names: Optional[List[str]] = work.output_filenames
"""


@pytest.mark.parametrize("extra, fault", [("", None), ("wyvern.open(3)\n", "open"), ("work.nosuch\n", "nosuch")])
def test_a_users_script(tmp_path, cache, extra, fault):
    """What py.typed promises: a sound script passes, a wrong argument or name is found."""
    (tmp_path / "script.py").write_text(SCRIPT + extra)
    (tmp_path / "mypy.ini").write_text(
        f"[mypy]\nmypy_path = {PACKAGE.parent}\ncache_dir = {cache}\nignore_missing_imports = True\n")
    status, text = checked("mypy", "--python-executable", sys.executable, "script.py", cwd=tmp_path,
                           config=tmp_path / "mypy.ini")
    assert status == (0 if fault is None else 1), text
    assert fault is None or fault in text
