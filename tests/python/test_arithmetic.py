# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Arithmetic agrees with numpy; variance and mask are propagated."""

import copy
import operator

import numpy as np
import pytest
from conftest import PHU

import wyvern

OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv]
METHODS = {operator.add: "add", operator.sub: "subtract", operator.mul: "multiply",
           operator.truediv: "divide"}


def one(dtype="float32", seed=1):
    rng = np.random.default_rng(seed)
    ad = wyvern.create(PHU)
    ad.append((rng.random((7, 9)) * 50 + 1).astype(dtype))
    ad[0].variance = (rng.random((7, 9)) + 0.1).astype("float32")
    ad[0].mask = rng.integers(0, 8, (7, 9)).astype("uint16")
    return ad


@pytest.mark.parametrize("operation", OPERATIONS)
def test_frames(operation):
    a, b = one(seed=1), one(seed=2)
    result = operation(a, b)
    x, y, vx, vy = a[0].data, b[0].data, a[0].variance, b[0].variance
    assert np.allclose(result[0].data, operation(x, y), rtol=1e-6)
    expected = {operator.add: vx + vy, operator.sub: vx + vy, operator.mul: vx * y**2 + vy * x**2,
                operator.truediv: vx / y**2 + vy * (x / y**2) ** 2}[operation]
    assert np.allclose(result[0].variance, expected, rtol=1e-5)
    assert np.array_equal(result[0].mask, a[0].mask | b[0].mask)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("number", [3, 2.5, np.float32(0.5), np.int16(4)])
def test_numbers(operation, number):
    a = one()
    result = operation(a, number)
    assert np.allclose(result[0].data, operation(a[0].data, float(number)), rtol=1e-6)
    factor = {operator.mul: float(number)**2, operator.truediv: float(number)**-2}
    assert np.allclose(result[0].variance, a[0].variance * factor.get(operation, 1), rtol=1e-5)
    assert np.array_equal(result[0].mask, a[0].mask)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_arrays(operation):
    a = one()
    array = np.linspace(1, 2, 63, dtype=np.float32).reshape(7, 9)
    assert np.allclose(operation(a, array)[0].data, operation(a[0].data, array), rtol=1e-6)
    row = array[0]
    assert np.allclose(operation(a, row)[0].data, operation(a[0].data, row), rtol=1e-6)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("left", [10, 2.5, np.full((7, 9), 3.0, dtype=np.float32)])
def test_reflected(operation, left):
    a = one()
    result = operation(left, a)
    assert isinstance(result, wyvern.AstroData)
    assert np.allclose(result[0].data, operation(left, a[0].data), rtol=1e-6)
    assert np.array_equal(result[0].mask, a[0].mask)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("dtype", ["int16", "uint16", "int32", "float32", "float64"])
def test_result_types_are_numpys(operation, dtype):
    a, b = one(dtype, 1), one(dtype, 2)
    if dtype in ("int16", "uint16") and operation is operator.truediv:
        expected = None  # the reference's rule for small integers
    else:
        expected = operation(a[0].data, b[0].data).dtype
    result = operation(a, b)[0].data
    assert expected is None or result.dtype == expected
    assert np.allclose(result, operation(a[0].data, b[0].data), rtol=1e-6)


def test_integers_and_whole_numbers_stay_integers():
    a = one("int16")
    for operation in (operator.add, operator.sub, operator.mul):
        result = operation(a, 3)[0].data
        assert result.dtype == np.int16
        assert np.array_equal(result, operation(a[0].data, 3))
    assert (a + 0.5)[0].data.dtype == np.float64


@pytest.mark.parametrize("operation", OPERATIONS)
def test_in_place(operation):
    a = one()
    twin = copy.deepcopy(a)
    before = a
    expected = operation(a, 2.0)[0].data.copy()
    assert getattr(a, METHODS[operation])(2.0) is a
    assert np.array_equal(a[0].data, expected)
    inplace = {operator.add: operator.iadd, operator.sub: operator.isub,
               operator.mul: operator.imul, operator.truediv: operator.itruediv}[operation]
    assert np.array_equal(inplace(twin, 2.0)[0].data, expected)
    assert before is a


def test_operators_leave_their_operands_alone():
    a, b = one(seed=1), one(seed=2)
    x, y = a[0].data.copy(), b[0].data.copy()
    a - b
    assert np.array_equal(a[0].data, x) and np.array_equal(b[0].data, y)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_itself(operation):
    a = one()
    x = a[0].data.copy()
    result = getattr(a, METHODS[operation])(a)
    assert np.allclose(result[0].data, operation(x, x), rtol=1e-6)


def test_a_slice_in_place_changes_the_whole(two):
    two[1].multiply(2)
    assert two[1].data[0, 0] == 202 and two[0].data[0, 0] == 1
    two[0].add(two[1])
    assert two[0].data[0, 0] == 203


def test_a_slice_gives_an_object(two):
    result = two[1] - two[0]
    assert len(result) == 1 and not result.is_sliced and np.all(result[0].data == 100)
    assert two[1].data[0, 0] == 101


def test_sizes_must_agree(two):
    with pytest.raises(ValueError, match="Operands are not the same size"):
        two + two[0]
    with pytest.raises(ValueError):
        two[0] + np.ones((3, 3))
    other = one()
    with pytest.raises(wyvern.DataError, match="shape"):
        two[0].add(other[0])
    assert two[0].data[0, 0] == 1


@pytest.mark.parametrize("wrong", ["text", None, 1j])
def test_operands_that_are_no_numbers(two, wrong):
    with pytest.raises(TypeError):
        two + wrong


def test_division_by_zero(two):
    with pytest.raises(ZeroDivisionError):
        two / 0


def test_no_powers_and_no_minus(two):
    with pytest.raises(TypeError):
        two ** 2
    with pytest.raises(TypeError):
        -two


def test_headers_are_the_left_ones(two):
    other = copy.deepcopy(two)
    other.phu["OBJECT"] = "M2"
    assert (two + other).phu["OBJECT"] == "M1"


def test_tables_of_the_right_are_added(two):
    pytest.importorskip("astropy")
    other = copy.deepcopy(two)
    other.REFCAT = {"ID": [1, 2]}
    assert (two + other).tables == {"REFCAT"} and two.tables == set()
