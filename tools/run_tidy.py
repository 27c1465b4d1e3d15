#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Runs clang-tidy over the project's own sources, several at a time.

usage: run_tidy.py --clang-tidy PROGRAM --build FOLDER [--jobs N] [FILE...]
FOLDER holds compile_commands.json. Without FILEs: every source below src/.
Exit status: 0, or 1 when clang-tidy finds something.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys


def sources(build, top):
    commands = json.loads((build / "compile_commands.json").read_text())
    files = {str(pathlib.Path(entry["directory"], entry["file"]).resolve()) for entry in commands}
    return sorted(name for name in files if name.startswith(f"{top / 'src'}/"))


def main():
    parser = argparse.ArgumentParser(description="Run clang-tidy over the sources.")
    parser.add_argument("--clang-tidy", default="clang-tidy")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*")
    given = parser.parse_args()
    top = pathlib.Path(__file__).resolve().parent.parent
    files = given.files or sources(given.build, top)

    def tidy(name):
        # g++'s warning flags are not all known to clang.
        command = [given.clang_tidy, "-p", str(given.build), "--quiet",
                   "--extra-arg=-Wno-unknown-warning-option", name]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for name, done in zip(files, pool.map(tidy, files)):
            if done.returncode != 0:
                failed += 1
                print(done.stdout.strip() or done.stderr.strip(), flush=True)
    print(f"clang-tidy: {len(files)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
