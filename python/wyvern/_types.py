# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Small values that descriptors return."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional, Tuple


class Section(NamedTuple):
    """A rectangle of pixels: 0-based, ends exclusive; equal to the tuple (x1, x2, y1, y2)."""

    x1: int
    x2: int
    y1: int
    y2: int

    @property
    def ndim(self) -> int:
        return 2

    @classmethod
    def from_shape(cls, shape: Tuple[int, ...]) -> "Section":
        """The section that covers an array of shape (ny, nx)."""
        ny, nx = shape
        return cls(0, nx, 0, ny)

    @classmethod
    def from_string(cls, text: str) -> "Section":
        """Parses "[1:1024,1:1022]" (1-based, inclusive). ValueError for anything else."""
        match = re.fullmatch(r"\s*\[?\s*(\d+)\s*:\s*(\d+)\s*,\s*(\d+)\s*:\s*(\d+)\s*\]?\s*", text)
        if match is None:
            raise ValueError(f"not a section: {text!r}; expected '[x1:x2,y1:y2]'")
        x1, x2, y1, y2 = (int(number) for number in match.groups())
        if x2 < x1 or y2 < y1:
            raise ValueError(f"{text!r}: a section's end must exceed its start")
        return cls(x1 - 1, x2, y1 - 1, y2)

    def asIRAFsection(self) -> str:
        """"[1:1024,1:1022]"."""
        return f"[{self.x1 + 1}:{self.x2},{self.y1 + 1}:{self.y2}]"

    def asslice(self) -> Tuple[slice, slice]:
        """The slices, rows first, that take this section out of an array."""
        return slice(self.y1, self.y2), slice(self.x1, self.x2)

    def contains(self, other: "Section") -> bool:
        """Whether all of `other` lies inside."""
        return (self.x1 <= other.x1 and self.x2 >= other.x2
                and self.y1 <= other.y1 and self.y2 >= other.y2)

    def is_same_size(self, other: "Section") -> bool:
        return (self.x2 - self.x1 == other.x2 - other.x1
                and self.y2 - self.y1 == other.y2 - other.y1)

    def overlap(self, other: "Section") -> Optional["Section"]:
        """What both have, or None."""
        x1, x2 = max(self.x1, other.x1), min(self.x2, other.x2)
        y1, y2 = max(self.y1, other.y1), min(self.y2, other.y2)
        return Section(x1, x2, y1, y2) if x1 < x2 and y1 < y2 else None

    def shift(self, dx: int, dy: int) -> "Section":
        return Section(self.x1 + dx, self.x2 + dx, self.y1 + dy, self.y2 + dy)
