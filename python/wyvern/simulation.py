# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Raw nights of GNIRS of known truth."""

from __future__ import annotations

import os
from typing import Callable, List, NamedTuple, Optional, Union

from . import _core

PRESETS: List[str] = list(_core.preset_names())


class Night(NamedTuple):
    """The raw files in order of exposure, and truth.json with what went into them."""

    frames: List[str]
    truth: str


def simulate(folder: "Union[str, os.PathLike[str]]", preset: str = "small", seed: int = 20120117, *,
             science: Optional[int] = None, darks: Optional[int] = None,
             flats: Optional[int] = None, bz2: bool = False, threads: int = 0,
             progress: Optional[Callable[[int, int], None]] = None) -> Night:
    """Writes a night into FOLDER/playdata and FOLDER/truth: the same arguments give the same
    bytes. Counts replace those of the preset; `progress` is told frames done and in all."""
    frames, truth = _core.simulate(os.fspath(folder), preset, seed, science, darks, flats, bz2,
                                   threads, progress)
    return Night(list(frames), truth)
