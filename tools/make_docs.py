#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Writes the pages that are made from declarations: make_docs.py BIN [--check].

docs/commands/COMMAND.md and docs/parameters.md, by `wyvern manual`; docs/calibration-rules.md, by `caldb rules`. --check only tells which are not up to date.
"""

import os
import pathlib
import re
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parents[1] / "docs"


def output(program, *arguments):
    env = {name: value for name, value in os.environ.items() if not name.startswith("WYVERN_")}
    return subprocess.run([program, *arguments], env=env, check=True, capture_output=True, text=True).stdout


def pages(program):
    """File -> text, of all pages."""
    listed = output(program, "--help").split("commands:\n")[1].split("\n\n")[0]
    commands = re.findall(r"^  (\S+) +(.+)$", listed, re.MULTILINE)
    made = {DOCS / "parameters.md": output(program, "manual", "parameters"),
            DOCS / "calibration-rules.md": output(program, "caldb", "rules")}
    index = "# Commands\n\n<!-- Made from the declarations by `make docs`. -->\n\n| command | what it does |\n|---|---|\n"
    for name, summary in commands:
        made[DOCS / f"commands/{name}.md"] = output(program, "manual", name, "--format", "markdown")
        index += f"| [{name}]({name}.md) | {summary} |\n"
    made[DOCS / "commands/README.md"] = index
    return made


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve() / "wyvern")
    made = pages(program)
    known = set((DOCS / "commands").glob("*.md"))
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    stale += known - made.keys()
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)} is not what the declarations say: make docs")
        return 1 if stale else 0
    (DOCS / "commands").mkdir(exist_ok=True)
    for path in known - made.keys():
        path.unlink()
    for path, text in made.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
