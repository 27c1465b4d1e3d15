#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Checks of every source file that git knows: it names its licence in its first lines, and it has
at most 600 lines, since a longer one does more than one thing.

usage: check_sources.py [TOP-OF-THE-CHECKOUT]
Exit status: 0, or 1 with one line for each complaint.
"""

import pathlib
import subprocess
import sys

MOST_LINES = 600
LICENCE = ("SPDX-FileCopyrightText: ", "SPDX-License-Identifier: BSD-3-Clause")
SUFFIXES = (".cpp", ".h", ".py", ".sh", ".cmake")
NAMES = ("CMakeLists.txt", "Makefile", ".ci/run")


def is_source(name):
    return name.endswith(SUFFIXES) or name in NAMES or name.endswith("/CMakeLists.txt")


def complaints_about(name, text):
    lines = text.splitlines()
    # A script's first line is its interpreter.
    head = [line for line in lines[:3] if not line.startswith("#!")][:2]
    for wanted in LICENCE:
        if not any(wanted in line for line in head):
            yield f'{name}:1: no "{wanted.strip()}"'
    if len(lines) > MOST_LINES:
        yield f"{name}: {len(lines)} lines, more than {MOST_LINES}: split it by meaning"


def main(arguments):
    top = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    listed = subprocess.run(["git", "-C", str(top), "ls-files", "-z"], check=True, capture_output=True)
    names = [name for name in listed.stdout.decode().split("\0") if is_source(name)]
    names = [name for name in names if (top / name).exists()]
    complaints = [line for name in names for line in complaints_about(name, (top / name).read_text())]
    for line in complaints:
        print(line)
    if not complaints:
        print(f"sources: {len(names)} files, each with its licence and of readable length")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
