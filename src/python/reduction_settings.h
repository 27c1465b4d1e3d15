// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

#include "reduction/reduce.h"

namespace wyvern::python {

namespace py = pybind11;

// Settings from the dictionary that wyvern/reduction.py makes.
ReductionSettings settings_from(const py::dict& given);

// Whether this is Python's main thread, the one that gets signals.
bool in_main_thread();

}  // namespace wyvern::python
