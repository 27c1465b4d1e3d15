# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tables of a frame as astropy tables, and back.

A table that was handed out is remembered beside the frame; before the core looks at the frame
again, what the user did to it goes back (flush)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Tuple

import numpy as np

if TYPE_CHECKING:
    from astropy.table import Table


def _handed_out(frame: Any) -> Dict[Tuple[int, str], Any]:
    if not hasattr(frame, "handed_out"):
        frame.handed_out = {}
    return frame.handed_out


def _cells(column: Dict[str, Any]) -> Any:
    cells, width = column["cells"], max(1, column["width"])
    if isinstance(cells, list):
        width = max(width, *(len(text) for text in cells)) if cells else width
        cells = np.array(cells, dtype=f"U{width}")
    return cells.reshape(-1, column["repeat"]) if column["repeat"] > 1 else cells


def get(frame: Any, index: int, name: str) -> "Table":
    """The table of extension `index` (-1: of the file); the same object at each call."""
    known = _handed_out(frame)
    if (index, name) not in known:
        from astropy.table import Column, Table

        table = Table()
        for column in frame.columns(index, name):
            # An unusual unit is kept as text.
            table.add_column(Column(_cells(column), name=column["name"],
                                    unit=_unit(column["unit"])))
        table.meta["header"] = {keyword: value
                                for keyword, value, _ in frame.table_cards(index, name)}
        table.meta["EXTNAME"] = name
        known[index, name] = table
    return known[index, name]


def _unit(text: str) -> Any:
    if not text:
        return None
    from astropy.units import Unit

    return Unit(text, format="fits", parse_strict="silent")


def _unit_text(unit: Any) -> str:
    if unit is None:
        return ""
    if isinstance(unit, str):
        return unit
    try:
        return str(unit.to_string("fits"))
    except ValueError:
        return str(unit)


def is_table(value: Any) -> bool:
    """Whether `value` can become a table: astropy's Table, a structured array, a dictionary."""
    return (hasattr(value, "colnames") or isinstance(value, dict)
            or getattr(getattr(value, "dtype", None), "names", None) is not None)


def _columns(table: Any) -> List[Dict[str, Any]]:
    columns = []
    rows = len(table)
    for name in table.colnames:
        column = table[name]
        array = np.asarray(column.filled() if hasattr(column, "filled") else column)
        repeat = int(np.prod(array.shape[1:], dtype=int)) if array.ndim > 1 else 1
        entry = {"name": name, "unit": _unit_text(column.unit), "repeat": repeat, "width": 0,
                 "rows": rows}
        if array.dtype.kind in "USO":
            texts = [text.decode() if isinstance(text, bytes) else str(text)
                     for text in array.ravel()]
            width = max((len(text) for text in texts), default=1)
            if array.dtype.kind == "U":
                width = max(width, array.dtype.itemsize // 4)
            entry.update(cells=texts, width=max(1, width))
        else:
            entry["cells"] = np.ascontiguousarray(
                array, dtype=array.dtype.newbyteorder("=")).ravel()
        columns.append(entry)
    return columns


def put(frame: Any, index: int, name: str, value: Any) -> None:
    """Attaches a table; it stays the user's object, later changes to it count too."""
    if not hasattr(value, "colnames"):
        from astropy.table import Table

        value = Table(value)
    frame.set_table(index, name, _columns(value))
    _handed_out(frame)[index, name] = value


def forget(frame: Any, index: int, name: str) -> None:
    _handed_out(frame).pop((index, name), None)


def forget_extension(frame: Any, index: int) -> None:
    """Extension `index` has gone; those behind it have moved up."""
    flush(frame)
    frame.handed_out = {(i - (i > index), name): table
                        for (i, name), table in _handed_out(frame).items() if i != index}


def flush(frame: Any) -> None:
    """Gives all tables that users may have changed back to the core."""
    for (index, name), table in _handed_out(frame).items():
        frame.set_table(index, name, _columns(table))
