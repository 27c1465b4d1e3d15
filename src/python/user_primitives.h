// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "primitives/primitive.h"
#include "reduction/reduce.h"

namespace wyvern::python {

namespace py = pybind11;

// A parameter from its declaration in Python: a dictionary with name, type, default, label,
// optional, minimum, maximum, minimum_inclusive, maximum_inclusive and choices.
Parameter parameter_from(const py::dict& declared);
py::dict parameter_as_dict(const Parameter& parameter);

// A primitive from (name, [parameters], function); the function is called with the list of frames,
// a dictionary of values and the call, and gives the list of frames.
Primitive primitive_from(const py::tuple& declared);
std::vector<Primitive> primitives_from(const py::list& declared);

// (name, value) pairs from a dictionary of Python's.
Arguments arguments_from(const py::dict& given);

// A user's recipe from an object with name, primitives(tags) and run(session).
UserRecipe user_recipe_from(const py::object& recipe);

// An exception of Python's as one of ours, for commands: with its status if it is ours already,
// else a DataError that names the type and the place.
[[noreturn]] void rethrow_as_error(py::error_already_set& error);

void bind_user_primitives(py::module_& module);

}  // namespace wyvern::python
