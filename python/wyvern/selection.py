# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Selection of files by tags and descriptors: gempy.adlibrary.dataselect."""

from __future__ import annotations

import os
import warnings
from typing import Any, Iterable, List, Optional, Sequence, TextIO

from . import _core


class Expression(str):
    """A descriptor expression that has been read: text, and whether it is strict."""

    strict = False


def expr_parser(expression: str, strict: bool = False) -> Expression:
    """Reads an expression such as 'exposure_time==60 and object=="Dark"'. `strict`: no tolerance
    of exposure times, names with their component IDs. UsageError, with the place, for text that is
    no expression."""
    _core.check_expression(str(expression))
    parsed = Expression(expression)
    parsed.strict = strict
    return parsed


def select_data(inputs: Iterable[Any], tags: Sequence[str] = (), xtags: Sequence[str] = (),
                expression: Optional[str] = "True", adpkg: Optional[str] = None) -> List[str]:
    """The files that have all of `tags`, none of `xtags`, and fulfil the expression, in the order
    given. Only headers are read; a file that cannot be read is named in a warning. `adpkg` is
    taken for DRAGONS' sake and not used."""
    files = [os.fspath(inputs)] if isinstance(inputs, (str, os.PathLike)) else [
        os.fspath(name) for name in inputs]
    wanted = None if expression in (None, "True", True) else str(expression)
    selected, notes = _core.select(files, _words(tags), _words(xtags), wanted,
                                   getattr(expression, "strict", False))
    for note in notes:
        warnings.warn(note, stacklevel=2)
    return list(selected)


def select(files: Iterable[Any], tags: Sequence[str] = (), xtags: Sequence[str] = (),
           expression: Optional[str] = None, strict: bool = False) -> List[str]:
    """select_data with the expression as plain text."""
    parsed = None if expression is None else expr_parser(expression, strict)
    return select_data(files, tags, xtags, parsed)


def _words(tags: Any) -> List[str]:
    return [tags] if isinstance(tags, str) else [str(tag) for tag in tags]


def isclose(a: float, b: float, rel_tol: float = 1e-2, abs_tol: float = 0.0) -> bool:
    """Whether two numbers agree within 1 per cent, as exposure times are compared."""
    return abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)


def writeheader(fh: TextIO, tags: Sequence[str], xtags: Sequence[str], expression: Any) -> None:
    """The three comment lines at the top of a list of files."""
    fh.write(f"# Includes tags: {list(tags)}\n# Excludes tags: {list(xtags)}\n"
             f"# Descriptor expression: {expression}\n")
