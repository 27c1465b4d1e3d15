# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The page in the manner of a notebook runs, prints what it says and makes its pictures."""

import pathlib
import subprocess
import sys

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_runs(tmp_path):
    pytest.importorskip("matplotlib")
    work = tmp_path / "work"
    done = subprocess.run([sys.executable, SOURCE / "tools/run_notebook.py", "--work", work, SOURCE / "docs/notebook.md"],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = {path.name for path in (SOURCE / "docs/images").glob("notebook-*.png")}
    assert {path.name for path in work.glob("*.png")} == shown and len(shown) == 3


def test_a_wrong_print_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n")
    done = subprocess.run([sys.executable, SOURCE / "tools/run_notebook.py", page], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 1 and "cell 1 printed\n2" in done.stdout
