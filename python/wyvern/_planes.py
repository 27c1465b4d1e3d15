# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Arrays as planes take them."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np


def pixels(value: Any) -> np.ndarray:
    """A contiguous array of native byte order; AttributeError-like TypeError without a shape."""
    if isinstance(value, np.ma.MaskedArray):
        value = value.data
    if getattr(value, "shape", None) is None:
        raise TypeError("pixels must be an array with a shape, not "
                        f"{type(value).__name__}")
    array = np.asarray(value)
    if array.ndim == 0:
        raise ValueError("pixels must be an array with at least one dimension")
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    elif array.dtype == np.int8:
        array = array.astype(np.int16)
    elif array.dtype == np.float16:
        array = array.astype(np.float32)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


def companion(value: Any, shape: Any, what: str) -> Optional[np.ndarray]:
    """The same for a plane beside data of `shape`; ValueError when it does not fit."""
    if value is None:
        return None
    if hasattr(value, "array") and not hasattr(value, "shape"):  # astropy's uncertainties
        value = value.array
    array = pixels(value)
    if tuple(array.shape) != tuple(shape):
        raise ValueError(f"{what} shape incompatible with data shape: {tuple(array.shape)} beside "
                         f"{tuple(shape)}")
    return array


def mask(value: Any, shape: Any) -> Optional[np.ndarray]:
    """A mask: uint16, one bit for each kind of trouble."""
    array = companion(value, shape, "Mask")
    if array is None or array.dtype == np.uint16:
        return array
    if array.dtype.kind == "f":
        raise TypeError(f"a mask holds bits: {array.dtype} is not an integer type")
    return array.astype(np.uint16)


def variance(value: Any, shape: Any) -> Optional[np.ndarray]:
    """A variance: real numbers."""
    array = companion(value, shape, "Variance")
    if array is None or array.dtype.kind == "f":
        return array
    return array.astype(np.float32)
