// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <string>

#include "base/plane.h"
#include "base/value.h"
#include "fits/table.h"

namespace wyvern::python {

namespace py = pybind11;

// Python's twin of a value: None, bool, int, float, str, list, wyvern.Section, datetime's classes.
py::object to_python(const Value& value);
// TypeError, naming `what`, for an object that no header or parameter can hold.
Value to_value(const py::handle& object, const std::string& what);

// An array that shares its memory with the plane; the memory lives as long as either of them.
// None for an absent plane. The pixels must be loaded.
py::object to_array(const Plane& plane);
// A plane with a copy of the array's pixels; `current` itself when the array is a view of all of
// it. The array must be contiguous, of native byte order and not empty: TypeError, ValueError.
Plane to_plane(const py::array& array, const Plane& current);
py::tuple shape_of(const Plane& plane);

// A table as a list of dictionaries, one per column: name, cells (array, or list of str), unit,
// width, repeat.
py::list columns_of(const fits::Table& table);
// Replaces the columns of a table by such a list. What a column does not say (unit, display) stays
// as it was in the column of that name.
void set_columns(fits::Table& table, const py::list& columns);

}  // namespace wyvern::python
