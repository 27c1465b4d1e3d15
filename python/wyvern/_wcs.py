# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""World coordinates, and what `ad[i].nddata` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Tuple

import numpy as np

if TYPE_CHECKING:
    from .astrodata import AstroData


class Wcs:
    """World coordinates of an extension: `wcs(x, y)` gives (RA, Dec) in degrees, `wcs.invert(ra,
    dec)` the pixel; pixels are 0-based, x along a row. Scalars or arrays."""

    def __init__(self, core: Any) -> None:
        self._core = core

    def __call__(self, x: Any, y: Any) -> Tuple[Any, Any]:
        return _pairwise(self._core.to_sky, x, y)

    def invert(self, ra: Any, dec: Any) -> Tuple[Any, Any]:
        """The pixel that looks at (ra, dec) in degrees; NaN where the projection has none."""
        return _pairwise(self._core.to_pixel, ra, dec)

    @property
    def pixel_scale(self) -> float:
        """Arcsec per pixel."""
        return float(self._core.pixel_scale)

    @property
    def cd(self) -> np.ndarray:
        """CD matrix in degrees per pixel, shape (2, 2)."""
        return np.array(self._core.cd)

    @property
    def crpix(self) -> Tuple[float, float]:
        """Reference pixel, 0-based (x, y)."""
        return tuple(self._core.crpix)  # type: ignore[return-value]

    @property
    def crval(self) -> Tuple[float, float]:
        """(RA, Dec) of the reference pixel in degrees."""
        return tuple(self._core.crval)  # type: ignore[return-value]

    @property
    def frame(self) -> str:
        """"FK5", "ICRS" …"""
        return str(self._core.frame)

    def shifted(self, dx: float, dy: float) -> "Wcs":
        """The coordinates of an array that begins at pixel (dx, dy) of this one."""
        return Wcs(self._core.shifted(dx, dy))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wcs) and bool(self._core == other._core)

    def __repr__(self) -> str:
        return f"<Wcs {self.frame} at {self.crval}, {self.pixel_scale:.4g} arcsec/pixel>"


def _pairwise(function: Any, a: Any, b: Any) -> Tuple[Any, Any]:
    if np.ndim(a) == 0 and np.ndim(b) == 0:
        first, second = function(float(a), float(b))
        return first, second
    a, b = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    pairs = np.array([function(x, y) for x, y in zip(a.ravel(), b.ravel())]).reshape(-1, 2)
    return pairs[:, 0].reshape(a.shape), pairs[:, 1].reshape(a.shape)


class NDData:
    """Planes, mask and coordinates of one extension, as `ad[i].nddata` gives them."""

    def __init__(self, owner: "AstroData") -> None:
        self._owner = owner

    data = property(lambda self: self._owner.data)
    variance = property(lambda self: self._owner.variance)
    mask = property(lambda self: self._owner.mask)
    wcs = property(lambda self: self._owner.wcs)
    shape = property(lambda self: self._owner.shape)

    @property
    def meta(self) -> Dict[str, Any]:
        return {"header": self._owner.hdr}
