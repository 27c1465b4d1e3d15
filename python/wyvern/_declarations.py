# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Parameters of primitives that are written in Python, from their signatures."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

_TYPES = {bool: "boolean", int: "integer", float: "real", str: "text"}
_WORDS = {"bool": "boolean", "int": "integer", "float": "real", "str": "text"}


class Parameter:
    """A parameter of a primitive: what `parameter()` gives, to stand in a signature."""

    def __init__(self, default: Any, label: str = "", *, type: Any = None, optional: bool = False,
                 range: str = "", choices: Optional[Mapping[Any, str]] = None) -> None:
        self.default, self.label, self.range = default, label, range
        self.optional = optional or default is None
        self.choices = dict(choices or {})
        self.type = type
        if range and not (range[0] in "[(" and range[-1] in "])" and "," in range):
            raise ValueError(f"range {range!r}: a text such as '[0,1)' is expected")

    def declaration(self, name: str) -> Dict[str, Any]:
        """What the core is told."""
        declared = {"name": name, "type": self._type_word(name), "default": self.default,
                    "label": self.label or name, "optional": self.optional,
                    "choices": [(str(value), str(text)) for value, text in self.choices.items()]}
        if self.range:
            low, high = (limit.strip() for limit in self.range[1:-1].split(","))
            declared.update(minimum="" if low == "-inf" else low,
                            maximum="" if high == "inf" else high,
                            minimum_inclusive=self.range[0] == "[",
                            maximum_inclusive=self.range[-1] == "]")
        return declared

    def _type_word(self, name: str) -> str:
        kind = self.type
        if isinstance(kind, list):
            return "real_list" if kind[0] in (float, int) else "text_list"
        if kind is None and isinstance(self.default, (list, tuple)):
            return "real_list" if all(isinstance(v, float) for v in self.default) else "text_list"
        if kind is None and self.default is not None:
            kind = type(self.default)
        if kind is None:
            return "text"
        word = _WORDS.get(kind) if isinstance(kind, str) else _TYPES.get(kind)
        if word is None:
            raise TypeError(f"parameter {name}: the type {kind!r} is none of bool, int, float, str")
        return word


def parameter(default: Any, label: str = "", *, type: Any = None, optional: bool = False,
              range: str = "", choices: Optional[Mapping[Any, str]] = None) -> Any:
    """A parameter with what a signature cannot say: `scale=parameter(1.0, "Factor",
    range="[0,inf)")`. `choices`: value -> meaning. `optional`: may be None. The type is that of the
    default; `type` (bool, int, float or str) where that is None."""
    return Parameter(default, label, type=type, optional=optional, range=range, choices=choices)


def is_primitive(function: Any) -> bool:
    """Whether a function takes frames: (self, adinputs, …)."""
    if not inspect.isfunction(function):
        return False
    names = list(inspect.signature(function).parameters)
    return len(names) >= 2 and names[1] == "adinputs"


def declared_in_signature(function: Callable[..., Any]) -> Tuple[List[Dict[str, Any]], bool]:
    """The declarations in a signature, and whether it ends with **params."""
    declared, open_ended = [], False
    for given in list(inspect.signature(function).parameters.values())[2:]:
        if given.kind is given.VAR_KEYWORD:
            open_ended = True
            continue
        if given.default is given.empty:
            raise TypeError(f"primitive {function.__name__}: parameter {given.name} has no default")
        found = given.default
        if not isinstance(found, Parameter):
            kind = given.annotation if given.annotation in (*_TYPES, *_WORDS) else None
            found = Parameter(found, type=kind)
        declared.append(found.declaration(given.name))
    return declared, open_ended


def declared_in_config(config: Any) -> List[Dict[str, Any]]:
    """The declarations of a class in the manner of DRAGONS' parameters_*.py."""
    fields: Dict[str, Parameter] = {}
    for base in reversed(config.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Parameter):
                fields[name] = value
    return [field.declaration(name) for name, field in fields.items()]
