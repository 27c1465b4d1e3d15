#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tests of check_doors.py on a house of three rooms."""

import pathlib
import tempfile
import unittest

import check_doors


class CheckDoors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.src = pathlib.Path(folder.name)
        self.write("CMakeLists.txt", "wyvern_room(base LIBRARIES fmt::fmt)  # wyvern_room(no)\n"
                                     "wyvern_room(fits\n  USES base\n  LIBRARIES x)\n")
        self.write("commands/CMakeLists.txt",
                   "target_link_libraries(wyvern_commands PUBLIC wyvern_flags wyvern_fits)\n")
        self.write("base/text.h", "#include <string>\n")
        self.write("fits/file.h", '#include <fitsio.h>\n#include "base/text.h"\n')

    def write(self, name, text):
        path = self.src / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def complaints(self):
        return [line.removeprefix(f"{self.src}/") for line in check_doors.check(self.src)]

    def test_a_sound_house_has_no_complaints(self):
        self.assertEqual(self.complaints(), [])

    def test_doors_lead_on(self):
        self.write("commands/main.cpp", '#include "base/text.h"\n')
        self.assertEqual(self.complaints(), [])

    def test_a_door_the_other_way(self):
        self.write("base/text.cpp", '#include "base/text.h"\n#include "fits/file.h"\n')
        self.assertEqual(self.complaints(), ['base/text.cpp:2: "fits/file.h": base may not use fits'])

    def test_a_library_out_of_its_room(self):
        self.write("commands/main.cpp", "\n#include <fitsio.h>\n")
        self.assertEqual(self.complaints(), ["commands/main.cpp:2: <fitsio.h> belongs to the room fits"])

    def test_an_include_without_its_room(self):
        self.write("fits/file.cpp", '#include "file.h"\n')
        self.assertEqual(len(self.complaints()), 1)

    def test_a_room_that_is_not_declared(self):
        self.write("attic/box.h", "")
        self.assertEqual(len(self.complaints()), 1)

    def test_a_circle(self):
        self.write("CMakeLists.txt", "wyvern_room(base USES fits)\nwyvern_room(fits USES base)\n")
        self.assertEqual(len(self.complaints()), 2)


if __name__ == "__main__":
    unittest.main(verbosity=0)
