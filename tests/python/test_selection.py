# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""dataselect's functions."""

import io

import pytest

import wyvern
from gempy.adlibrary import dataselect


def test_tags(night, kinds):
    assert dataselect.select_data(night, ["DARK"]) == kinds["darks"]
    assert dataselect.select_data(night, ["IMAGE"], ["FLAT"]) == kinds["science"]
    assert len(kinds["darks"]) and len(kinds["flats"]) and len(kinds["science"])
    assert dataselect.select_data(night) == list(night)


@pytest.mark.parametrize("text, kind", [("exposure_time==60 and not object==\"Dark\"", "science"),
                                        ('object=="Dark"', "darks"),
                                        ("(exposure_time == 60.5 and 'IMAGE' in tags)", "science"),
                                        ("ad.observation_type()=='FLAT'", "flats")])
def test_expressions(night, kinds, text, kind):
    assert dataselect.select_data(night, [], [], dataselect.expr_parser(text)) == kinds[kind]
    assert wyvern.select(night, expression=text) == kinds[kind]


def test_strict(night):
    parsed = dataselect.expr_parser("exposure_time==60.5", strict=True)
    assert dataselect.select_data(night, expression=parsed) == []
    assert parsed == "exposure_time==60.5"


@pytest.mark.parametrize("wrong", ["exposure_time=60", "(", "nosuch==1", "__import__('os')", ""])
def test_what_is_no_expression(wrong):
    with pytest.raises(wyvern.UsageError):
        dataselect.expr_parser(wrong)


def test_a_file_that_cannot_be_read(night, tmp_path):
    (tmp_path / "x.fits").write_text("junk")
    with pytest.warns(UserWarning, match="x.fits"):
        assert dataselect.select_data([tmp_path / "x.fits", night[0]]) == [night[0]]


def test_one_name_alone(night):
    assert dataselect.select_data(night[0]) == [night[0]]
    assert wyvern.select(night[0], "GNIRS") == [night[0]]


def test_isclose():
    assert dataselect.isclose(60, 60.5) and not dataselect.isclose(60, 61)


def test_writeheader():
    out = io.StringIO()
    dataselect.writeheader(out, ["DARK"], [], "exposure_time==60")
    assert out.getvalue().splitlines() == ["# Includes tags: ['DARK']", "# Excludes tags: []",
                                           "# Descriptor expression: exposure_time==60"]
