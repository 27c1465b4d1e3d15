# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' name for wyvern.Primitives."""

from wyvern import Primitives


class GNIRS(Primitives):
    """The base of a class of one's own."""

    tagset = {"GEMINI", "GNIRS"}


__all__ = ["GNIRS"]
