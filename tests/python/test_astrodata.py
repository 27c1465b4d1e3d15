# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The object: opening, slices, planes, names, what it prints."""

import copy
import gzip
import pathlib

import numpy as np
import pytest
from conftest import PHU, address

import wyvern
from wyvern import AstroDataError


def test_open_gives_the_frame(night):
    ad = wyvern.open(night[0])
    assert len(ad) == 1
    assert ad.path == night[0]
    assert ad.filename == pathlib.Path(night[0]).name
    assert ad[0].shape == (1022, 1024)
    assert ad.phu["ORIGNAME"] == ad.filename


def test_open_takes_a_path_object(night):
    assert wyvern.open(pathlib.Path(night[0])).filename == pathlib.Path(night[0]).name


def test_open_missing_file():
    with pytest.raises(FileNotFoundError, match="No such file or directory: 'none.fits'"):
        wyvern.open("none.fits")


@pytest.mark.parametrize("content", [b"", b"junk" * 1000, b"SIMPLE  =                    T"])
def test_open_what_is_no_fits_file(tmp_path, content):
    path = tmp_path / "x.fits"
    path.write_bytes(content)
    with pytest.raises(AstroDataError, match="No access, or not supported format for: .*x.fits"):
        wyvern.open(path)


def test_open_compressed(night, tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(gzip.compress(pathlib.Path(night[0]).read_bytes(), 1))
    assert np.array_equal(wyvern.open(path)[0].data, wyvern.open(night[0])[0].data)


def test_open_a_list_of_hdus(night):
    fits = pytest.importorskip("astropy.io.fits")
    with fits.open(night[0]) as hdus:
        ad = wyvern.open(hdus)
    assert ad.tags == wyvern.open(night[0]).tags
    assert np.array_equal(ad[0].data, wyvern.open(night[0])[0].data)


def test_pixels_of_a_file_that_has_gone(tmp_path, two):
    two.write(tmp_path / "x.fits")
    ad = wyvern.open(tmp_path / "x.fits")
    (tmp_path / "x.fits").unlink()
    with pytest.raises(wyvern.InputError, match="x.fits"):
        ad[0].data


def test_create_from_cards_and_hdus():
    fits = pytest.importorskip("astropy.io.fits")
    header = fits.Header([("INSTRUME", "GNIRS"), ("OBJECT", "M1", "target")])
    image = fits.ImageHDU(np.ones((3, 4), dtype=">f4"))
    ad = wyvern.create(fits.PrimaryHDU(header=header), [image, image])
    assert len(ad) == 2 and "GNIRS" in ad.tags
    assert ad.phu.comments["OBJECT"] == "target"
    assert ad[1].data.dtype == np.dtype("float32") and ad[1].data.dtype.isnative
    assert ad[1].data.sum() == 12


@pytest.mark.parametrize("cards", [{"INSTRUME": "GNIRS"}, [("INSTRUME", "GNIRS")]])
def test_create_from_plain_python(cards):
    ad = wyvern.create(cards)
    assert ad.instrument() == "GNIRS" and len(ad) == 0 and ad.hdr is None


def test_create_from_nothing_has_no_tags():
    assert wyvern.create({}).tags == set()


@pytest.mark.parametrize("wrong", ["text", 5, None, [1, 2]])
def test_create_from_nonsense(wrong):
    with pytest.raises(ValueError, match="phu must be a PrimaryHDU or a valid header object"):
        wyvern.create(wrong)


def test_iteration_and_length(two):
    assert len(two) == 2
    assert [extension.id for extension in two] == [1, 2]
    assert len(two[0]) == 1
    assert [extension.id for extension in two[1]] == [2]


@pytest.mark.parametrize("key, indices", [(slice(0, 1), [0]), (slice(None), [0, 1]), ((1, 0), [1, 0]),
                                          (slice(1, None), [1]), (-1, [1]), (np.int64(1), [1])])
def test_slices(two, key, indices):
    part = two[key]
    assert part.indices == indices
    assert part.is_sliced and not two.is_sliced
    assert part.is_single == (not isinstance(key, (slice, tuple)))


def test_slice_of_a_slice(two):
    assert two[(1, 0)][0].id == 2


@pytest.mark.parametrize("key", [2, -3, 100])
def test_index_out_of_range(two, key):
    with pytest.raises(IndexError, match="Index out of range"):
        two[key]


@pytest.mark.parametrize("key", ["a", 1.0, None, True])
def test_bad_index(two, key):
    with pytest.raises(ValueError, match="Invalid index"):
        two[key]


def test_a_single_slice_is_not_sliced_again(two):
    with pytest.raises(TypeError, match="Can't slice a single slice!"):
        two[0][0]


def test_id_of_a_whole_object(two):
    with pytest.raises(ValueError, match="not a single slice"):
        two.id


def test_data_is_the_cores_memory(two, tmp_path):
    array = two[0].data
    assert address(array) == address(two[0].data) and array.flags.writeable
    array[2, 3] = -7
    two.write(tmp_path / "x.fits")
    assert wyvern.open(tmp_path / "x.fits")[0].data[2, 3] == -7


def test_planes_in_place(two):
    before = address(two[0].data)
    two[0].data *= 2
    two[0].mask |= 8
    assert address(two[0].data) == before
    assert two[0].data[0, 0] == 2 and two[0].mask[1, 2] == 12


def test_an_array_outlives_its_object(two):
    array = two[0].data
    expected = array.copy()
    del two
    for _ in range(5):
        wyvern.create(PHU, None).append(np.zeros((4, 5), dtype=np.float32))
    assert np.array_equal(array, expected)


def test_lists_on_whole_objects(two):
    assert [plane.shape for plane in two.data] == two.shape == [(4, 5), (4, 5)]
    assert [plane[0, 0] for plane in two.variance] == [0.5, 1.5]
    assert [int(plane.max()) for plane in two.mask] == [4, 1]
    assert len(two.nddata) == 2 and two.nddata[1].data[0, 0] == 101


def test_absent_planes_are_none():
    ad = wyvern.create(PHU)
    ad.append(np.ones((2, 2)))
    assert ad[0].variance is None and ad[0].mask is None and ad[0].uncertainty is None
    assert ad.mask == [None]


def test_uncertainty_is_the_root_of_the_variance(two):
    assert np.allclose(two[1].uncertainty, np.sqrt(1.5))


@pytest.mark.parametrize("name", ["data", "variance", "mask"])
def test_assignment_to_a_whole_object(two, name):
    with pytest.raises(ValueError, match="not a single slice"):
        setattr(two, name, np.ones((4, 5)))


@pytest.mark.parametrize("name", ["variance", "mask"])
def test_a_plane_of_another_shape(two, name):
    with pytest.raises(ValueError, match=r"shape incompatible with data shape: \(5, 4\)"):
        setattr(two[0], name, np.ones((5, 4), dtype=np.uint16))


@pytest.mark.parametrize("wrong", [5, "text", [[1, 2]], None])
def test_data_must_have_a_shape(two, wrong):
    with pytest.raises(TypeError, match="shape"):
        two[0].data = wrong


@pytest.mark.parametrize("wrong", [np.array(["a"]), np.ones((2, 2), dtype=complex),
                                   np.array([object()])])
def test_data_of_a_type_that_fits_has_not(two, wrong):
    with pytest.raises(TypeError, match="not supported"):
        two[0].data = wrong


def test_empty_data(two):
    with pytest.raises(ValueError, match="empty"):
        two[0].data = np.zeros((0, 5))


@pytest.mark.parametrize("dtype, kept", [("u1", "u1"), ("i2", "i2"), ("u2", "u2"), ("i4", "i4"),
                                         ("u4", "u4"), ("i8", "i8"), ("f4", "f4"), ("f8", "f8"),
                                         (">i2", "i2"), (">f8", "f8"), ("?", "u1"), ("f2", "f4"),
                                         ("i1", "i2")])
def test_types_of_data(two, tmp_path, dtype, kept):
    array = (np.arange(20).reshape(4, 5) % 2).astype(dtype)
    two[0].data = array
    two.write(tmp_path / "x.fits")
    read = wyvern.open(tmp_path / "x.fits")[0].data
    if kept != "u1":  # bytes are read as uint16, as the reference reads them
        assert read.dtype == np.dtype(kept)
    assert np.array_equal(read, array)


def test_strided_data_are_taken(two):
    two[0].data = np.arange(40, dtype=np.float32).reshape(4, 10)[:, ::2]
    assert two[0].data[1, 1] == 12 and two[0].data.flags.c_contiguous


def test_removing_planes(two):
    two[0].variance = None
    two[0].mask = None
    assert two[0].variance is None and two[0].mask is None and two[1].mask is not None


def test_a_mask_is_uint16(two):
    two[0].mask = np.ones((4, 5), dtype=bool)
    assert two[0].mask.dtype == np.uint16
    with pytest.raises(TypeError, match="not an integer type"):
        two[0].mask = np.ones((4, 5))


def test_negative_variance_becomes_zero(two):
    with pytest.warns(RuntimeWarning, match="Negative variance"):
        two[0].variance = np.full((4, 5), -1.0)
    assert two[0].variance.max() == 0


def test_data_of_another_shape_drop_the_other_planes(two):
    two[0].data = np.ones((2, 2))
    assert two[0].shape == (2, 2) and two[0].mask is None and two[0].variance is None


def test_reset(two):
    two[0].reset(np.ones((3, 3)), mask=np.zeros((3, 3), dtype=np.uint16),
                 variance=np.ones((3, 3)))
    assert two[0].shape == two[0].mask.shape == two[0].variance.shape == (3, 3)
    with pytest.raises(ValueError, match="Mask shape incompatible with data shape"):
        two[0].reset(np.ones((2, 2)), mask=np.zeros((3, 3), dtype=np.uint16))
    assert two[0].shape == (3, 3)


def test_operate(two):
    expected = two[0].data.T.copy()
    two.operate(np.transpose)
    assert two.shape == [(5, 4), (5, 4)]
    assert np.array_equal(two[0].data, expected) and two[0].mask[2, 1] == 4


def test_crop(two):
    expected = two[0].data[1:3, 2:5].copy()
    two[0].OBJMASK = np.arange(20, dtype=np.uint8).reshape(4, 5)
    two.crop(2, 1, 4, 2)
    assert np.array_equal(two[0].data, expected)
    assert two[0].mask[0, 0] == 4 and two[0].OBJMASK[0, 0] == 7
    with pytest.raises(ValueError, match="cannot crop"):
        two.crop(0, 0, 3, 1)


def test_crop_moves_the_coordinates(night):
    ad = wyvern.open(night[0])
    sky = ad[0].wcs(300, 400)
    ad.crop(200, 100, 699, 599)
    assert ad[0].wcs(100, 300) == pytest.approx(sky, abs=1e-9)


def test_wcs(night):
    ad = wyvern.open(night[0])
    wcs = ad[0].wcs
    ra, dec = wcs(511, 510)
    assert wcs.invert(ra, dec) == pytest.approx((511, 510), abs=1e-6)
    assert 0.14 < wcs.pixel_scale < 0.17
    assert wcs(*map(float, wcs.crpix)) == pytest.approx(wcs.crval, abs=1e-9)
    assert wcs(np.array([1, 2, 3]), 5)[0].shape == (3,)
    with pytest.raises(ValueError, match="not a single slice"):
        ad.wcs


def test_wcs_can_be_taken_away(night, two):
    two[0].wcs = wyvern.open(night[0])[0].wcs
    assert two[0].wcs == wyvern.open(night[0])[0].wcs and two[1].wcs is None
    two[0].wcs = None
    assert two[0].wcs is None


def test_names(two):
    assert two.path is None and two.filename is None
    two.path = "/data/N1.fits"
    assert two.filename == "N1.fits"
    two.filename = "N2.fits"
    assert two.path == "/data/N2.fits"
    with pytest.raises(ValueError, match="absolute path"):
        two.filename = "/x.fits"


def test_a_slice_has_its_own_path(two):
    two.path = "/data/N1.fits"
    part = two[0]
    part.filename = "other.fits"
    assert part.path == "/data/other.fits" and two.path == "/data/N1.fits"


def test_update_filename(two):
    two.path, two.phu["ORIGNAME"] = "N1.fits", "N1.fits"
    two.update_filename(suffix="_a")
    two.update_filename(suffix="_b")
    assert two.filename == "N1_a_b.fits"
    two.update_filename(suffix="_c", strip=True)
    assert two.filename == "N1_a_c.fits"
    two.update_filename(prefix="x", strip=True)
    assert two.filename.startswith("xN1")


def test_golden_renamings(golden_io):
    for case in golden_io["update_filename"]:
        if not case["filename"].endswith(".fits"):
            continue  # compressed names: changed on purpose
        ad = wyvern.create({"ORIGNAME": case["orig_keyword"]} if case["orig_keyword"] else {})
        ad.path = case["filename"]
        results = []
        for call in case["calls"]:
            ad.update_filename(**call)
            results.append(ad.filename)
        assert results == case["results"]


def test_append(two):
    two.append(np.zeros((2, 3), dtype=np.int16))
    two.append(two[0])
    assert two.shape == [(4, 5), (4, 5), (2, 3), (4, 5)]
    two[3].data[0, 0] = 99
    assert two[0].data[0, 0] == 1 and two[3].mask[1, 2] == 4


def test_append_with_a_header(two):
    two.append(np.zeros((2, 3)), header={"GAIN": 4.0})
    assert two[2].hdr["GAIN"] == 4.0 and two[2].hdr["EXTNAME"] == "SCI"


def test_append_refuses(two):
    table = pytest.importorskip("astropy.table").Table({"a": [1]})
    with pytest.raises(ValueError, match="Tables should be set directly as attribute"):
        two.append(table)
    with pytest.raises(ValueError, match="not single slices"):
        two.append(wyvern.create(PHU))
    with pytest.raises(ValueError, match="Only SCI extensions"):
        two.append(np.ones((2, 2)), name="FOO")
    with pytest.raises(TypeError, match="slices"):
        two[0].append(np.ones((2, 2)))
    with pytest.raises(ValueError, match="no pixels"):
        two.append("text")


def test_delete_an_extension(two):
    del two[0]
    assert len(two) == 1 and two[0].data[0, 0] == 101
    with pytest.raises(IndexError):
        del two[1]
    with pytest.raises(TypeError):
        del two[0:1][0]


def test_a_slice_of_an_extension_that_has_gone(two):
    last = two[1]
    del two[1]
    with pytest.raises(IndexError):
        last.data
    with pytest.raises(IndexError):
        last.hdr["GAIN"]


def test_deepcopy(two):
    twin = copy.deepcopy(two)
    twin[0].data[:] = 0
    twin.phu["OBJECT"] = "other"
    assert two[0].data[0, 0] == 1 and two.phu["OBJECT"] == "M1"
    part = copy.deepcopy(two[1])
    assert len(part) == 1 and part[0].data[0, 0] == 101 and not part.is_sliced


def test_write_and_read(two, tmp_path):
    two.path = str(tmp_path / "x.fits")
    two.write()
    assert two.phu["NEXTEND"] == 6
    with pytest.raises(OSError, match="already exists. If you mean to replace it"):
        two.write()
    two.write(overwrite=True)
    read = wyvern.open(two.path)
    for mine, other in zip(two, read):
        for name in ("data", "variance", "mask"):
            assert np.array_equal(getattr(mine, name), getattr(other, name))
    assert read.hdr["EXTVER"] == [1, 2]


def test_write_a_slice(two, tmp_path):
    two[1].write(tmp_path / "x.fits")
    assert wyvern.open(tmp_path / "x.fits")[0].data[0, 0] == 101


def test_write_without_a_name(two):
    with pytest.raises(ValueError, match="A filename needs to be specified"):
        two.write()


def test_write_where_nobody_can(two, tmp_path):
    with pytest.raises(wyvern.OutputError, match="x.fits"):
        two.write(tmp_path / "none" / "x.fits")


def test_write_compressed(two, tmp_path):
    two.write(tmp_path / "x.fits.gz")
    assert (tmp_path / "x.fits.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert wyvern.open(tmp_path / "x.fits.gz")[1].data[0, 0] == 101


def test_info_of_what_was_made(golden_io, capsys):
    wyvern.create({}).info()
    assert capsys.readouterr().out.rstrip() == golden_io["info"]["no tags"].rstrip()
    ad = wyvern.create({"INSTRUME": "GNIRS"})
    ad.append(np.zeros((4, 5)))
    ad[0].mask = np.zeros((4, 5), dtype=np.uint16)
    ad.append(np.zeros((4, 5), dtype=np.int32))
    ad.info()
    assert capsys.readouterr().out.rstrip() == golden_io["info"]["created two"].rstrip()


def test_info_of_a_product(golden, golden_io, capsys, monkeypatch):
    monkeypatch.chdir(golden / "headers" / "written")
    wyvern.open("full_product.fits.gz").info()
    expected = golden_io["info"]["full product read back"].replace(".fits", ".fits.gz", 1)
    assert capsys.readouterr().out.rstrip() == expected.rstrip()


def test_info_lists_planes(two, capsys):
    two[1].OBJMASK = np.zeros((4, 5), dtype=np.uint8)
    two.info()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Filename: Unknown"
    assert "[ 0]   science                  NDAstroData       (4, 5)         float32" in lines
    assert "          .variance             ADVarianceUncerta (4, 5)         float32" in lines
    assert "          .OBJMASK              ndarray           (4, 5)         uint8" in lines


def test_repr_names_the_file(night):
    assert repr(wyvern.open(night[0])) == (
        f"<AstroDataGnirs {pathlib.Path(night[0]).name}, 1 extensions>")


def test_unknown_attribute(two):
    with pytest.raises(AttributeError, match="'AstroDataGnirs' object has no attribute 'foo'"):
        two.foo
    with pytest.raises(AttributeError, match="'AstroDataGnirs' object has no attribute 'FOO'"):
        two.FOO
