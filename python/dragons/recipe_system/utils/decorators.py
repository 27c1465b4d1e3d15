# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Decorators of primitive classes. In wyvern every primitive has parameters and provenance."""

from typing import TypeVar

T = TypeVar("T")


def parameter_override(cls: T) -> T:
    """Gives the class as it is."""
    return cls


def capture_provenance(cls: T) -> T:
    """Gives the class as it is."""
    return cls


__all__ = ["capture_provenance", "parameter_override"]
