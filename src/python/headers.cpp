// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/stl.h>

#include "base/text.h"
#include "python/bindings.h"
#include "python/conversion.h"

// Cards of a frame's headers; index -1 is the primary header, others are extensions.

namespace wyvern::python {
namespace {

fits::Header& header_at(AstroData& frame, py::ssize_t index) {
  return index < 0 ? frame.phu : extension_at(frame, index).header;
}

py::object get(AstroData& frame, py::ssize_t index, const std::string& keyword,
               const py::object& fallback) {
  const Value* value = header_at(frame, index).find(keyword);
  return value == nullptr ? fallback : to_python(*value);
}

void set(AstroData& frame, py::ssize_t index, const std::string& keyword, const py::object& value,
         const std::optional<std::string>& comment) {
  fits::Header& header = header_at(frame, index);
  const Value given = to_value(value, "keyword " + keyword);
  if (comment) {
    header.set(keyword, given, *comment);
  } else {
    header.set(keyword, given);
  }
}

bool remove(AstroData& frame, py::ssize_t index, const std::string& keyword) {
  fits::Header& header = header_at(frame, index);
  const bool there = header.has(keyword);
  header.remove(keyword);
  return there;
}

py::list cards(AstroData& frame, py::ssize_t index) {
  py::list list;
  for (const fits::Card& card : header_at(frame, index).cards()) {
    list.append(py::make_tuple(card.keyword, to_python(card.value), card.comment));
  }
  return list;
}

void set_cards(AstroData& frame, py::ssize_t index, const py::list& given) {
  fits::Header header;
  for (const py::handle item : given) {
    const auto parts = py::cast<py::tuple>(item);
    const auto keyword = to_upper(py::cast<std::string>(parts[0]));
    header.append(
        {keyword, to_value(parts[1], "keyword " + keyword), py::cast<std::string>(parts[2]), ""});
  }
  header_at(frame, index) = std::move(header);
}

std::vector<std::string> images(AstroData& frame, py::ssize_t index) {
  std::vector<std::string> texts;
  for (const fits::Card& card : header_at(frame, index).cards()) {
    texts.push_back(card.raw.empty() ? fits::card_text(card) : card.raw);
  }
  return texts;
}

}  // namespace

void bind_headers(py::module_& module) {
  module.def("header_get", &get);
  module.def("header_has", [](AstroData& frame, py::ssize_t index, const std::string& keyword) {
    return header_at(frame, index).has(keyword);
  });
  module.def("header_set", &set);
  module.def("header_comment", [](AstroData& frame, py::ssize_t index, const std::string& keyword) {
    return header_at(frame, index).comment(keyword);
  });
  module.def("header_remove", &remove);
  module.def("header_add_commentary", [](AstroData& frame, py::ssize_t index,
                                         const std::string& keyword, const std::string& text) {
    header_at(frame, index).add_commentary(keyword, text);
  });
  module.def("header_cards", &cards);
  module.def("header_set_cards", &set_cards);
  module.def("header_images", &images);
}

}  // namespace wyvern::python
