#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tests of run.py: it must see what differs."""

import pathlib
import tempfile
import unittest

import run

CASE = """\
## Two lines, then a failure.
$ printf 'a\\nb\\n'
--- stdout
a
b
$ echo $PWD 2012-01-17T05:30:03.5 >&2; exit 3
--- stderr
<here> <time>
--- exit status 3
"""


class Replay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name).resolve()
        self.cases, run.CASES = run.CASES, self.work
        self.addCleanup(setattr, run, "CASES", self.cases)

    def replay(self, text, update=False):
        (self.work / "case.txt").write_text(text)
        return run.replay("case", self.work, self.work, update)

    def test_a_case_that_holds(self):
        self.assertEqual(self.replay(CASE), 0)

    def test_another_text(self):
        self.assertEqual(self.replay(CASE.replace("\nb\n$", "\nc\n$")), 1)

    def test_a_line_too_few(self):
        self.assertEqual(self.replay(CASE.replace("\nb\n$", "\n$")), 1)

    def test_another_stream(self):
        self.assertEqual(self.replay(CASE.replace("--- stdout", "--- stderr")), 1)

    def test_another_exit_status(self):
        self.assertEqual(self.replay(CASE.replace("status 3", "status 2")), 1)

    def test_dots_stand_for_any_lines(self):
        self.assertEqual(self.replay("$ seq 5\n--- stdout\n1\n...\n5\n"), 0)
        self.assertEqual(self.replay("$ seq 5\n--- stdout\n1\n...\n4\n"), 1)

    def test_update_writes_what_is_printed_and_keeps_the_rest(self):
        self.replay(CASE.replace("\nb\n$", "\nc\n$").replace("<here> <time>", "..."), update=True)
        self.assertEqual((self.work / "case.txt").read_text(), CASE.replace("<here> <time>", "..."))

    def test_a_line_that_belongs_nowhere(self):
        with self.assertRaises(ValueError):
            self.replay("echo 1\n")


if __name__ == "__main__":
    unittest.main(verbosity=0)
