# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""What wyvern raises. Each class has the exit status that the commands end with, and is one of
Python's own classes too where users would expect that."""

from __future__ import annotations


class Error(Exception):
    """Something that a user can put right: the text says what is wrong, where, and what to do."""

    status: int = 5


class UsageError(Error, ValueError):
    """An argument that makes no sense: an expression that cannot be parsed, say."""

    status = 2


class InputError(Error, OSError):
    """A file that cannot be used, or inputs that do not go together."""

    status = 1


class AstroDataError(InputError):
    """A file that is no FITS file, or one that AstroData cannot represent."""


class RecipeError(Error, ValueError):
    """An unknown recipe, primitive or parameter, or a value that a parameter does not take."""

    status = 3


class CalibrationError(Error, OSError):
    """A calibration that is required is missing."""

    status = 4


class DataError(Error, ValueError):
    """Data for which a step has no sound answer."""

    status = 5


class DatabaseError(Error, RuntimeError):
    """A calibration database that cannot be used."""

    status = 7


class OutputError(Error, OSError):
    """A product cannot be written: disk, memory, permissions, or it would replace an input."""

    status = 8


class Interrupted(KeyboardInterrupt):
    """A reduction that was stopped by Ctrl-C. Not an Error, so that `except Exception` passes it on."""

    status = 130
