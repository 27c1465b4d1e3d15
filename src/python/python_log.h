// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

#include "base/journal.h"

namespace wyvern::python {

namespace py = pybind11;

// Hands log lines to a Python function (level, depth, text). The GIL need not be held.
class PythonLog : public LogSink {
 public:
  explicit PythonLog(py::object function) : function_(std::move(function)) {}
  void line(LogLevel level, int depth, std::string_view text) override {
    const py::gil_scoped_acquire locked;
    function_(static_cast<int>(level), depth,
              py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
                  text.data(), static_cast<py::ssize_t>(text.size()), "surrogateescape")));
  }

 private:
  py::object function_;
};

}  // namespace wyvern::python
