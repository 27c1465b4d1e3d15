#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tests of run.py: what it forgives, and what it must not."""

import contextlib
import io
import unittest

import run


def same(one, other, command="showpars x"):
    return run.normalised(command, one, []) == run.normalised(command, other, [])


class Parse(unittest.TestCase):
    def test_streams_and_status(self):
        command, streams, status = run.parse("$ a b\n--- stdout\nx\n\n--- stderr\ny\n--- exit status 255\n")
        self.assertEqual((command, streams["stdout"], streams["stderr"], status), ("a b", ["x", ""], ["y"], 255))

    def test_what_is_no_transcript(self):
        with self.assertRaises(ValueError):
            run.parse("$ a\nb\n")


class Normalised(unittest.TestCase):
    def test_forgives(self):
        self.assertTrue(same("at 2026-11-22 06:31:07", "at 2027-01-02 03:04:05"))
        self.assertTrue(same("--- reduce v3.2.3 ---", "--- reduce 0.1.0 ---"))
        self.assertTrue(same("tagged as {'GNIRS', 'ABC'}", "tagged as {'ABC', 'GNIRS'}"))
        self.assertTrue(same("Input tags: ['GNIRS', 'ABC']", "Input tags: ['ABC', 'GNIRS']"))
        self.assertTrue(same("Final model in 1.71 seconds", "Final model"))
        self.assertTrue(same("angle: -0.019222136429641882", "angle: -0.019222136429640000"))
        self.assertTrue(same("Running on Python 3.11.2\nx", "x"))
        self.assertTrue(same("x    yy", "x   yy", "showd -d y"))

    def test_does_not_forgive(self):
        self.assertFalse(same("at 2012-01-17 06:31:07", "at 2012-01-17 06:31:08"))
        self.assertFalse(same("tagged as {'GNIRS'}", "tagged as {'NIRI'}"))
        self.assertFalse(same("angle: -0.019222136429641882", "angle: -0.020222136429641882"))
        self.assertFalse(same("exposure 60.0", "exposure 60.1"))
        self.assertFalse(same("x    yy", "x   yy"))
        self.assertFalse(same("['b', 'a']", "['a', 'b']"))
        self.assertFalse(same("x\n\n", "x\n"))

    def test_folders(self):
        self.assertEqual(run.normalised("ls", "/tmp/w/info/playground/x", [("/data/playground", "/tmp/w/info/playground")]),
                         ["/data/playground/x"])


class Judge(unittest.TestCase):
    def wrong(self, found, listed):
        with contextlib.redirect_stdout(io.StringIO()):
            return run.judge(found, listed)

    def test_as_listed(self):
        self.assertEqual(self.wrong({"info/a": [], "info/b": ["difference"]}, {"info/b": "why"}), 0)

    def test_differs_without_being_listed(self):
        self.assertEqual(self.wrong({"info/a": ["difference"]}, {}), 1)

    def test_agrees_though_listed(self):
        self.assertEqual(self.wrong({"info/a": []}, {"info/a": "why"}), 1)


class Table(unittest.TestCase):
    def test_the_page_has_it(self):
        text = run.PARITY.read_text()
        self.assertEqual(run.parity_with_table(text), text)
        self.assertNotEqual(run.parity_with_table(text.replace("Python's traceback", "?")), text.replace("Python's traceback", "?"))

    def test_every_reason_is_of_a_known_kind(self):
        for name, reason in run.expected_differences().items():
            self.assertIn(name.split("/")[0], run.ORDER)
            self.assertGreaterEqual(len(reason), 10, name)


if __name__ == "__main__":
    unittest.main()
