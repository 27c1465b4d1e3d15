#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that objects compiled for one instruction set give nothing but their tables of functions to the linker.

The linker keeps one copy of an inline function or of a template's instance. A copy made with instructions that a
machine does not have would stop there, wherever in the program it is called.

usage: check_variants.py NAMESPACE OBJECT...
Exit status: 0, or 1 with one line for each symbol that must not be there.
"""

import subprocess
import sys

# What is seen from outside: code, data, weak and unique symbols.
SEEN = set("TDBRVWuS")


def wrong_symbols(namespace, listing):
    """The symbols of nm's output that are not tables in the namespace."""
    wrong = []
    for line in listing.splitlines():
        words = line.split()
        if len(words) < 3 or words[1] not in SEEN:
            continue
        kind, name = words[1], words[2]
        table = kind in "DR" and f"{len(namespace)}{namespace}" in name and name.endswith("functionsE")
        if not table:
            wrong.append(f"{kind} {name}")
    return wrong


def main(arguments):
    namespace, objects = arguments[0], arguments[1:]
    if not objects:
        print("no objects")
        return 1
    failed = False
    for path in objects:
        listing = subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout
        for symbol in wrong_symbols(namespace, listing):
            failed = True
            print(f"{path}: {symbol}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
