# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""phu and hdr."""

import math

import numpy as np
import pytest

import wyvern


def test_get_and_set(two):
    two.phu["EXPTIME"] = 60.0
    assert two.phu["exptime"] == 60.0 and "ExpTime" in two.phu
    two.phu["EXPTIME"] = (30, "seconds")
    assert two.phu["EXPTIME"] == 30 and two.phu.comments["EXPTIME"] == "seconds"
    two.phu["EXPTIME"] = 31
    assert two.phu.comments["EXPTIME"] == "seconds"
    two.phu.set("EXPTIME", 32, "s")
    assert two.phu.comments["EXPTIME"] == "s"


def test_missing_keyword(two):
    with pytest.raises(KeyError, match="Keyword 'NONE' not found"):
        two.phu["NONE"]
    with pytest.raises(KeyError):
        del two.phu["NONE"]
    with pytest.raises(KeyError):
        two.phu.comments["NONE"]
    assert two.phu.get("NONE") is None and two.phu.get("NONE", 5) == 5


def test_delete(two):
    del two.phu["OBJECT"]
    assert "OBJECT" not in two.phu


@pytest.mark.parametrize("value", [True, False, 0, -5, 2**40, 1.5, 1e-7, "text", "it's", "", None,
                                   np.float32(0.5), np.int16(3), np.bool_(True)])
def test_values_survive_a_file(two, tmp_path, value):
    two.phu["VALUE"] = value
    two.write(tmp_path / "x.fits")
    read = wyvern.open(tmp_path / "x.fits").phu["VALUE"]
    assert read == value and isinstance(read, bool) == isinstance(value, (bool, np.bool_))


@pytest.mark.parametrize("value, error", [(math.nan, ValueError), (math.inf, ValueError),
                                          ([1, 2], ValueError), (1j, TypeError), (2**70, ValueError),
                                          (object(), TypeError), (np.ones(3), TypeError)])
def test_values_that_no_card_holds(two, value, error):
    with pytest.raises(error):
        two.phu["VALUE"] = value
    assert "VALUE" not in two.phu


def test_commentary(two):
    two.phu.add_history("first")
    two.phu.add_history("second")
    two.phu.add_comment("remark")
    assert two.phu["HISTORY"] == ["first", "second"] and two.phu["COMMENT"] == ["remark"]


def test_mapping(two):
    header = two[0].hdr
    assert len(header) == len(header.keys()) == len(header.values()) == len(list(header))
    assert dict(header.items())["GAIN"] == 13.5
    header.update({"A": 1, "B": (2, "two")})
    assert header.pop("A") == 1 and header.pop("A", None) is None
    assert header.comments["B"] == "two"
    assert "B       =" in repr(header)


def test_astropy_takes_it(two):
    pytest.importorskip("astropy")
    header = two.phu.to_astropy()
    assert header["OBJECT"] == "M1" and header.comments["OBJECT"] == "target"


def test_replacing_a_header(two):
    two[0].hdr = {"GAIN": 2.0}
    assert two[0].hdr["GAIN"] == 2.0 and len(two[0].hdr) == 1


def test_headers_of_all_extensions(two):
    assert two.hdr["GAIN"] == [13.5, 13.5]
    two[1].hdr["ONLY"] = 7
    with pytest.raises(KeyError, match=r"couldn't be found at headers: \(0,\)"):
        two.hdr["ONLY"]
    assert two.hdr.get("ONLY", 0) == [0, 7] and "ONLY" in two.hdr
    two.hdr["GAIN"] = 2.0
    assert [ext.hdr["GAIN"] for ext in two] == [2.0, 2.0]
    two.hdr.set("GAIN", 3.0, "e/ADU")
    assert two.hdr.get_comment("GAIN") == ["e/ADU", "e/ADU"]
    two.hdr.set_comment("GAIN", "new")
    assert two[0].hdr.comments["GAIN"] == "new"
    del two.hdr["ONLY"]
    assert "ONLY" not in two.hdr
    with pytest.raises(KeyError, match="not on any of the extensions"):
        del two.hdr["ONLY"]
    assert len(list(two.hdr)) == 2


def test_a_header_is_a_view(two):
    header = two[0].hdr
    two[0].hdr["NEW"] = 1
    assert header["NEW"] == 1
