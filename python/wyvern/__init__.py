# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Wyvern: reduction of GNIRS keyhole images.

>>> import wyvern
>>> ad = wyvern.open('N20120117S0014.fits')     # doctest: +SKIP
>>> ad[0].data.shape                            # doctest: +SKIP
(1022, 1024)
>>> wyvern.reduce(['N20120102S0538.fits'])      # doctest: +SKIP
['N20120102S0538_dark.fits']
"""

from . import _core, logs
from ._declarations import parameter
from ._types import Section
from .astrodata import AstroData, Wcs, create, open
from .calibrations import LocalDB, LocalManagerError, set_local_database
from .errors import (AstroDataError, CalibrationError, DatabaseError, DataError, Error, InputError,
                     Interrupted, OutputError, RecipeError, UsageError)
from .primitives import Primitives, primitive
from .reduction import Reduce, normalize_ucals, reduce
from .selection import expr_parser, select, select_data
from .simulation import simulate

__version__: str = _core.version

__all__ = [
    "AstroData", "AstroDataError", "CalibrationError", "DataError", "DatabaseError", "Error",
    "InputError", "Interrupted", "LocalDB", "LocalManagerError", "OutputError", "Primitives",
    "RecipeError", "Reduce", "Section", "UsageError", "Wcs", "create", "expr_parser", "logs", "normalize_ucals",
    "open", "parameter", "primitive", "reduce", "select", "select_data", "set_local_database", "simulate",
]
