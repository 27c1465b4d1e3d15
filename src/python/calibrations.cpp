// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/calibrations.h"

#include <cstdlib>

#include <pybind11/stl.h>

#include "python/bindings.h"
#include "python/configuration.h"
#include "python/conversion.h"

namespace wyvern::python {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

py::dict config_as_dict(const std::optional<std::string>& file) {
  const CalibrationConfig config = configuration(file);
  py::list databases;
  for (const DatabaseLine& line : config.databases) {
    py::dict entry;
    entry["location"] = line.location;
    entry["path"] = line.path;
    entry["remote"] = line.remote;
    entry["get"] = line.get;
    entry["store"] = line.store;
    databases.append(entry);
  }
  py::dict result;
  result["databases"] = databases;
  result["files"] = config.files;
  result["warnings"] = config.warnings;
  return result;
}

std::vector<std::pair<std::string, std::string>> entries(CalibrationStore& store) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const CalibrationStore::Entry& entry : store.list()) {
    list.emplace_back(entry.name, entry.folder);
  }
  return list;
}

// (path or None, notes)
py::tuple find(CalibrationStore& store, const AstroData& frame, const std::string& type,
               const std::string& mode) {
  std::vector<std::string> notes;
  std::optional<FoundCalibration> found;
  {
    const py::gil_scoped_release unlocked;
    CalibrationSettings settings;
    settings.mode = mode;
    found = store.find(frame, type, settings, notes);
  }
  return py::make_tuple(found ? py::object(py::str(found->path)) : py::none(), notes);
}

}  // namespace

CalibrationConfig configuration(const std::optional<std::string>& file) {
  return read_calibration_config(
      file, {variable("HOME").value_or(""), variable("DRAGONSRC"),
             variable("XDG_CACHE_HOME").value_or(""), variable("WYVERN_OFFLINE").has_value()});
}

void bind_calibrations(py::module_& module) {
  const auto unlocked = py::call_guard<py::gil_scoped_release>();
  py::class_<CalibrationStore>(module, "CalibrationStore")
      .def(py::init<std::string>())
      .def_static("create", &CalibrationStore::create)
      .def(
          "add", [](CalibrationStore& store, const std::string& file) { store.add(file); },
          unlocked)
      .def("remove", &CalibrationStore::remove)
      .def("entries", &entries)
      .def("find", &find);
  module.def("calibration_config", &config_as_dict);
  module.def("calibration_types", &calibration_types);
  module.def("required_tags", [](const std::string& type) { return required_tags(type); });
  module.def("parse_user_calibrations", &parse_user_calibrations, unlocked);
}

}  // namespace wyvern::python
