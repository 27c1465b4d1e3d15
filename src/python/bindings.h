// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

#include "astrodata/astrodata.h"

namespace wyvern::python {

namespace py = pybind11;

// Each adds one family of functions and classes to the module wyvern._core.
void bind_errors(py::module_& module);
void bind_frames(py::module_& module);       // AstroData's file, planes and tables
void bind_headers(py::module_& module);      // cards
void bind_instruments(py::module_& module);  // tags and descriptors
void bind_arithmetic(py::module_& module);
void bind_selection(py::module_& module);
void bind_calibrations(py::module_& module);
void bind_reduction(py::module_& module);
void bind_simulation(py::module_& module);
void bind_commands(py::module_& module);  // command lines that need Python

// Extension `index` of a frame; IndexError when there is none.
Extension& extension_at(AstroData& frame, py::ssize_t index);
// The same, with its pixels in memory.
Extension& loaded_extension(AstroData& frame, py::ssize_t index);

}  // namespace wyvern::python
