// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/errors.h"

#include "python/bindings.h"

// Errors of the library become exceptions of wyvern.errors, which are those of Python as well
// (OSError, ValueError …) where users would expect it.

namespace wyvern::python {
namespace {

const char* class_of(ExitStatus status) {
  switch (status) {
    case ExitStatus::usage:
      return "UsageError";
    case ExitStatus::bad_input:
      return "InputError";
    case ExitStatus::recipe:
      return "RecipeError";
    case ExitStatus::calibration:
      return "CalibrationError";
    case ExitStatus::processing:
      return "DataError";
    case ExitStatus::database:
      return "DatabaseError";
    case ExitStatus::resources:
      return "OutputError";
    case ExitStatus::interrupted:
      return "Interrupted";
    default:
      return "Error";
  }
}

void raise(const Error& error) {
  const py::object type = py::module_::import("wyvern.errors").attr(class_of(error.status()));
  const py::object text = py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
      error.what(), static_cast<py::ssize_t>(std::char_traits<char>::length(error.what())),
      "surrogateescape"));
  PyErr_SetObject(type.ptr(), text.ptr());
}

}  // namespace

void bind_errors(py::module_&) {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      raise(error);
    }
  });
}

}  // namespace wyvern::python
