#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Runs the Python cells of a Markdown page in order, as a notebook would.

usage: run_notebook.py [--work FOLDER] [--pictures FOLDER] PAGE.md

What a cell prints must be the `text` block behind it, if there is one. Pictures that cells save are left in the working
folder (default: a temporary one) and, with --pictures, copied to that folder.
"""

import argparse
import contextlib
import io
import os
import pathlib
import re
import shutil
import sys
import tempfile

BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cells_of(page):
    """(code, expected output or None) for each cell."""
    cells = []
    for kind, text in BLOCK.findall(page):
        if kind == "python":
            cells.append([text, None])
        elif cells and cells[-1][1] is None:
            cells[-1][1] = text
        else:
            raise ValueError("a text block stands behind no cell")
    return cells


def run(cells, name):
    """Runs the cells in one name space; gives a line for each whose output is not as expected."""
    space, faults = {"__name__": "__main__"}, []
    for number, (code, expected) in enumerate(cells, 1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"{name}, cell {number}", "exec"), space)
        if expected is not None and printed.getvalue() != expected:
            faults.append(f"cell {number} printed\n{printed.getvalue()}instead of\n{expected}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    os.environ.setdefault("MPLBACKEND", "Agg")
    page, pictures = options.page.resolve(), options.pictures and options.pictures.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(exist_ok=True)
        os.chdir(work)
        faults = run(cells_of(page.read_text()), page.name)
        for picture in sorted(pathlib.Path().glob("*.png")) if pictures else ():
            shutil.copy(picture, pictures / picture.name)
        os.chdir(page.parent)
    print("\n".join(faults) or f"{page.name}: all cells run")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
