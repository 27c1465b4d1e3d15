// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/arithmetic.h"

#include <pybind11/stl.h>

#include "base/errors.h"
#include "python/bindings.h"

namespace wyvern::python {
namespace {

using Indices = std::vector<py::ssize_t>;

// The chosen extensions of a frame as a frame of their own, given back at the end.
class Borrowed {
 public:
  Borrowed(AstroData& frame, Indices indices) : frame_(frame), indices_(std::move(indices)) {
    for (const py::ssize_t index : indices_) extension_at(frame_, index);
    std::swap(part.tables, frame_.tables);
    for (const py::ssize_t index : indices_) {
      part.extensions.push_back(std::move(frame_.extensions[static_cast<std::size_t>(index)]));
    }
  }
  ~Borrowed() {
    for (std::size_t k = 0; k < indices_.size(); ++k) {
      frame_.extensions[static_cast<std::size_t>(indices_[k])] = std::move(part.extensions[k]);
    }
    std::swap(part.tables, frame_.tables);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  AstroData part;

 private:
  AstroData& frame_;
  Indices indices_;
};

// A copy of the right operand, planes shared unless it is the left operand too.
AstroData right_operand(const AstroData& left, AstroData& frame, const Indices& indices) {
  AstroData right;
  right.tables = frame.tables;
  for (const py::ssize_t index : indices) {
    Extension& from = extension_at(frame, index);
    if (&left == &frame) {
      right.extensions.push_back(from.clone());
      continue;
    }
    Extension extension;
    extension.data = from.data.share();
    extension.variance = from.variance.share();
    extension.mask = from.mask.share();
    right.extensions.push_back(std::move(extension));
  }
  return right;
}

using Operation = void (*)(AstroData&, const AstroData&);

Operation operation_named(const std::string& name) {
  if (name == "add") return &add;
  if (name == "subtract") return &subtract;
  if (name == "multiply") return &multiply;
  if (name == "divide") return &divide;
  throw py::value_error("no operation " + name);
}

void with_frame(AstroData& frame, const Indices& indices, const std::string& name, AstroData& other,
                const Indices& other_indices) {
  const Operation operation = operation_named(name);
  const py::gil_scoped_release unlocked;
  frame.load_pixels();
  other.load_pixels();
  const AstroData right = right_operand(frame, other, other_indices);
  Borrowed left(frame, indices);
  operation(left.part, right);
}

void with_number(AstroData& frame, const Indices& indices, const std::string& name, double value) {
  const py::gil_scoped_release unlocked;
  frame.load_pixels();
  for (const py::ssize_t index : indices) {
    Extension& extension = extension_at(frame, index);
    if (name == "multiply") {
      multiply(extension, value);
    } else if (name == "divide") {
      divide(extension, value);
    } else {
      add(extension, name == "subtract" ? -value : value);
    }
  }
}

}  // namespace

void bind_arithmetic(py::module_& module) {
  module.def("arithmetic", &with_frame);
  module.def("arithmetic_number", &with_number);
  module.def("zero_negative_variance", [](AstroData& frame, py::ssize_t index) {
    Extension& extension = extension_at(frame, index);
    return !extension.variance.empty() && zero_negative_variance(extension.variance);
  });
}

}  // namespace wyvern::python
