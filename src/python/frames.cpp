// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/stl.h>

#include "python/bindings.h"
#include "python/conversion.h"

// AstroData's core: one file in memory. Extensions are named by their index and every index is
// checked, so that no reference into the core can dangle.

namespace wyvern::python {
namespace {

Frame open_frame(const std::string& path) {
  const py::gil_scoped_release unlocked;
  return std::make_shared<AstroData>(AstroData::open(path, fits::Pixels::defer));
}

void load(AstroData& frame) {
  const py::gil_scoped_release unlocked;
  frame.load_pixels();
}

// A plane by the name that users know: data, variance, mask, or of an attached image.
Plane* plane_named(Extension& extension, const std::string& name) {
  if (name == "data") return &extension.data;
  if (name == "variance") return &extension.variance;
  if (name == "mask") return &extension.mask;
  return extension.plane(name);
}

py::object get_plane(AstroData& frame, py::ssize_t index, const std::string& name) {
  const Plane* plane = plane_named(extension_at(frame, index), name);
  if (plane == nullptr || plane->empty()) return py::none();
  if (!plane->loaded()) {
    load(frame);
    plane = plane_named(extension_at(frame, index), name);
  }
  return to_array(*plane);
}

// (shape, type) without reading pixels; None when absent.
py::object plane_info(AstroData& frame, py::ssize_t index, const std::string& name) {
  const Plane* plane = plane_named(extension_at(frame, index), name);
  if (plane == nullptr || plane->empty()) return py::none();
  return py::make_tuple(shape_of(*plane), py::str(std::string(name_of(plane->type()))));
}

// Other planes must be in memory before one is exchanged: they are read in one go.
void set_plane(AstroData& frame, py::ssize_t index, const std::string& name,
               const std::optional<py::array>& array) {
  Extension& extension = loaded_extension(frame, index);
  Plane* plane = plane_named(extension, name);
  if (plane == nullptr) {
    if (array) extension.attach(name, to_plane(*array, {}));
  } else if (array) {
    *plane = to_plane(*array, *plane);
  } else {
    *plane = Plane();
  }
}

std::vector<std::pair<std::string, bool>> attachments(AstroData& frame, py::ssize_t index) {
  std::vector<std::pair<std::string, bool>> names;
  for (const auto& [name, value] : extension_at(frame, index).other) {
    names.emplace_back(name, std::holds_alternative<fits::Table>(value));
  }
  return names;
}

// A table of extension `index`, of the whole file for -1; KeyError when there is none.
fits::Table& table_at(AstroData& frame, py::ssize_t index, const std::string& name) {
  if (index >= 0) {
    if (fits::Table* table = extension_at(frame, index).table(name)) return *table;
  } else if (const auto found = frame.tables.find(name); found != frame.tables.end()) {
    return found->second;
  }
  throw py::key_error("no table " + name);
}

py::tuple table_size(AstroData& frame, py::ssize_t index, const std::string& name) {
  const fits::Table& table = table_at(frame, index, name);
  return py::make_tuple(table.rows(), table.columns.size());
}

py::list table_cards(AstroData& frame, py::ssize_t index, const std::string& name) {
  py::list cards;
  for (const fits::Card& card : table_at(frame, index, name).header.cards()) {
    cards.append(py::make_tuple(card.keyword, to_python(card.value), card.comment));
  }
  return cards;
}

void set_table(AstroData& frame, py::ssize_t index, const std::string& name,
               const py::list& columns) {
  fits::Table table;
  if (index >= 0) {
    Extension& extension = extension_at(frame, index);
    if (const fits::Table* before = extension.table(name)) table = *before;
    set_columns(table, columns);
    table.name = name;
    extension.attach(name, std::move(table));
  } else {
    if (const auto before = frame.tables.find(name); before != frame.tables.end()) {
      table = before->second;
    }
    set_columns(table, columns);
    table.name = name;
    frame.tables.insert_or_assign(name, std::move(table));
  }
}

void remove_table(AstroData& frame, py::ssize_t index, const std::string& name) {
  if (index >= 0) {
    extension_at(frame, index).detach(name);
  } else {
    frame.tables.erase(name);
  }
}

void append_pixels(AstroData& frame, const py::array& array) {
  Extension extension;
  extension.data = to_plane(array, {});
  frame.extensions.push_back(std::move(extension));
}

// A deep copy; with `indices` of those extensions only.
Frame clone(AstroData& frame, const std::optional<std::vector<py::ssize_t>>& indices) {
  load(frame);
  auto copy = std::make_shared<AstroData>(frame.clone());
  if (!indices) return copy;
  std::vector<Extension> chosen;
  for (const py::ssize_t index : *indices) chosen.push_back(extension_at(*copy, index).clone());
  copy->extensions = std::move(chosen);
  return copy;
}

void append_copy(AstroData& frame, AstroData& from, py::ssize_t index) {
  Extension copy = loaded_extension(from, index).clone();
  frame.extensions.push_back(std::move(copy));
}

void remove_extension(AstroData& frame, py::ssize_t index) {
  loaded_extension(frame, index);
  frame.extensions.erase(frame.extensions.begin() + index);
}

void write(AstroData& frame, const std::string& path, bool overwrite) {
  const py::gil_scoped_release unlocked;
  frame.load_pixels();
  frame.write(path, overwrite);
}

std::optional<Wcs> wcs_of(AstroData& frame, py::ssize_t index) {
  return extension_at(frame, index).wcs;
}

void set_wcs(AstroData& frame, py::ssize_t index, const std::optional<Wcs>& wcs) {
  extension_at(frame, index).wcs = wcs;
}

void bind_wcs(py::module_& module) {
  py::class_<Wcs>(module, "Wcs")
      .def("to_sky",
           [](const Wcs& wcs, double x, double y) {
             const Point sky = wcs.to_sky({x, y});
             return py::make_tuple(sky.x, sky.y);
           })
      .def("to_pixel",
           [](const Wcs& wcs, double ra, double dec) {
             const Point pixel = wcs.to_pixel({ra, dec});
             return py::make_tuple(pixel.x, pixel.y);
           })
      .def("shifted",
           [](const Wcs& wcs, double dx, double dy) { return wcs.after(Affine::shift(dx, dy)); })
      .def_property_readonly("frame", &Wcs::frame)
      .def_property_readonly("cd", &Wcs::cd)
      .def_property_readonly("pixel_scale", &Wcs::pixel_scale_arcsec)
      .def_property_readonly(
          "crpix", [](const Wcs& wcs) { return py::make_tuple(wcs.crpix().x, wcs.crpix().y); })
      .def_property_readonly("crval",
                             [](const Wcs& wcs) {
                               return py::make_tuple(wcs.projection_centre().x,
                                                     wcs.projection_centre().y);
                             })
      .def(
          "__eq__", [](const Wcs& a, const Wcs& b) { return a == b; }, py::is_operator());
}

}  // namespace

Extension& extension_at(AstroData& frame, py::ssize_t index) {
  if (index < 0 || static_cast<std::size_t>(index) >= frame.extensions.size()) {
    throw py::index_error("Index out of range");
  }
  return frame.extensions[static_cast<std::size_t>(index)];
}

Extension& loaded_extension(AstroData& frame, py::ssize_t index) {
  extension_at(frame, index);
  load(frame);
  return extension_at(frame, index);
}

void bind_frames(py::module_& module) {
  bind_wcs(module);
  py::class_<AstroData, Frame>(module, "Frame", py::dynamic_attr())
      .def(py::init<>())
      .def_static("open", &open_frame)
      .def_property("path", &AstroData::path, &AstroData::set_path)
      .def_property("filename", &AstroData::filename, &AstroData::set_filename)
      .def_property_readonly("original_filename", &AstroData::original_filename)
      .def_property_readonly("opened_path", &AstroData::opened_path)
      .def_property_readonly("warnings", &AstroData::warnings)
      .def("update_filename", &AstroData::update_filename)
      .def("__len__", [](const AstroData& frame) { return frame.extensions.size(); })
      .def("load", &load)
      .def("plane", &get_plane)
      .def("plane_info", &plane_info)
      .def("set_plane", &set_plane)
      .def("attachments", &attachments)
      .def("table_names",
           [](const AstroData& frame) {
             std::vector<std::string> names;
             for (const auto& [name, table] : frame.tables) names.push_back(name);
             return names;
           })
      .def("columns",
           [](AstroData& frame, py::ssize_t index, const std::string& name) {
             return columns_of(table_at(frame, index, name));
           })
      .def("table_size", &table_size)
      .def("table_cards", &table_cards)
      .def("set_table", &set_table)
      .def("remove_table", &remove_table)
      .def("extver",
           [](AstroData& frame, py::ssize_t index) { return extension_at(frame, index).extver; })
      .def("append_pixels", &append_pixels)
      .def("append_copy", &append_copy)
      .def("remove_extension", &remove_extension)
      .def("clone", &clone)
      .def("write", &write)
      .def("wcs", &wcs_of)
      .def("set_wcs", &set_wcs);
}

}  // namespace wyvern::python
