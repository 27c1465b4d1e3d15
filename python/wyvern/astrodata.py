# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""AstroData: one file of data, in the manner of DRAGONS' astrodata, on the C++ core."""

from __future__ import annotations

import os
import textwrap
import warnings
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Tuple, Union

import numpy as np

from . import _core, _planes, _tables
from ._arithmetic import Arithmetic
from ._descriptors import Descriptors
from ._headers import Header, Headers, _as_cards
from ._wcs import NDData, Wcs
from .errors import AstroDataError, InputError

PathLike = Union[str, "os.PathLike[str]"]

_RESERVED = ("SCI", "DQ", "VAR")


class AstroData(Arithmetic, Descriptors):
    """One file of data: `phu`, extensions with `data` (ny, nx), `variance`, `mask` (uint16 bits)
    and `hdr`, tables. `ad[i]` is one extension, `ad[a:b]` several; slices are views: what is set
    on them is set in the file. Arrays share their memory with the core.

    Make one with `open()` or `create()`. A thread that works on an object must be the only one.
    """

    _frame: Any
    _indices: Optional[List[int]]
    _single: bool

    def __init__(self, frame: Any = None, indices: Optional[List[int]] = None,
                 single: bool = False) -> None:
        set_ = object.__setattr__
        set_(self, "_frame", _core.Frame() if frame is None else frame)
        set_(self, "_indices", indices)
        set_(self, "_single", single)
        set_(self, "_own_path", None)

    # --- what it is ------------------------------------------------------------------------------

    @property
    def __class_name(self) -> str:
        return str(_core.class_name(self._frame))

    @property
    def indices(self) -> List[int]:
        """Positions of these extensions in the file, from 0."""
        return list(range(len(self._frame))) if self._indices is None else list(self._indices)

    @property
    def is_sliced(self) -> bool:
        return self._indices is not None

    @property
    def is_single(self) -> bool:
        """Whether this is one extension, `ad[i]`."""
        return self._single

    @property
    def id(self) -> int:
        """1-based position of a single slice; ValueError on anything else."""
        return self._one("Cannot return id for an AstroData object that is not a single slice") + 1

    def _one(self, problem: str = "Trying to assign to an AstroData object that is not a single "
                                  "slice") -> int:
        if not self._single:
            raise ValueError(problem)
        return self.indices[0]

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator["AstroData"]:
        if self._single:
            yield self
        else:
            for index in self.indices:
                yield AstroData(self._frame, [index], single=True)

    def __getitem__(self, key: Any) -> "AstroData":
        if self._single:
            raise TypeError("Can't slice a single slice!")
        single = False
        own = self.indices
        if isinstance(key, slice):
            chosen = own[key]
        elif isinstance(key, tuple):
            chosen = [own[self._position(item, len(own))] for item in key]
        else:
            chosen, single = [own[self._position(key, len(own))]], True
        part = AstroData(self._frame, chosen, single)
        object.__setattr__(part, "_own_path", self._own_path)
        return part

    @staticmethod
    def _position(key: Any, count: int) -> int:
        if isinstance(key, bool) or not hasattr(key, "__index__"):
            raise ValueError(f"Invalid index: {key}")
        position = key.__index__()
        if not -count <= position < count:
            raise IndexError("Index out of range")
        return position % count

    def __delitem__(self, key: Any) -> None:
        if self.is_sliced:
            raise TypeError("Can't remove items from a sliced object")
        index = self._position(key, len(self))
        _tables.forget_extension(self._frame, index)
        self._frame.remove_extension(index)

    def __repr__(self) -> str:
        return f"<{self.__class_name} {self.filename or 'without a name'}, {len(self)} extensions>"

    # --- names -----------------------------------------------------------------------------------

    @property
    def path(self) -> Optional[str]:
        """As given to open(); None for an object made in memory. A slice has its own copy."""
        return self._own_path or self._frame.path or None

    @path.setter
    def path(self, path: Optional[PathLike]) -> None:
        text = "" if path is None else os.fspath(path)
        if self.is_sliced:
            object.__setattr__(self, "_own_path", text)
        else:
            self._frame.path = text

    @property
    def filename(self) -> Optional[str]:
        """The last part of `path`."""
        path = self.path
        return os.path.basename(path) if path else None

    @filename.setter
    def filename(self, name: str) -> None:
        if os.path.isabs(name):
            raise ValueError("Cannot set the filename to an absolute path!")
        if self.is_sliced:
            object.__setattr__(self, "_own_path",
                               os.path.join(os.path.dirname(self.path or ""), name))
        else:
            self._frame.filename = name

    @property
    def orig_filename(self) -> Optional[str]:
        """The name under which the data were first opened."""
        return self._frame.original_filename or None

    def update_filename(self, prefix: Optional[str] = None, suffix: Optional[str] = None,
                        strip: bool = False) -> None:
        """Renames: `prefix` before, `suffix` behind the root; `strip` takes earlier ones off."""
        self._frame.update_filename(prefix, suffix, strip)

    # --- headers, tags, descriptors --------------------------------------------------------------

    @property
    def phu(self) -> Header:
        """The primary header."""
        return Header(self._frame, -1)

    @phu.setter
    def phu(self, cards: Any) -> None:
        self.phu._replace(cards)

    @property
    def hdr(self) -> Any:
        """The header of a single slice (Header); those of all extensions together on other objects
        (Headers; None without extensions)."""
        if self._single:
            return Header(self._frame, self.indices[0])
        if not len(self):
            return None
        return Headers([Header(self._frame, index) for index in self.indices])

    @hdr.setter
    def hdr(self, cards: Any) -> None:
        Header(self._frame, self._one())._replace(cards)

    @property
    def tags(self) -> Set[str]:
        """What kind of data this is: {"GNIRS", "DARK", …}; worked out anew at each access."""
        return set(_core.tags(self._frame))

    @property
    def descriptors(self) -> Tuple[str, ...]:
        """Names of all descriptors."""
        return tuple(_core.descriptor_names())

    def _describe(self, name: str, **options: Any) -> Any:
        try:
            if self._single:
                return _core.describe(self._frame, self.indices[0], name, options)
            whole = _core.describe(self._frame, -1, name, options)
        except InputError as error:
            if "has no attribute" in str(error):
                raise AttributeError(str(error)) from None
            raise
        if self.is_sliced and isinstance(whole, list) and len(whole) == len(self._frame):
            return [whole[index] for index in self.indices]
        return whole

    def _keyword_for(self, name: str) -> str:
        """The header keyword behind a descriptor; AttributeError when there is none."""
        try:
            return str(_core.keyword_for(self._frame, name))
        except InputError as error:
            raise AttributeError(str(error)) from None

    # --- planes ----------------------------------------------------------------------------------

    def _get_plane(self, name: str) -> Any:
        if self._single:
            return self._frame.plane(self.indices[0], name)
        return [self._frame.plane(index, name) for index in self.indices]

    @property
    def data(self) -> Any:
        """Pixels, shape (ny, nx); a list on objects that are no single slice. The array is the
        core's own memory; an array that is assigned is copied into it."""
        return self._get_plane("data")

    @data.setter
    def data(self, value: Any) -> None:
        index = self._one()
        array = _planes.pixels(value)
        old = self._frame.plane_info(index, "data")
        if old is not None and tuple(old[0]) != array.shape:
            for name in self._plane_names(index):
                self._frame.set_plane(index, name, None)
        self._frame.set_plane(index, "data", array)

    def _plane_names(self, index: int) -> List[str]:
        """Companions of data that are there."""
        names = [name for name in ("variance", "mask")
                 if self._frame.plane_info(index, name) is not None]
        return names

    @property
    def variance(self) -> Any:
        """Variance, data units squared, or None; lists as `data`."""
        return self._get_plane("variance")

    @variance.setter
    def variance(self, value: Any) -> None:
        index = self._one()
        self._frame.set_plane(index, "variance", _planes.variance(value, self.shape))
        if value is not None and _core.zero_negative_variance(self._frame, index):
            warnings.warn("Negative variance values found. Setting to zero.", RuntimeWarning,
                          stacklevel=2)

    @property
    def mask(self) -> Any:
        """Data quality, uint16 bits, or None; lists as `data`."""
        return self._get_plane("mask")

    @mask.setter
    def mask(self, value: Any) -> None:
        index = self._one()
        self._frame.set_plane(index, "mask", _planes.mask(value, self.shape))

    @property
    def uncertainty(self) -> Any:
        """Standard deviation, data units: the root of `variance`; a copy."""
        variance = self.variance
        if isinstance(variance, list):
            return [None if plane is None else np.sqrt(plane) for plane in variance]
        return None if variance is None else np.sqrt(variance)

    @property
    def nddata(self) -> Any:
        if self._single:
            return NDData(self)
        return [NDData(extension) for extension in self]

    @property
    def shape(self) -> Any:
        """(ny, nx); a list on objects that are no single slice. Reads no pixels."""
        def of(index: int) -> Any:
            info = self._frame.plane_info(index, "data")
            return None if info is None else tuple(info[0])

        shapes = [of(index) for index in self.indices]
        return shapes[0] if self._single else shapes

    @property
    def wcs(self) -> Optional[Wcs]:
        """World coordinates of a single slice, or None. ValueError on a whole object."""
        core = self._frame.wcs(self._one("Cannot return WCS for an AstroData object that is not a "
                                         "single slice"))
        return None if core is None else Wcs(core)

    @wcs.setter
    def wcs(self, value: Optional[Wcs]) -> None:
        self._frame.set_wcs(self._one(), None if value is None else value._core)

    def reset(self, data: Any, mask: Any = None, variance: Any = None) -> None:
        """Replaces the planes of a single slice at once; ValueError when shapes differ."""
        self._one()
        if isinstance(data, AstroData):
            if not data.is_single:
                raise TypeError("Can only reset with a single slice")
            data, mask, variance = data.data, data.mask, data.variance
        array = _planes.pixels(data)
        new_mask = _planes.mask(mask, array.shape)
        new_variance = _planes.variance(variance, array.shape)
        self.data = array
        self.mask = new_mask
        self.variance = new_variance

    def operate(self, function: Any, *args: Any, **kwargs: Any) -> None:
        """Replaces data, mask and variance of each extension by function(plane, *args)."""
        for extension in self:
            mask, variance = extension.mask, extension.variance
            extension.reset(function(extension.data, *args, **kwargs),
                            mask=None if mask is None else function(mask, *args, **kwargs),
                            variance=None if variance is None
                            else function(variance, *args, **kwargs))

    def crop(self, x1: int, y1: int, x2: int, y2: int) -> None:
        """Keeps pixels x1 … x2, y1 … y2 (0-based, inclusive) of all planes."""
        for extension in self:
            ny, nx = extension.shape
            if not (0 <= x1 <= x2 < nx and 0 <= y1 <= y2 < ny):
                raise ValueError(f"cannot crop to x {x1}…{x2}, y {y1}…{y2}: the array has "
                                 f"{nx} columns and {ny} rows")
        box = (slice(y1, y2 + 1), slice(x1, x2 + 1))
        for extension in self:
            index, wcs = extension.indices[0], extension.wcs
            images = {name: self._frame.plane(index, name)[box].copy()
                      for name, table in self._frame.attachments(index) if not table}
            planes = [None if plane is None else plane[box].copy()
                      for plane in (extension.mask, extension.variance)]
            extension.reset(extension.data[box].copy(), mask=planes[0], variance=planes[1])
            for name, array in images.items():
                self._frame.set_plane(index, name, array)
            if wcs is not None:
                extension.wcs = wcs.shifted(x1, y1)

    # --- tables and other attachments ------------------------------------------------------------

    @property
    def tables(self) -> Set[str]:
        """Names of the tables of the whole file."""
        return set(self._frame.table_names())

    @property
    def ext_tables(self) -> Set[str]:
        """Names of the tables of a single slice."""
        index = self._one("ext_tables is for single slices: ad[i].ext_tables")
        return {name for name, table in self._frame.attachments(index) if table}

    @property
    def exposed(self) -> Set[str]:
        """Names that can be used as attributes: tables, OBJMASK and the like."""
        names = self.tables
        if self._single:
            names |= {name for name, _ in self._frame.attachments(self.indices[0])}
        return names

    def __contains__(self, name: object) -> bool:
        return name in self.exposed

    def __getattr__(self, name: str) -> Any:
        if name.isupper():
            if self._single:
                index = self.indices[0]
                for attached, table in self._frame.attachments(index):
                    if attached == name:
                        return (_tables.get(self._frame, index, name) if table
                                else self._frame.plane(index, name))
            if name in self._frame.table_names():
                return _tables.get(self._frame, -1, name)
        kind = "AstroData" if name.startswith("_") else self.__class_name
        raise AttributeError(f"{kind!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.isupper():
            object.__setattr__(self, name, value)
        elif name in _RESERVED:
            raise AttributeError(f"{name} cannot be attached: use data, mask and variance")
        elif self._single:
            self._attach_to_extension(name, value)
        else:
            self._attach_to_file(name, value)

    def _attach_to_extension(self, name: str, value: Any) -> None:
        if name in self.tables:
            raise ValueError(f"Can't attach {name!r}: it would hide a top-level table")
        index = self.indices[0]
        if _tables.is_table(value):
            _tables.put(self._frame, index, name, value)
        else:
            _tables.forget(self._frame, index, name)
            self._frame.set_plane(index, name, _planes.companion(value, self.shape, name))

    def _attach_to_file(self, name: str, value: Any) -> None:
        if self.is_sliced:
            raise TypeError("Can't attach tables to a slice of several extensions")
        if not _tables.is_table(value):
            raise ValueError("Can't attach arrays to a whole object: use a single slice, "
                             f"ad[i].{name}")
        for index in self.indices:
            if name in [attached for attached, _ in self._frame.attachments(index)]:
                raise ValueError(f"Can't attach {name!r}: it would hide an extension table")
        _tables.put(self._frame, -1, name, value)

    def __delattr__(self, name: str) -> None:
        index = self.indices[0] if self._single else -1
        own = ([attached for attached, _ in self._frame.attachments(index)] if self._single
               else self._frame.table_names())
        if name not in own:
            raise AttributeError(f"{self.__class_name!r} object has no attribute {name!r}")
        _tables.forget(self._frame, index, name)
        self._frame.remove_table(index, name)

    def append(self, ext: Any, name: Optional[str] = None, header: Any = None) -> None:
        """Adds a new last extension: an array, an image HDU, an NDData, or a copy of a single
        slice. ValueError for tables and whole objects; TypeError on a slice."""
        if self.is_sliced:
            raise TypeError("Can't append objects to slices, use 'ext.NAME = obj' instead")
        self._check_appended(ext, name)
        if isinstance(ext, AstroData):
            ext._flush()
            self._frame.append_copy(ext._frame, ext.indices[0])
        else:
            self._append_pixels(ext, header)
        new = self[len(self) - 1]
        if header is not None and isinstance(ext, AstroData):
            new.hdr = header
        new.hdr["EXTNAME"] = "SCI"

    def _check_appended(self, ext: Any, name: Optional[str]) -> None:
        if name is not None and not name.isupper():
            warnings.warn(f"extension name '{name}' should be uppercase", stacklevel=3)
            name = name.upper()
        if name not in (None, "SCI"):
            raise ValueError(f"Only SCI extensions can be appended, not {name!r}: attach others to "
                             "an extension, ad[i].NAME = array")
        if isinstance(ext, AstroData) and not ext.is_single:
            raise ValueError("Cannot append AstroData objects that are not single slices")
        if not isinstance(ext, AstroData) and _tables.is_table(ext):
            raise ValueError("Tables should be set directly as attribute, i.e. 'ad.MYTABLE = table'")

    def _append_pixels(self, ext: Any, header: Any) -> None:
        cards = header if header is not None else getattr(ext, "header", None)
        if cards is None:
            cards = getattr(ext, "meta", {}).get("header", {}) if hasattr(ext, "meta") else {}
        data = ext if isinstance(ext, np.ndarray) else getattr(ext, "data", None)
        if data is None or not hasattr(data, "shape"):
            raise ValueError(f"Cannot append a {type(ext).__name__}: it has no pixels")
        self._frame.append_pixels(_planes.pixels(data))
        new = self[len(self) - 1]
        new.hdr = [card for card in _as_cards(cards) if card[0] not in _STRUCTURE]
        if not isinstance(ext, np.ndarray):
            new.mask = getattr(ext, "mask", None)
            new.variance = getattr(ext, "variance", None) if hasattr(ext, "variance") else None
        self._frame.set_wcs(new.indices[0], _core.wcs_from_headers(self._frame, new.indices[0]))

    def __deepcopy__(self, memo: Any) -> "AstroData":
        self._flush()
        copy = AstroData(self._frame.clone(self._indices))
        if self._own_path:
            copy.path = self._own_path
        return copy

    # --- files -----------------------------------------------------------------------------------

    def _flush(self) -> None:
        _tables.flush(self._frame)

    def write(self, filename: Optional[PathLike] = None, overwrite: bool = False) -> None:
        """Writes a FITS file: under a temporary name first, so that nobody sees half of it.
        Without a name: `path`. ValueError without any name, OSError for a file that exists."""
        target = os.fspath(filename) if filename is not None else self.path
        if not target:
            raise ValueError("A filename needs to be specified")
        if os.path.exists(target) and not overwrite:
            raise OSError(f"File {target} already exists. If you mean to replace it then use the "
                          'argument "overwrite=True".')
        if self.is_sliced:
            self.__deepcopy__({}).write(target, overwrite)
            return
        self._flush()
        self._frame.write(target, overwrite)

    def info(self) -> None:
        """Prints what the object holds."""
        print(self._info_text())

    def _info_text(self) -> str:
        self._flush()
        tags = textwrap.TextWrapper(width=80, subsequent_indent="    ").fill(
            "Tags: " + " ".join(sorted(self.tags)))
        lines = [f"Filename: {self.path or 'Unknown'}", tags]
        if len(self):
            lines += ["", "Pixels Extensions",
                      "Index  Content                  Type              Dimensions     Format"]
            for number, index in enumerate(self.indices):
                lines += self._extension_lines(number, index)
        if self.tables:
            lines += ["", "Other Extensions", "               Type        Dimensions"]
            for name in sorted(self.tables):
                lines.append(f".{name:13s} {'Table':11s} {self._frame.table_size(-1, name)}")
        return "\n".join(lines)

    def _extension_lines(self, number: int, index: int) -> List[str]:
        def plane(name: str, kind: str, label: str) -> Optional[str]:
            info = self._frame.plane_info(index, name)
            if info is None:
                return None
            return f"{label} {kind[:17]:17s} {str(tuple(info[0])):14s} {info[1]}"

        lines = [plane("data", "NDAstroData", f"[{number:2d}]   {'science':24s}")]
        lines += [plane(name, kind, f"          .{name:20s}")
                  for name, kind in (("variance", "ADVarianceUncertainty"), ("mask", "ndarray"))]
        for name, table in sorted(self._frame.attachments(index)):
            label = f"          .{name:20s}"
            if table:
                size = str(tuple(self._frame.table_size(index, name)))
                lines.append(f"{label} {'Table':17s} {size:14s} n/a")
            else:
                lines.append(plane(name, "ndarray", label))
        return [line for line in lines if line is not None]


_STRUCTURE = ("XTENSION", "SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "NAXIS3", "PCOUNT",
              "GCOUNT", "EXTEND", "BSCALE", "BZERO")


def open(source: Union[PathLike, bytes, Sequence[Any]]) -> AstroData:
    """Opens a FITS file (plain, gzip, bzip2 or tile-compressed); pixels are read when they are
    first used. Also takes a list of astropy HDUs. FileNotFoundError when it is not there,
    AstroDataError when it is no FITS file."""
    if not isinstance(source, (str, bytes, os.PathLike)):
        return _from_hdus(source)
    path = os.fsdecode(source)
    os.stat(path)  # FileNotFoundError in Python's words
    try:
        frame = _core.Frame.open(path)
    except InputError as error:
        raise AstroDataError(f"No access, or not supported format for: {path} ({error})") from None
    for text in frame.warnings:
        warnings.warn(f"{path}: {text}", stacklevel=2)
    return AstroData(frame)


from_file = open


def _from_hdus(hdus: Any) -> AstroData:
    """By way of a file in memory's place: the rules for what belongs together are those of open."""
    import tempfile

    from astropy.io import fits

    try:
        hdus = fits.HDUList(list(hdus))
    except TypeError:
        raise AstroDataError(f"Cannot open a {type(hdus).__name__}: a path or a list of HDUs is "
                             "needed") from None
    name = hdus[0].header.get("ORIGNAME", "")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(name) or "hdus.fits")
        hdus.writeto(path)
        ad = open(path)
        ad._frame.load()
    ad._frame.path = name
    if not name:
        ad.phu.remove("ORIGNAME", ignore_missing=True)
    return ad


def create(phu: Any, extensions: Optional[Sequence[Any]] = None) -> AstroData:
    """A new object in memory from a primary header (an astropy Header or HDU, a dictionary, or
    (keyword, value[, comment]) tuples) and image HDUs."""
    header = getattr(phu, "header", phu)
    if not (isinstance(header, (dict, list, tuple, Header)) or hasattr(header, "cards")):
        raise ValueError("phu must be a PrimaryHDU or a valid header object")
    try:
        cards = [tuple(card) for card in _as_cards(header)]
        ad = AstroData()
        ad.phu._replace([("SIMPLE", True, "conforms to FITS standard"),
                         ("BITPIX", 8, "array data type"),
                         ("NAXIS", 0, "number of array dimensions"), ("EXTEND", True, "")])
        ad.phu.update([card for card in cards if card[0] not in _STRUCTURE])
    except (TypeError, KeyError) as error:
        raise ValueError(f"phu must be a PrimaryHDU or a valid header object: {error}") from None
    for extension in extensions or ():
        ad.append(extension)
    return ad
