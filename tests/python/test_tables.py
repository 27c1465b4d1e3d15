# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tables and attached images."""

import numpy as np
import pytest

import wyvern

table = pytest.importorskip("astropy.table")


def catalogue():
    made = table.Table({"NUMBER": np.arange(3, dtype=np.int32), "X": [1.5, 2.5, 3.5],
                        "NAME": ["a", "bb", "ccc"], "OK": [True, False, True],
                        "PAIR": np.arange(6.0).reshape(3, 2)})
    made["X"].unit = "pix"
    return made


def test_attach_and_write(two, tmp_path):
    two[0].OBJCAT = catalogue()
    two.REFCAT = catalogue()
    assert two.tables == {"REFCAT"} and two[0].ext_tables == {"OBJCAT"}
    assert two[0].exposed == {"OBJCAT", "REFCAT"} and "OBJCAT" in two[0]
    assert "OBJCAT" not in two[1] and "REFCAT" in two
    two.write(tmp_path / "x.fits")
    read = wyvern.open(tmp_path / "x.fits")
    for found in (read[0].OBJCAT, read.REFCAT, read[1].REFCAT):
        assert found.colnames == ["NUMBER", "X", "NAME", "OK", "PAIR"]
        assert list(found["NAME"]) == ["a", "bb", "ccc"] and found["X"].unit == "pix"
        assert found["NUMBER"].dtype == np.int32 and list(found["OK"]) == [True, False, True]
        assert np.array_equal(found["PAIR"], np.arange(6.0).reshape(3, 2))


def test_astropy_reads_the_same(two, tmp_path):
    two.REFCAT = catalogue()
    two.write(tmp_path / "x.fits")
    read = table.Table.read(tmp_path / "x.fits", hdu="REFCAT")
    assert list(read["X"]) == [1.5, 2.5, 3.5] and read["PAIR"].shape == (3, 2)


def test_changes_to_a_table_count(two, tmp_path):
    two[0].OBJCAT = catalogue()
    two.write(tmp_path / "x.fits")
    ad = wyvern.open(tmp_path / "x.fits")
    found = ad[0].OBJCAT
    assert ad[0].OBJCAT is found
    found["X"] += 10
    found.add_column(np.zeros(3, dtype=np.float32), name="NEW")
    found.remove_row(0)
    ad.write(tmp_path / "y.fits")
    again = wyvern.open(tmp_path / "y.fits")[0].OBJCAT
    assert list(again["X"]) == [12.5, 13.5] and again["NEW"].dtype == np.float32
    assert len((ad + 1)[0].OBJCAT) == 2


@pytest.mark.parametrize("given", [{"a": [1, 2]}, np.array([(1, 2.0)], dtype=[("a", "i4"),
                                                                              ("b", "f8")])])
def test_what_becomes_a_table(two, given):
    two.MDF = given
    assert two.MDF["a"][0] == 1


@pytest.mark.parametrize("dtype, stored", [("u2", "i4"), ("u4", "i8"), ("i8", "i8"), ("u1", "u1"),
                                           (">f4", "f4"), ("f2", "f4"), ("i1", "i2")])
def test_types_of_columns(two, tmp_path, dtype, stored):
    two.REFCAT = {"a": np.arange(3).astype(dtype)}
    two.write(tmp_path / "x.fits")
    column = wyvern.open(tmp_path / "x.fits").REFCAT["a"]
    assert column.dtype == np.dtype(stored) and list(column) == [0, 1, 2]


def test_a_column_that_fits_has_not(two):
    with pytest.raises(TypeError, match="column a: values of type complex128"):
        two.REFCAT = {"a": np.ones(2, dtype=complex)}


def test_names_in_use(two):
    two[0].OBJCAT = catalogue()
    two.REFCAT = catalogue()
    with pytest.raises(ValueError, match="would hide an extension table"):
        two.OBJCAT = catalogue()
    with pytest.raises(ValueError, match="would hide a top-level table"):
        two[0].REFCAT = catalogue()
    for name in ("SCI", "VAR", "DQ"):
        with pytest.raises(AttributeError, match=name):
            setattr(two[0], name, np.ones((4, 5)))


def test_arrays_go_to_single_slices(two):
    with pytest.raises(ValueError, match="single slice"):
        two.OBJMASK = np.ones((4, 5))
    with pytest.raises(ValueError, match="shape"):
        two[0].OBJMASK = np.ones((2, 2))
    two[0].OBJMASK = np.ones((4, 5), dtype=np.uint8)
    two[0].OBJMASK[1, 1] = 7
    assert two[0].OBJMASK[1, 1] == 7 and two[0].ext_tables == set()


def test_detach(two):
    two[0].OBJCAT = catalogue()
    two[0].OBJMASK = np.ones((4, 5), dtype=np.uint8)
    two.REFCAT = catalogue()
    del two[0].OBJCAT, two[0].OBJMASK, two.REFCAT
    assert two.exposed == set() and two[0].exposed == set()
    with pytest.raises(AttributeError, match="OBJCAT"):
        del two[0].OBJCAT


def test_tables_move_with_their_extension(two):
    two[1].OBJCAT = catalogue()
    del two[0]
    assert list(two[0].OBJCAT["NAME"]) == ["a", "bb", "ccc"]


def test_empty_table(two, tmp_path):
    two.REFCAT = table.Table({"a": np.zeros(0), "b": np.zeros(0, dtype="U4")})
    two.write(tmp_path / "x.fits")
    assert len(wyvern.open(tmp_path / "x.fits").REFCAT) == 0
