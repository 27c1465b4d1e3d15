# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Arithmetic of frames: AstroData's operators and the methods add, subtract, multiply, divide."""

from __future__ import annotations

from typing import Any, Iterator, List, TypeVar

import numpy as np

from . import _core, _planes, _tables

Self = TypeVar("Self", bound="Arithmetic")


class Arithmetic:
    """Operators give a new object, the methods work in place. The other operand is a number, an
    array, or an object with as many extensions. Masks are joined by OR, variances propagated;
    headers stay those of the left operand, and tables that only the right one has are added."""

    _frame: Any
    _single: bool
    indices: Any
    shape: Any

    def _flush(self) -> None:
        raise NotImplementedError

    def __deepcopy__(self: Self, memo: Any) -> Self:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def _operate(self: Self, operation: str, operand: Any) -> Self:
        """In place; variance and mask are propagated."""
        self._flush()
        if isinstance(operand, Arithmetic):
            operand._flush()
            if len(operand) != len(self):
                raise ValueError("Operands are not the same size")
            _core.arithmetic(self._frame, self.indices, operation, operand._frame,
                             operand.indices)
        elif np.ndim(operand) == 0:
            self._operate_number(operation, operand)
        else:
            other = _core.Frame()
            for shape in self.shape if not self._single else [self.shape]:
                other.append_pixels(_planes.pixels(np.broadcast_to(np.asarray(operand), shape)))
            _core.arithmetic(self._frame, self.indices, operation, other,
                             list(range(len(self))))
        for key in list(getattr(self._frame, "handed_out", {})):
            if key[0] == -1 and key[1] not in self._frame.table_names():
                _tables.forget(self._frame, *key)
        return self

    def _operate_number(self, operation: str, operand: Any) -> None:
        if isinstance(operand, (complex, str, bytes)) or operand is None:
            raise TypeError(f"cannot {operation} AstroData and {type(operand).__name__}")
        number = float(operand)
        if operation == "divide" and number == 0.0:
            raise ZeroDivisionError("division of AstroData by zero")
        for index in self.indices:
            info = self._frame.plane_info(index, "data")
            whole = info is not None and np.dtype(info[1]).kind in "iu"
            if whole and operation != "divide" and isinstance(operand, (int, np.integer)):
                # Integers stay integers, as numpy keeps them.
                other = _core.Frame()
                dtype = np.result_type(np.dtype(info[1]), np.min_scalar_type(operand))
                other.append_pixels(np.full(tuple(info[0]), operand, dtype=dtype))
                _core.arithmetic(self._frame, [index], operation, other, [0])
            else:
                _core.arithmetic_number(self._frame, [index], operation, number)

    def add(self: Self, operand: Any) -> Self:
        """Adds a number, an array or another object, in place; gives itself."""
        return self._operate("add", operand)

    def subtract(self: Self, operand: Any) -> Self:
        """Subtracts a number, an array or another object, in place; gives itself."""
        return self._operate("subtract", operand)

    def multiply(self: Self, operand: Any) -> Self:
        """Multiplies with a number, an array or another object, in place; gives itself."""
        return self._operate("multiply", operand)

    def divide(self: Self, operand: Any) -> Self:
        """Divides by a number, an array or another object, in place; gives itself."""
        return self._operate("divide", operand)

    __iadd__, __isub__, __imul__, __itruediv__ = add, subtract, multiply, divide

    def __add__(self: Self, operand: Any) -> Self:
        return self.__deepcopy__({}).add(operand)

    def __sub__(self: Self, operand: Any) -> Self:
        return self.__deepcopy__({}).subtract(operand)

    def __mul__(self: Self, operand: Any) -> Self:
        return self.__deepcopy__({}).multiply(operand)

    def __truediv__(self: Self, operand: Any) -> Self:
        return self.__deepcopy__({}).divide(operand)

    __radd__, __rmul__ = __add__, __mul__

    # An array on the left leaves the operation to us instead of going through its elements.
    __array_ufunc__ = None

    def __rsub__(self: Self, operand: Any) -> Self:
        return (self - operand).multiply(-1)

    def __rtruediv__(self: Self, operand: Any) -> Self:
        result = self.__deepcopy__({})
        for mine, extension in zip(self, result):
            value = np.broadcast_to(np.asarray(operand, dtype=np.result_type(mine.data, 1.0)),
                                    mine.shape)
            extension.reset(value.astype(np.float32 if mine.data.dtype == np.float32 else float))
        return result.divide(self)
