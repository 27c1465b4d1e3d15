# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tags and descriptors; the values themselves are tested against the reference."""

import datetime
import json

import pytest

import wyvern
from wyvern import Section


def test_tags_are_worked_out_anew(two):
    assert "RAW" in two.tags and "PREPARED" not in two.tags
    two.phu["PREPARE"] = "2020-01-01T00:00:00"
    assert "PREPARED" in two.tags


def test_there_are_83(two):
    assert len(two.descriptors) == 83
    for name in two.descriptors:
        assert callable(getattr(two, name)) and getattr(type(two), name).__doc__


def test_lists_and_bare_values(night):
    ad = wyvern.open(night[0])
    assert ad.gain() == [13.5] and ad[0].gain() == 13.5 and ad[0:1].gain() == [13.5]
    assert ad.exposure_time() == 60.0


def test_options(night):
    ad = wyvern.open(night[0])
    assert ad.filter_name(pretty=True) == "J"
    assert ad.central_wavelength(asMicrometers=True) == pytest.approx(1.25, rel=0.2)
    assert ad.camera(stripID=True) == ad.camera().split("_")[0]
    with pytest.raises(TypeError):
        ad.camera(nonsense=True)


def test_types(night):
    ad = wyvern.open(night[0])
    assert isinstance(ad.ut_datetime(), datetime.datetime)
    assert isinstance(ad.ut_date(), datetime.date) and isinstance(ad.ut_time(), datetime.time)
    assert ad[0].data_section() == Section(0, 1024, 0, 1022) == (0, 1024, 0, 1022)


def test_an_error_of_a_rule(night):
    ad = wyvern.open(night[0])
    ad.phu["CAMERA"] = "Nonsense"
    with pytest.raises(wyvern.InputError, match="Unrecognized GNIRS camera, Nonsense"):
        ad.pixel_scale()


def test_what_is_not_geminis_has_no_gain():
    with pytest.raises(AttributeError, match="'AstroData' object has no attribute 'gain'"):
        wyvern.create({}).gain()


def test_keyword_for(two):
    assert two._keyword_for("array_name") == "ARRAYID"
    with pytest.raises(AttributeError, match="No match for 'nonsense'"):
        two._keyword_for("nonsense")


def _plain(value):
    if isinstance(value, Section):
        return {"Section": list(value)}
    for kind in (datetime.datetime, datetime.date, datetime.time):
        if isinstance(value, kind):
            return {kind.__name__: value.isoformat()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def test_real_headers(golden):
    """Every descriptor of the real frames, through the bindings."""
    expected = json.loads((golden / "gnirs_headers_expected.json").read_text())["real"]
    compared = 0
    for name, record in expected.items():
        ad = wyvern.open(golden / "headers" / "real" / f"{name}.fits.gz")
        assert sorted(ad.tags) == record["tags"]
        for descriptor, value in record["descriptors"].items():
            if isinstance(value, dict) and "raises" in value:
                continue
            given = _plain(getattr(ad, descriptor)())
            if isinstance(value, float):
                assert given == pytest.approx(value, rel=1e-9), (name, descriptor)
            else:
                assert given == value, (name, descriptor)
            compared += 1
    assert compared > 1500


def test_sections():
    section = Section.from_string("[1:4,2:3]")
    assert section == (0, 4, 1, 3) and section.asIRAFsection() == "[1:4,2:3]"
    assert section.asslice() == (slice(1, 3), slice(0, 4)) and section.ndim == 2
    assert Section.from_shape((3, 5)) == (0, 5, 0, 3)
    assert section.contains(Section(1, 2, 1, 2)) and not section.contains(Section(0, 5, 1, 3))
    assert section.overlap(Section(3, 9, 0, 9)) == (3, 4, 1, 3)
    assert section.overlap(Section(8, 9, 0, 1)) is None
    assert section.shift(1, 1) == (1, 5, 2, 4) and section.is_same_size(section.shift(5, 5))
    assert str(section) == "Section(x1=0, x2=4, y1=1, y2=3)"
    for wrong in ("", "[1:2]", "[4:1,1:2]", "[a:b,1:2]"):
        with pytest.raises(ValueError):
            Section.from_string(wrong)
