// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "selection/selection.h"

#include <pybind11/stl.h>

#include "python/bindings.h"

namespace wyvern::python {
namespace {

using Texts = std::vector<std::string>;

// (files, warnings); nothing is parsed for an expression that is None.
py::tuple select(const Texts& files, const Texts& tags, const Texts& xtags,
                 const std::optional<std::string>& expression, bool strict) {
  Texts warnings, selected;
  {
    const py::gil_scoped_release unlocked;
    std::optional<Expression> parsed;
    if (expression) parsed.emplace(Expression::parse(*expression, strict));
    selected = select_files(files, {tags, xtags, parsed ? &*parsed : nullptr}, warnings);
  }
  return py::make_tuple(selected, warnings);
}

bool matches(const AstroData& frame, const std::string& expression, bool strict) {
  Texts warnings;
  return Expression::parse(expression, strict).matches(frame, warnings);
}

}  // namespace

void bind_selection(py::module_& module) {
  module.def("select", &select);
  module.def("matches", &matches);
  module.def("check_expression",
             [](const std::string& expression) { Expression::parse(expression); });
}

}  // namespace wyvern::python
