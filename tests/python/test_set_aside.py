# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Frames that a reduction goes on without."""

import os
import pathlib

import pytest

import wyvern


def test_names_need_not_be_utf_8(kinds, workplace):
    broken = workplace / os.fsdecode(b"broken\xff.fits")
    broken.write_bytes(pathlib.Path(kinds["darks"][1]).read_bytes()[:2000000])
    work = wyvern.Reduce()
    work.files = [*kinds["darks"][:2], str(broken)]
    work.runr()
    assert [frame["file"] for frame in work.set_aside] == [str(broken)]


def test_a_frame_that_cannot_be_used_is_set_aside(kinds, workplace):
    broken = workplace / "broken.fits"
    broken.write_bytes(pathlib.Path(kinds["darks"][1]).read_bytes()[:2000000])
    odd = kinds["science"][0]
    work = wyvern.Reduce()
    work.files = [odd, *kinds["darks"][:3], str(broken)]
    work.runr()
    assert [frame["file"] for frame in work.set_aside] == [str(broken), odd]
    assert work.set_aside[1] == {"file": odd, "primitive": "", "reason": "it is IMAGE, not DARK"}
    made = wyvern.open(work.output_filenames[0])
    assert made.phu["NCOMBINE"] == 3 and made.phu["SETASIDE"] == 2
    work.files, work.strict = kinds["darks"][:2] + [str(broken)], True
    with pytest.raises(wyvern.InputError, match="broken.fits"):
        work.runr()
    assert work.set_aside == []
