# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Fields that declare parameters of primitives, in the manner of DRAGONS."""

from typing import Any, Mapping, Optional

from wyvern._declarations import Parameter


class Config:
    """Base of classes NAMEConfig, whose fields are the parameters of primitive NAME."""


class Field(Parameter):
    """A parameter: text that explains it, type, default."""

    def __init__(self, doc: str, dtype: Any, default: Any = None, check: Any = None,
                 optional: bool = False) -> None:
        super().__init__(default, doc, type=dtype, optional=optional)


class RangeField(Parameter):
    """A number between limits."""

    def __init__(self, doc: str, dtype: Any, default: Any = None, optional: bool = False,
                 min: Any = None, max: Any = None, inclusiveMin: bool = True,
                 inclusiveMax: bool = False) -> None:
        low = "-inf" if min is None else str(min)
        high = "inf" if max is None else str(max)
        limits = f"{'[' if inclusiveMin else '('}{low},{high}{']' if inclusiveMax else ')'}"
        super().__init__(default, doc, type=dtype, optional=optional, range=limits)


class ChoiceField(Parameter):
    """One of several values, each with its meaning."""

    def __init__(self, doc: str, dtype: Any, allowed: Mapping[Any, str], default: Any = None,
                 optional: bool = True) -> None:
        super().__init__(default, doc, type=dtype, optional=optional, choices=allowed)


class ListField(Parameter):
    """Several values, or a single one."""

    def __init__(self, doc: str, dtype: Any, default: Any = None, check: Any = None,
                 optional: bool = False, single: Optional[bool] = True) -> None:
        super().__init__(default, doc, optional=optional, type=[dtype])


__all__ = ["ChoiceField", "Config", "Field", "ListField", "RangeField"]
