# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""DRAGONS' name for wyvern.AstroData."""

from wyvern import AstroData, AstroDataError, Section, __version__, create, open
from wyvern.astrodata import from_file


def version() -> str:
    """The version of wyvern."""
    return __version__


__all__ = ["AstroData", "AstroDataError", "Section", "create", "from_file", "open", "version"]
